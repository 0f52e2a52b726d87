"""Admin pages of what scores stand on: a new row with its day; older ones stay."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agencies.web.admin import ShieldedAdmin, acting
from coordination.matching.models import PARTS, Livelihood, Weighting


@admin.register(Livelihood)
class LivelihoodAdmin(ShieldedAdmin):
    """What places live on, and who says so."""

    columns = ("region", "activity", "since", "is_withdrawn", "source")
    filters = ("activity", "is_withdrawn")
    can_add = True
    editable = ("region", "activity", "since", "source", "is_withdrawn")


@admin.register(Weighting)
class WeightingAdmin(ShieldedAdmin):
    """What each part of a score counts."""

    columns = ("since", "reason", *PARTS)
    can_add = True
    editable = ("since", "reason", *PARTS)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Weights are those of the officer's own city."""
        obj.city = acting().city
        super().save_model(request, obj, form, change)
