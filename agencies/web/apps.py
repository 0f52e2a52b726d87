"""Application agencies.web."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "agencies.web"
    label = "web"
