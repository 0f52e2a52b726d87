"""Shapes of what comes in about outcomes."""

from django.db.models import Model
from rest_framework import serializers

from agencies.web.inputs import Text


class EditionInput(serializers.Serializer[Model]):
    """Which year's figures are to stay as they are, and on what ground."""

    year = serializers.IntegerField(min_value=2000, max_value=2200)
    basis = Text(max_length=300, help_text="Such as the letter by which they were adopted, or what was corrected.")
