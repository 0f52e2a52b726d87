"""Application coordination.monitoring."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "coordination.monitoring"
    label = "monitoring"
