"""Endpoints of lists: applicants of a batch in, its participants out."""

import json
from typing import ClassVar
from uuid import UUID

from django.db.models import Model
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from agencies.access.caller import acting_as
from agencies.web.calls import Answer, listing, parameter, record, text
from agencies.web.filters import choice, read_filters, yes_or_no
from agencies.web.problems import Problem
from agencies.web.sheets import XLSX, csv_answer, xlsx_answer
from agencies.web.views import ResourceViewSet, json_response
from coordination.training.applicant_sheets import read_applicants, take_applicants
from coordination.training.participant_sheets import participants
from coordination.training.sheet_forms import FORMS
from households.register.lookup import count_lookups

MOST_BYTES = 5 * 1024 * 1024
NUMBER = {"type": "integer"}
TAKEN = Answer(
    schema=record(
        "totals results findings",
        totals=record(
            "data_rows accepted rejected skipped",
            **dict.fromkeys(("data_rows", "accepted", "rejected", "skipped"), NUMBER),
        ),
        results=listing(
            record(
                "line status",
                line=NUMBER,
                status=text(enum=["accepted", "rejected", "skipped"]),
                id=text("The application.", format="uuid"),
                person=text(format="uuid"),
                unmet=listing(text(), description="Entry conditions not met."),
            )
        ),
        findings=listing(
            record(
                "line column code severity text_id text_en",
                line={**NUMBER, "description": "As a spreadsheet counts; the first line is 1."},
                column=text(),
                code=text(),
                severity=text(enum=["reject", "warn"]),
                text_id=text(),
                text_en=text(),
            )
        ),
    )
)
FORM = choice("form", list(FORMS))
NUMBERS = yes_or_no("numbers")


class ApplicantSheetInput(serializers.Serializer[Model]):
    """A list of applicants as BLKs and SIAPkerja give it: CSV, gzipped CSV or XLSX."""

    file = serializers.FileField(allow_empty_file=True)
    dry_run = serializers.BooleanField(default=False, help_text="Only tell what would happen.")
    every_row = serializers.BooleanField(default=False, help_text="Rows that name another course or run too.")


class ApplicantSheetViewSet(ResourceViewSet):
    """Lists of applicants."""

    resource = "application"
    scope_name = "training"
    actions: ClassVar = {"take_in": "import"}
    inputs: ClassVar = {"take_in": ApplicantSheetInput}
    answers: ClassVar = {"take_in": TAKEN}
    parser_classes = (MultiPartParser,)  # type: ignore[assignment]

    def take_in(self, request: Request, id: str) -> HttpResponse:
        """Take in a list of up to 1,000 applicants for a batch; each row stands or falls alone.

        People are found by NIK among those whom you may see; a hidden one is `not_found` like one that never was.
        Scores are kept as those of the written selection; results are not, since seats are given here.
        """
        key = self._key(id)
        given = self.body(request)
        if given["file"].size > MOST_BYTES:
            raise Problem("body_too_large", f"At most {MOST_BYTES} bytes.")
        rows = read_applicants(given["file"].read())
        count_lookups(self.caller, len(rows))

        def answer() -> tuple[HttpResponse, UUID | None]:
            found = take_applicants(key, rows, by=self.caller, dry_run=given["dry_run"], every_row=given["every_row"])
            return json_response(json.dumps(found, default=str)), None

        return self.once(request, answer)


class ParticipantSheetViewSet(ResourceViewSet):
    """Participants of a batch as a sheet."""

    resource = "application"
    scope_name = "training"
    actions: ClassVar = {"as_csv": "export", "as_xlsx": "export"}
    parameters: ClassVar = dict.fromkeys(
        ("as_csv", "as_xlsx"),
        (
            parameter("form", text(enum=list(FORMS), default="blk"), "Whose columns."),
            parameter("numbers", {"type": "boolean"}, "With whole NIKs; each goes into the access log."),
        ),
    )
    answers: ClassVar = {
        "as_csv": Answer(schema=text(), media_type="text/csv"),
        "as_xlsx": Answer(schema=text(format="binary"), media_type=XLSX),
    }

    def as_csv(self, request: Request, id: str) -> HttpResponse:
        """Those who hold a seat, as CSV in the columns of a BLK's list or for SIAPkerja.

        What you may not read stays blank. A cell that a spreadsheet would run begins with an apostrophe.
        """
        return csv_answer(self._sheet(request, id), f"participants-{self._key(id)}.csv")

    def as_xlsx(self, request: Request, id: str) -> HttpResponse:
        """The same as a workbook, in which every cell is text, so that no NIK loses its digits."""
        return xlsx_answer(self._sheet(request, id), f"participants-{self._key(id)}.xlsx")

    def _sheet(self, request: Request, id: str) -> list[list[str]]:
        self._check_parameters(request, ("form", "numbers"))
        given = read_filters(request.query_params, {"form": FORM, "numbers": NUMBERS}, ["form", "numbers"])
        with acting_as(self.caller):
            return participants(
                self._key(id),
                form=given.get("form", "blk"),
                with_numbers=given.get("numbers", False),
                by=self.caller,
            )
