"""Application coordination.outcomes."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "coordination.outcomes"
    label = "outcomes"
