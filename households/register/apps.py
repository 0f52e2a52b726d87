"""Application households.register."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "households.register"
    label = "register"
