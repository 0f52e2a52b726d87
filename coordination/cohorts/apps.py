"""Application coordination.cohorts."""

from django.apps import AppConfig


class CohortsConfig(AppConfig):
    name = "coordination.cohorts"
    label = "cohorts"
