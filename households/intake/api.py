"""Endpoints of register files: hand one in, follow it, fetch what was found in its rows."""

import csv
import io
import json
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db.models import Model
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from agencies.access.caller import acting_as
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.calls import Answer
from agencies.web.filters import choice, identifier
from agencies.web.inputs import Day
from agencies.web.problems import Problem, language
from agencies.web.views import ResourceViewSet
from households.intake.findings import ROW_FINDINGS
from households.intake.models import ImportBatch
from households.intake.services import hand_in

CSV_HEADER = {"id": ("baris", "kolom", "kode", "tingkat", "uraian", "description"),
              "en": ("line", "column", "code", "severity", "uraian", "description")}  # fmt: skip


class ImportInput(serializers.Serializer[Model]):
    """A register file and the period that it describes, the last day of a year or quarter."""

    kind = serializers.ChoiceField(choices=ImportBatch.Kind.choices)
    period = Day()
    dry_run = serializers.BooleanField(default=False)
    file = serializers.FileField(allow_empty_file=True)


class ImportViewSet(ResourceViewSet):
    """Register files that my agency handed in."""

    resource = "import"
    scope_name = "imports"
    actions: ClassVar = {"errors": "read"}
    filters: ClassVar = {"kind": choice("kind", ImportBatch.Kind.values)}
    inputs: ClassVar = {"create": ImportInput}
    answers: ClassVar = {"create": Answer(202), "errors": Answer(schema={"type": "string"}, media_type="text/csv")}
    parser_classes = (MultiPartParser,)  # type: ignore[assignment]

    def create(self, request: Request) -> HttpResponse:
        """Hand in a register file (CSV, gzipped CSV or XLSX); a job judges every row and applies the good ones."""
        given = self.body(request)
        if given["file"].size > settings.IMPORT_MAX_BYTES:
            raise Problem("body_too_large", f"At most {settings.IMPORT_MAX_BYTES} bytes.")
        content = given["file"].read()

        def work() -> UUID:
            return hand_in(content, given["file"].name or "", given["period"], dry_run=given["dry_run"], by=self.caller)

        response = self.act(request, work, status=202)
        with acting_as(self.caller):
            job = visible(self.caller, "import").filter(pk=self._made(response)).values_list("job_id", flat=True).get()
        response["Location"] = f"/api/v1/jobs/{job}"
        response["Retry-After"] = "2"
        return response

    def _made(self, response: HttpResponse) -> UUID:
        return UUID(json.loads(response.content)["id"])

    def errors(self, request: Request, id: str) -> HttpResponse:
        """Every rejected row and every warning as CSV: line, column, code, severity, Indonesian, English."""
        self._check_parameters(request, ())
        key, spoken = self._key(id), language(request._request)
        with acting_as(self.caller):
            if not visible(self.caller, "import").filter(pk=key).exists():
                raise Problem("not_found")
            rows = visible(self.caller, "finding").filter(batch=key).order_by("line", "code")
            body = io.StringIO()
            writer = csv.writer(body)
            writer.writerow(CSV_HEADER[spoken])
            for line, column, code, severity in rows.values_list("line", "column", "code", "severity"):
                told = ROW_FINDINGS[code]
                writer.writerow((line, column, code, severity, told.text_id, told.text_en))
            log_call(self.caller, "export", "finding", subjects=[key], groups="finding")
        response = HttpResponse(body.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="errors-{key}.csv"'
        return response


class FindingViewSet(ResourceViewSet):
    """What is wrong or doubtful in the rows of my agency's files."""

    resource = "finding"
    scope_name = "imports"
    filters: ClassVar = {
        "batch": identifier("batch"),
        "severity": choice("severity", ["reject", "warn"]),
        "code": choice("code", sorted(ROW_FINDINGS)),
    }
