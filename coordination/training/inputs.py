"""Shapes of what comes in about training."""

from typing import Any

from django.db.models import Model
from rest_framework import serializers

from agencies.web.inputs import Day, Reference, Text, Village
from coordination.training.models import Batch, Document

AT_ONCE = 1000


class UnitInput(serializers.Serializer[Model]):
    """One SKKNI unit of competency."""

    code = serializers.RegexField(r"\A[A-Z0-9][A-Z0-9./-]{3,29}\Z", help_text="Such as A.032300.001.02.")
    name = Text(max_length=200)


class ProgrammeInput(serializers.Serializer[Model]):
    """A course that the caller's office offers."""

    name = Text(max_length=120)
    vocation = Text(max_length=60)
    sectors = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=26),
        min_length=1,
        max_length=26,
        help_text="Regsosek fields of activity.",
    )
    units: Any = serializers.ListSerializer(child=UnitInput(), required=False, max_length=60)
    hours = serializers.IntegerField(min_value=1, max_value=10_000)
    days = serializers.IntegerField(min_value=2, max_value=49, required=False, allow_null=True)
    minimum_age = serializers.IntegerField(min_value=15, max_value=100, required=False)
    maximum_age = serializers.IntegerField(min_value=15, max_value=120, required=False, allow_null=True)
    minimum_education = serializers.IntegerField(min_value=0, max_value=10, required=False)
    documents = serializers.ListField(
        child=serializers.ChoiceField(choices=Document.choices), required=False, max_length=len(Document)
    )


class BatchInput(serializers.Serializer[Model]):
    """One run of a programme."""

    name = Text(max_length=120)
    venue = Text(max_length=200)
    region = Village()
    starts_on = Day()
    ends_on = Day()
    registration_from = Day(required=False, allow_null=True)
    registration_until = Day()
    funding = serializers.ChoiceField(choices=Batch.Funding.choices, required=False)
    cost = serializers.IntegerField(
        min_value=0, max_value=10**12, required=False, allow_null=True, help_text="Rupiah for the whole batch."
    )
    capacity = serializers.IntegerField(min_value=1, max_value=1000)
    reserved_poor = serializers.IntegerField(min_value=0, max_value=1000, required=False)
    reserved_extreme = serializers.IntegerField(min_value=0, max_value=1000, required=False)
    release_on = Day(required=False, allow_null=True)
    confirm_hours = serializers.IntegerField(min_value=1, max_value=336, required=False)


class NewBatchInput(BatchInput):
    """A new run of one of the caller's programmes."""

    programme = Reference("programme")


class SessionInput(serializers.Serializer[Model]):
    """One meeting of a batch, in the time of the city."""

    day = Day()
    starts = serializers.TimeField(input_formats=["%H:%M", "%H:%M:%S"])
    ends = serializers.TimeField(input_formats=["%H:%M", "%H:%M:%S"])
    venue = Text(max_length=200, required=False, allow_blank=True)
    topic = Text(max_length=200)
    is_cancelled = serializers.BooleanField(required=False)


class NewSessionInput(SessionInput):
    """A new meeting of one of the caller's batches."""

    batch = Reference("batch")


class PapersInput(serializers.Serializer[Model]):
    """The papers of an applicant that are there."""

    documents = serializers.ListField(
        child=serializers.ChoiceField(choices=Document.choices), required=False, max_length=len(Document)
    )


class ApplicationInput(PapersInput):
    """What the selection found of an applicant."""

    test_score = serializers.IntegerField(min_value=0, max_value=100, required=False, allow_null=True)
    interview_score = serializers.IntegerField(min_value=0, max_value=100, required=False, allow_null=True)


class NewApplicationInput(PapersInput):
    """Who wants a seat in which batch."""

    batch = Reference("batch")
    person = Reference("person")


class ApplicantInput(PapersInput):
    """One of many applicants; a hidden person and one that never was are refused alike."""

    person = serializers.UUIDField()


class ManyApplicationsInput(serializers.Serializer[Model]):
    """Many applicants for one batch."""

    batch = Reference("batch")
    items: Any = serializers.ListSerializer(child=ApplicantInput(), min_length=1, max_length=AT_ONCE)
    atomic = serializers.BooleanField(default=False, help_text="All or nothing.")
    dry_run = serializers.BooleanField(default=False, help_text="Only tell what would happen.")


class AcceptInput(serializers.Serializer[Model]):
    """Why an officer accepts although a condition is not met; needed only then."""

    override_reason = Text(max_length=300, required=False)


class NothingInput(serializers.Serializer[Model]):
    """A move that needs no words."""
