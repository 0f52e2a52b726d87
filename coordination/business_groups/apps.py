"""Application coordination.business_groups."""

from django.apps import AppConfig


class BusinessGroupsConfig(AppConfig):
    name = "coordination.business_groups"
    label = "business_groups"
