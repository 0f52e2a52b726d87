"""Admin pages of training: courses and their runs, and who applied to them and gets a seat."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest

from agencies.access.caller import Caller
from agencies.web.admin import ShieldedAdmin, acting
from agencies.web.deeds import Deed
from agencies.web.desk import DeskAdmin
from coordination.training import applications
from coordination.training.api import ApplicationViewSet
from coordination.training.models import Application, Batch, Programme, Session
from coordination.training.seats import locked_application
from coordination.training.transitions import APPLICATION_MOVES

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
        "cost",
        *SEATS,
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else [*fixed, *(name for name in ("programme", *SEATS) if name not in fixed)]


@admin.register(Session)
class SessionAdmin(ShieldedAdmin):
    """Meetings of runs."""

    columns = ("day", "starts", "ends", "topic", "batch", "is_cancelled")


def _move(name: str) -> Deed:
    def work(application: Application, given: dict[str, Any], by: Caller) -> UUID:
        return applications.move_application(application.pk, name, by=by, **given)

    return Deed(name, ApplicationViewSet.inputs[name], work, "application")


@admin.register(Application)
class ApplicationAdmin(DeskAdmin):
    """Who applied, holds a seat or waits."""

    columns = ("person", "batch", "status", "rank", "confirm_by", "is_reserved", "source", "created_at")
    filters = ("status",)
    catalogue = tuple(_move(name) for name in APPLICATION_MOVES)

    def allowed(self, record: Application, by: Caller) -> Collection[str]:
        """The moves of the life cycle that are the office's."""
        return applications.possible_moves(record, by=by)

    def locked(self, key: UUID, by: Caller) -> Application:
        """With its batch, which is locked first."""
        return locked_application(key, by)[1]
