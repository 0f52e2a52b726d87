"""Application coordination.matching."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "coordination.matching"
    label = "matching"
