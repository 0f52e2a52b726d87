"""Shapes of what comes in about the day's work."""

import re
from typing import Any

from django.db.models import Model
from rest_framework import serializers

from agencies.web.inputs import Day, Reference, Text


class ReferInput(serializers.Serializer[Model]):
    """Which children of the queue to refer, to which office: those of `items`, or the `first` ones of a region."""

    # Looked up for all of them together: what awaits nobody is refused alone.
    items = serializers.ListField(child=Text(max_length=36), allow_empty=False, max_length=1000, required=False)
    first = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    region = Text(required=False, max_length=13)
    to_agency = Reference("agency")
    reason = Text(max_length=1000)
    due_on = Day(required=False, allow_null=True)

    def validate_region(self, value: str) -> str:
        """A Kemendagri code."""
        if not re.fullmatch(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?", value):
            raise serializers.ValidationError("A Kemendagri code such as 62.71.04.1004.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Either named ones or the first ones."""
        if ("items" in attrs) == ("first" in attrs):
            raise serializers.ValidationError("Give either items or first.")
        if "items" in attrs and "region" in attrs:
            raise serializers.ValidationError({"region": "Only with first."})
        return attrs


class AskInput(serializers.Serializer[Model]):
    """Why the office asks for the child."""

    reason = Text(max_length=1000)
