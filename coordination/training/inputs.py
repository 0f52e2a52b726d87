"""Shapes of what comes in about training."""

from django.db.models import Model
from rest_framework import serializers

from agencies.web.inputs import Day, Reference, Text, Village


class ProgrammeInput(serializers.Serializer[Model]):
    """A course that the caller's office offers."""

    name = Text(max_length=120)
    vocation = Text(max_length=60)
    sector = serializers.IntegerField(min_value=1, max_value=26, help_text="Regsosek business field.")
    hours = serializers.IntegerField(min_value=1, max_value=10_000)
    minimum_age = serializers.IntegerField(min_value=15, max_value=100, required=False)


class BatchInput(serializers.Serializer[Model]):
    """One run of a programme."""

    name = Text(max_length=120)
    venue = Text(max_length=200)
    region = Village()
    starts_on = Day()
    ends_on = Day()
    registration_until = Day()
    capacity = serializers.IntegerField(min_value=1, max_value=1000)


class NewBatchInput(BatchInput):
    """A new run of one of the caller's programmes."""

    programme = Reference("programme")


class ApplicationInput(serializers.Serializer[Model]):
    """Who wants a seat in which batch."""

    batch = Reference("batch")
    person = Reference("person")


class NothingInput(serializers.Serializer[Model]):
    """A move that needs no words."""
