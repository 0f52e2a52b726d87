"""Endpoints of long work."""

from typing import ClassVar

from agencies.jobs.models import Job
from agencies.web.filters import choice
from agencies.web.views import ResourceViewSet


class JobViewSet(ResourceViewSet):
    """Long work of my agency and how far it is."""

    resource = "job"
    scope_name = "jobs"
    is_personal = False
    filters: ClassVar = {"status": choice("status", Job.Status.values)}
