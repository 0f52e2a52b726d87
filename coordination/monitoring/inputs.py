"""Shapes of what comes in about figures."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from rest_framework import serializers

from agencies.models import Region
from agencies.web.inputs import Day, Text
from coordination.monitoring.models import UNITS


class Place(Text):
    """The Kemendagri code of a region that exists."""

    def to_internal_value(self, data: Any) -> str:
        """Refuses unknown codes."""
        code = super().to_internal_value(data)
        if not Region.objects.filter(code=code).exists():
            raise serializers.ValidationError("No region has this code.", code="region_unknown")
        return code


class FigureInput(serializers.Serializer[Model]):
    """A figure that the Statistics Bureau published for the caller's city."""

    year = serializers.IntegerField(min_value=1900, max_value=2200)
    region = Place(max_length=13)
    measure = serializers.ChoiceField(choices=list(UNITS))
    value = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, coerce_to_string=False)
    unit = serializers.ChoiceField(choices=sorted(set(UNITS.values())))
    source = Text(  # type: ignore[assignment] # serializers keep their fields apart from their own attributes
        max_length=120, help_text="Survey and publication, such as Susenas March 2023."
    )
    as_of = Day()

    def validate(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """A measure has one unit, so that no series mixes two; a rate is at most 100."""
        if given["unit"] != UNITS[given["measure"]]:
            raise serializers.ValidationError({"unit": f"{given['measure']} is told in {UNITS[given['measure']]}."})
        if given["unit"] == "percent" and given["value"] > 100:
            raise serializers.ValidationError({"value": "At most 100 percent."})
        if given["unit"] == "persons" and given["value"] % 1:
            raise serializers.ValidationError({"value": "A whole number of people."})
        return given
