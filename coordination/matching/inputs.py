"""Shapes of what comes in about matching."""

from django.db.models import Model
from rest_framework import serializers

from agencies.web.inputs import Day, Text
from coordination.matching.models import PARTS
from coordination.matching.occupations import Activity
from coordination.schools.inputs import SchoolRegion


class LivelihoodInput(serializers.Serializer[Model]):
    """What a village or district lives on, from a day, and who says so."""

    region = SchoolRegion(max_length=13)
    activity = serializers.ChoiceField(choices=Activity.choices)
    since = Day()
    source = Text(max_length=400)  # type: ignore[assignment] # serializers keep their fields apart from their own
    is_withdrawn = serializers.BooleanField(required=False)


class WeightingInput(serializers.Serializer[Model]):
    """The weights from a day; a part that is not given keeps its weight."""

    since = Day()
    reason = Text(max_length=200)

    def get_fields(self) -> dict[str, "serializers.Field[object, object, object, object]"]:
        """A number of points for each part."""
        parts = {part: serializers.IntegerField(min_value=0, max_value=100, required=False) for part in PARTS}
        return {**super().get_fields(), **parts}
