"""Admin pages of the headcounts."""

from django.contrib import admin

from agencies.web.admin import ShieldedAdmin
from coordination.monitoring.models import Headcount


@admin.register(Headcount)
class HeadcountAdmin(ShieldedAdmin):
    """Figures, each with its measure and source."""

    columns = ("year", "region", "measure", "value", "unit", "source", "as_of", "edition")
    filters = ("year", "measure")
