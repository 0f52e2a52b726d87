"""Application coordination.schools."""

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "coordination.schools"
    label = "schools"
