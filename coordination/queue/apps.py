"""Application coordination.queue."""

from django.apps import AppConfig


class QueueConfig(AppConfig):
    name = "coordination.queue"
    label = "queue"
