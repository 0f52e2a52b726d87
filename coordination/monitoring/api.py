"""Endpoints of monitoring: figures without personal data."""

from typing import ClassVar

from agencies.web.filters import choice, region, whole_number
from agencies.web.views import ResourceViewSet
from coordination.monitoring.models import Measure


class HeadcountViewSet(ResourceViewSet):
    """How many people a register lists, per year and place, each figure with its measure and source."""

    resource = "headcount"
    scope_name = "headcounts"
    filters: ClassVar = {
        "year": whole_number("year", 1900, 2200),
        "region": region(levels=False),
        "measure": choice("measure", Measure.values),
    }
