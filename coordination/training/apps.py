"""Application coordination.training."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "coordination.training"
    label = "training"
