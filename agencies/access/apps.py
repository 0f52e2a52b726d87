"""Application agencies.access."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "agencies.access"
    label = "access"

    def ready(self) -> None:
        """Register the system checks."""
        from agencies.access import checks  # noqa: F401, PLC0415 - needs the loaded models
