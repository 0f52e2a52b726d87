"""Admin pages of schools; places are given and freed through the API, which counts them exactly."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agencies.access.scopes import creatable
from agencies.web.admin import ShieldedAdmin, acting
from coordination.schools.models import Placement, PlaceOffer, School


@admin.register(School)
class SchoolAdmin(ShieldedAdmin):
    """Schools; the office that runs one keeps its facts."""

    columns = ("name", "npsn", "level", "authority", "region", "is_open")
    filters = ("level", "authority", "is_open")
    search_fields = ("name__istartswith", "npsn__exact")
    editable = ("name", "ownership", "region", "street", "latitude", "longitude", "is_open")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Others' schools are read, not changed."""
        mine = obj is None or creatable(acting(), "school").filter(pk=obj.pk).exists()
        return mine and super().has_change_permission(request, obj)


@admin.register(PlaceOffer)
class PlaceOfferAdmin(ShieldedAdmin):
    """Places in the grades of schools."""

    columns = ("school", "school_year", "grade", "programme", "capacity", "free")
    filters = ("programme",)


@admin.register(Placement)
class PlacementAdmin(ShieldedAdmin):
    """Who holds a place."""

    columns = ("person", "place", "status", "created_at")
    filters = ("status",)
