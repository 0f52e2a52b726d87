"""Admin pages of register files: what was handed in, and handing one in."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from agencies.access.scopes import visible
from agencies.web.admin import ShieldedAdmin, acting
from agencies.web.labels import choose, code_label, spoken
from households.intake.findings import ROW_FINDINGS
from households.intake.models import ImportBatch
from households.intake.services import hand_in

SHOWN_FINDINGS = 200


class FileForm(forms.Form):
    """A register file and the day that it describes."""

    file = forms.FileField(label=spoken("Berkas daftar (CSV atau XLSX, boleh .gz)", "Register file (may be .gz)"))
    period = forms.DateField(
        label=spoken("Periode", "Period"),
        widget=AdminDateWidget,
        initial=lambda: timezone.localdate().replace(month=1, day=1),
    )
    dry_run = forms.BooleanField(required=False, initial=True, label=spoken("Uji coba saja", "Dry run"))


@admin.register(ImportBatch)
class ImportBatchAdmin(ShieldedAdmin):
    """Files of the office, their progress and what was found in them."""

    columns = ("file_name", "period", "dry_run", "counts", "created_at", "applied_at")
    can_add = True
    change_form_template = "admin/import.html"

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Hand in a file; a worker takes it from there. Raises PermissionDenied without the right to."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = FileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            return self._taken(form.cleaned_data)
        context = {
            **self.admin_site.each_context(request),
            "title": choose("Unggah berkas daftar", "Upload a register file"),
            "form": form,
            "media": self.media + form.media,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/upload.html", context)

    def _taken(self, given: dict[str, Any]) -> HttpResponse:
        file = given["file"]
        key = hand_in(file.read(), file.name, given["period"], dry_run=given["dry_run"], by=acting())
        self.log("create", [key], count=1)
        return HttpResponseRedirect(reverse("admin:intake_importbatch_change", args=[key]))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The batch with the first of its findings: line, column and what is wrong, never a value."""
        found = visible(acting(), "finding").filter(batch=kwargs["obj"]).order_by("line", "column")
        context["findings"] = [
            (row.line, row.column, code_label(row.severity), _told(row.code)) for row in found[:SHOWN_FINDINGS]
        ]
        context["finding_headings"] = choose("Baris,Kolom,Tingkat,Uraian", "Line,Column,Severity,What").split(",")
        return super().render_change_form(request, context, *args, **kwargs)


def _told(code: str) -> str:
    found = ROW_FINDINGS[code]
    return choose(found.text_id, found.text_en)
