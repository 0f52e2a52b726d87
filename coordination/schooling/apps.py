"""Application coordination.schooling."""

from django.apps import AppConfig


class SchoolingConfig(AppConfig):
    name = "coordination.schooling"
    label = "schooling"
