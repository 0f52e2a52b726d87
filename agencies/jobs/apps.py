"""Application agencies.jobs."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "agencies.jobs"
    label = "jobs"
