"""Applications of the project itself."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CoordinationConfig(AppConfig):
    name = "coordination"


class SinergiAdminConfig(AdminConfig):
    """The admin with our site."""

    default = False
    default_site = "coordination.site.SinergiSite"
