"""Endpoints of monitoring: figures without personal data."""

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from agencies.web.filters import choice, region, whole_number
from agencies.web.views import ResourceViewSet
from coordination.monitoring.inputs import FigureInput
from coordination.monitoring.models import Measure
from coordination.monitoring.services import publish_figure


class HeadcountViewSet(ResourceViewSet):
    """How many people a register lists, per year and place, each figure with its measure and source."""

    resource = "headcount"
    scope_name = "headcounts"
    filters: ClassVar = {
        "year": whole_number("year", 1900, 2200),
        "region": region(levels=False),
        "measure": choice("measure", Measure.values),
    }
    inputs: ClassVar = {"create": FigureInput}

    def create(self, request: Request) -> HttpResponse:
        """Publish a figure of the Statistics Bureau; a correction is a new edition and overwrites nothing."""
        return self.act(request, lambda: publish_figure(self.body(request), by=self.caller), status=201)
