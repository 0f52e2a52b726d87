"""Shapes of what comes in about schools and places."""

from typing import Any

from django.db.models import Model
from rest_framework import serializers

from agencies.models import Region
from agencies.web.inputs import Reference, Text
from coordination.schools.levels import Level, Programme
from coordination.schools.models import School

PLACES = (Region.Level.DISTRICT, Region.Level.VILLAGE)


class SchoolRegion(Text):
    """The Kemendagri code of a district or village that exists."""

    def to_internal_value(self, data: Any) -> str:
        """Refuses unknown codes and codes of other levels."""
        code = super().to_internal_value(data)
        if not Region.objects.filter(code=code, level__in=PLACES).exists():
            raise serializers.ValidationError("No district or village has this code.", code="region_unknown")
        return code


class SchoolInput(serializers.Serializer[Model]):
    """What the office that runs a school may change of it."""

    name = Text(max_length=120)
    ownership = serializers.ChoiceField(choices=School.Ownership.choices)
    region = SchoolRegion()
    street = Text(max_length=200, required=False, allow_blank=True)
    latitude = serializers.DecimalField(9, 7, min_value=-90, max_value=90, required=False, allow_null=True)
    longitude = serializers.DecimalField(10, 7, min_value=-180, max_value=180, required=False, allow_null=True)
    is_open = serializers.BooleanField(required=False)


class NewSchoolInput(SchoolInput):
    """A school by its number; who runs it follows from its level."""

    npsn = serializers.RegexField(r"^[0-9]{8}\Z")
    level = serializers.ChoiceField(choices=Level.choices)


class CapacityInput(serializers.Serializer[Model]):
    """How many places there are."""

    capacity = serializers.IntegerField(min_value=0, max_value=10_000)


class PlaceInput(CapacityInput):
    """Places in one grade of a school for one school year."""

    school = Reference("school")
    school_year = serializers.IntegerField(min_value=2000, max_value=2200, help_text="The year in which it begins.")
    grade = serializers.IntegerField(min_value=1, max_value=13)
    programme = serializers.ChoiceField(choices=Programme.choices, default=Programme.REGULAR)
