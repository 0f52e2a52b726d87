"""Application households.intake."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "households.intake"
    label = "intake"
