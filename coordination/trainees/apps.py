"""Application coordination.trainees."""

from django.apps import AppConfig


class TraineesConfig(AppConfig):
    name = "coordination.trainees"
    label = "trainees"
