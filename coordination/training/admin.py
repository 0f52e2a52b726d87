"""Admin pages of training; seats are given and freed through the API, which counts them exactly."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agencies.web.admin import ShieldedAdmin, acting
from coordination.training.models import Application, Batch, Programme, Session

SEATS = ("capacity", "reserved_poor", "reserved_extreme", "release_on", "status")


class OfferAdmin(ShieldedAdmin):
    """What the office itself offers."""

    can_add = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Others' offers are read, not changed."""
        mine = obj is None or obj.provider_id == acting().agency
        return mine and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new offer is the office's own."""
        if not change:
            obj.provider_id = acting().agency
        super().save_model(request, obj, form, change)


@admin.register(Programme)
class ProgrammeAdmin(OfferAdmin):
    """Courses."""

    columns = ("name", "vocation", "hours", "minimum_age", "provider")
    search_fields = ("name__istartswith",)
    editable = ("name", "vocation", "sectors", "hours", "days", "minimum_age", "maximum_age", "minimum_education")


@admin.register(Batch)
class BatchAdmin(OfferAdmin):
    """Runs of courses. Seats are set when a batch is made and then follow the reserve list."""

    columns = ("name", "programme", "region", "starts_on", "capacity", "seats_taken", "status", "provider")
    filters = ("status",)
    search_fields = ("name__istartswith",)
    editable = (
        "programme",
        "name",
        "venue",
        "region",
        "starts_on",
        "ends_on",
        "registration_from",
        "registration_until",
        "funding",
        *SEATS,
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else [*fixed, *(name for name in ("programme", *SEATS) if name not in fixed)]


@admin.register(Session)
class SessionAdmin(ShieldedAdmin):
    """Meetings of runs."""

    columns = ("day", "starts", "ends", "topic", "batch", "is_cancelled")


@admin.register(Application)
class ApplicationAdmin(ShieldedAdmin):
    """Who applied, holds a seat or waits."""

    columns = ("person", "batch", "status", "rank", "confirm_by", "is_reserved", "source", "created_at")
    filters = ("status",)
