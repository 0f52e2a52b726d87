"""Admin pages of the agencies room."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from agencies.access.models import AccessRecord
from agencies.accounts import ClientForm, OfficerForm
from agencies.jobs.models import Job
from agencies.models import Agency, Agreement, Client, JointLeave, Officer
from agencies.web.admin import ShieldedAdmin, acting
from agencies.web.labels import choose, field_label, value_label
from agencies.web.oauth import secret_digest


@admin.register(Agency)
class AgencyAdmin(ShieldedAdmin):
    """The offices that take part."""

    columns = ("name", "kind", "region", "is_active")
    filters = ("kind", "is_active")
    search_fields = ("name__istartswith",)


@admin.register(Agreement)
class AgreementAdmin(ShieldedAdmin):
    """Agreements that the office gave or holds."""

    columns = ("number", "purpose", "from_agency", "to_agency", "starts", "until", "ended_at")
    filters = ("purpose",)
    search_fields = ("number__istartswith",)


@admin.register(JointLeave)
class JointLeaveAdmin(ShieldedAdmin):
    """Days of joint leave, as the decree of the year has them."""

    columns = ("day", "name", "decree", "is_revoked")
    filters = ("is_revoked",)
    can_add = True
    editable = ("day", "name", "decree", "is_revoked")
    ordering = ("-day",)


@admin.register(Officer)
class OfficerAdmin(ShieldedAdmin):
    """Accounts of the office. A password is set, never shown."""

    form = OfficerForm
    change_form_template = "admin/officer.html"
    columns = ("username", "full_name", "staff_number", "role_words", "is_active", "last_login")
    filters = ("is_active",)
    search_fields = ("username__istartswith", "full_name__istartswith", "staff_number")
    can_add = True
    editable = ("username", "full_name", "staff_number", "roles", "is_active")

    @admin.display(description=field_label("roles"))
    def role_words(self, row: Officer) -> str:
        return ", ".join(str(value_label(role)) for role in row.roles)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*super().get_fields(request, obj), "new_password"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in super().get_readonly_fields(request, obj) if name != "new_password"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new officer belongs to the administrator's own office."""
        if not change:
            obj.agency_id = acting().agency
            obj.set_password(form.cleaned_data["new_password"])
        super().save_model(request, obj, form, change)

    def extra_columns(self, obj: Any, form: Any) -> Mapping[str, Any]:
        password = form.cleaned_data.get("new_password")
        return {"password": make_password(password)} if password else {}


@admin.register(Client)
class ClientAdmin(ShieldedAdmin):
    """API clients of the office. Where secrets are allowed, a new one shows its own, once."""

    form = ClientForm
    columns = ("client_id", "name", "role", "is_active", "created_at")
    filters = ("is_active",)
    search_fields = ("client_id__istartswith", "name__istartswith")
    can_add = True
    editable = ("client_id", "name", "role", "scopes", "purposes", "jwks", "is_active")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new client acts for the administrator's own office."""
        if not change:
            obj.agency_id = acting().agency
            obj.secret_once = secrets.token_urlsafe(32) if settings.CLIENT_SECRETS_ALLOWED else ""
            obj.secret_digest = secret_digest(obj.secret_once) if obj.secret_once else None
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """The secret on a page of its own: no message or cookie keeps it."""
        if not obj.secret_once:
            return super().response_add(request, obj, post_url_continue)
        context = {
            **self.admin_site.each_context(request),
            "title": choose("Rahasia klien baru", "The new client's secret"),
            "warning": choose("Salin sekarang: tidak akan tampil lagi.", "Copy it now: it is not shown again."),
            "client_id": obj.client_id,
            "secret": obj.secret_once,
        }
        return TemplateResponse(request, "admin/secret.html", context)


@admin.register(AccessRecord)
class AccessRecordAdmin(ShieldedAdmin):
    """Who read or changed personal data; the search box takes the id of a person or family."""

    columns = ("at", "initiator", "client", "action", "resource", "decision", "count", "purpose", "agency")
    filters = ()
    search_fields = ("subjects",)

    def find(self, request: HttpRequest, queryset: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """The records that name one subject."""
        try:
            subject = UUID(term)
        except ValueError:
            self.hint(request, "Cari dengan ID penduduk atau keluarga.", "Search by the id of a person or family.")
            return queryset.none(), False
        return queryset.filter(subjects__contains=[subject]), False


@admin.register(Job)
class JobAdmin(ShieldedAdmin):
    """Work in the background."""

    columns = ("kind", "subject", "status", "done", "total", "created_at", "finished_at")
    filters = ("status",)
