"""Endpoints of trainees: attendance, the competency test, certificates, and the end of a batch."""

import json
from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

import qrcode
from django.http import HttpResponse
from qrcode.image.svg import SvgPathImage
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from agencies.access.caller import acting_as
from agencies.access.log import log_call
from agencies.web.calls import Answer, listing, record, text
from agencies.web.filters import choice, day_from, day_until, identifier, yes_or_no
from agencies.web.problems import Problem
from agencies.web.views import ResourceViewSet, etag, json_response, tags_in
from coordination.referrals.attachments import HEADERS
from coordination.trainees import attendance, certificates, codes, finishing, inputs, lists, outcomes, papers, testing
from coordination.trainees.models import Attendance, Certificate, Outcome, Trainee
from coordination.training.api import BatchViewSet, told

UUID_TEXT = text(format="uuid")
SHEET = record(
    "session batch data",
    session=UUID_TEXT,
    batch=UUID_TEXT,
    data=listing(
        record(
            "application person status way",
            application=UUID_TEXT,
            person=UUID_TEXT,
            status={"type": ["string", "null"], "enum": [*Attendance.Status.values, None]},
            way={"type": ["string", "null"], "enum": [*Attendance.Way.values, None]},
        )
    ),
)


JUDGED = record(
    "results",
    results=listing(
        record(
            "line code text_id text_en",
            line={"type": "integer", "description": "In the file, whose first line names the columns."},
            code=text(enum=list(lists.FINDINGS)),
            text_id=text(),
            text_en=text(),
        )
    ),
)
CHECK_IN = record(
    "address until svg",
    address=text("What the QR code says.", format="uri-reference"),
    until=text("When the next code takes its place.", format="date-time"),
    svg=text("The QR code as a picture."),
)
CODES = record(
    "data",
    data=listing(record("application person code", application=UUID_TEXT, person=UUID_TEXT, code=text())),
)


class TraineeViewSet(ResourceViewSet):
    """Who takes part in courses: how often they came, whom the rule of absence warns of, and how it ended."""

    resource = "trainee"
    scope_name = "training"
    filters: ClassVar = {
        "batch": identifier("batch"),
        "person": identifier("person"),
        "result": choice("result", Trainee.Result.values),
        "is_warned": yes_or_no("is_warned"),
    }


class AttendanceViewSet(ResourceViewSet):
    """Who came to which session."""

    resource = "attendance"
    scope_name = "training"
    filters: ClassVar = {
        "session": identifier("session"),
        "application": identifier("application"),
        "status": choice("status", Attendance.Status.values),
    }


class SheetViewSet(ResourceViewSet):
    """The attendance sheet of one session."""

    resource = "attendance"
    scope_name = "training"
    actions: ClassVar = {"sheet": "read", "record": "change"}
    inputs: ClassVar = {"record": inputs.SheetInput}
    answers: ClassVar = {"sheet": Answer(schema=SHEET), "record": Answer(schema=SHEET)}

    def sheet(self, request: Request, id: str) -> HttpResponse:
        """Everybody with a seat, and whether they came; its ETag is that of the sheet as a whole."""
        self._check_parameters(request, ())
        with acting_as(self.caller):
            return json_response(self._sheet(self._key(id)), tag=True)

    def record(self, request: Request, id: str) -> HttpResponse:
        """Record who came, for the whole session in one call; the sheet must be as you have seen it (If-Match)."""
        key, tags = self._key(id), tags_in(request.headers.get("If-Match", ""))
        if not tags:
            raise Problem("if_match_missing")
        with acting_as(self.caller):
            given = self.body(request)
            session = attendance.locked_session(key, self.caller)
            seen = etag(self._sheet(key))
            if seen not in tags and "*" not in tags:
                raise Problem("etag_stale", headers={"ETag": seen})
            marks = {item["application"]: item["status"] for item in given["items"]}
            attendance.record_sheet(session, marks, by=self.caller)
            return json_response(self._sheet(key), tag=True)

    def _sheet(self, key: UUID) -> str:
        return json.dumps(attendance.sheet_of(key, by=self.caller), default=str)


class ListViewSet(ResourceViewSet):
    """A list of attendance that was kept without a network."""

    resource = "attendance"
    scope_name = "training"
    actions: ClassVar = {"upload": "create"}
    inputs: ClassVar = {"upload": inputs.ListInput}
    answers: ClassVar = {"upload": Answer(schema=JUDGED)}
    parser_classes = (MultiPartParser,)  # type: ignore[assignment]

    def upload(self, request: Request, id: str) -> HttpResponse:
        """Hand in a list of one session: its good rows are recorded, and of each row is told what became of it."""

        def answer() -> tuple[HttpResponse, None]:
            given = self.body(request)
            if given["file"].size > lists.MOST_BYTES:
                raise Problem("body_too_large", f"At most {lists.MOST_BYTES} bytes.")
            content = given["file"].read()
            results = lists.record_list(self._key(id), content, by=self.caller, dry_run=given["dry_run"])
            return told(results=results), None

        return self.once(request, answer)


class CheckInViewSet(ResourceViewSet):
    """The QR code of a session, for the device at the venue."""

    resource = "attendance"
    scope_name = "training"
    actions: ClassVar = {"check_in": "read"}
    inputs: ClassVar = {"check_in": inputs.NothingInput}
    answers: ClassVar = {"check_in": Answer(schema=CHECK_IN)}

    def check_in(self, request: Request, id: str) -> HttpResponse:
        """The QR code of this moment: it leads a participant to the page that asks for the code of the seat."""
        self.body(request)
        with acting_as(self.caller):
            session = attendance.locked_session(self._key(id), self.caller)
            attendance.check_open(session)
            token, ends = codes.new_token(session.pk)
            log_call(self.caller, "read", "attendance", groups="mark")
        address = request.build_absolute_uri(f"/check-in/{token}")
        image = qrcode.make(address, image_factory=SvgPathImage, box_size=10).to_string().decode()
        return told(address=address, until=ends.isoformat(), svg=image)


class CodesViewSet(ResourceViewSet):
    """The participation codes of a batch."""

    resource = "attendance"
    scope_name = "training"
    actions: ClassVar = {"codes": "read"}
    answers: ClassVar = {"codes": Answer(schema=CODES)}

    def codes(self, request: Request, id: str) -> HttpResponse:
        """The codes that my office hands out with its seats; none for the batches of another office."""
        self._check_parameters(request, ())
        with acting_as(self.caller):
            return told(data=attendance.codes_of(self._key(id), by=self.caller))


class CompetencyTestViewSet(ResourceViewSet):
    """Attempts at the competency test."""

    resource = "competency_test"
    scope_name = "training"
    filters: ClassVar = {"trainee": identifier("trainee")}
    inputs: ClassVar = {"create": inputs.TestInput}

    def create(self, request: Request) -> HttpResponse:
        """Record one attempt; whoever is not yet competent may try again."""
        return self.act(request, lambda: testing.record_test(by=self.caller, **self.body(request)), status=201)


class CertificateViewSet(ResourceViewSet):
    """Certificates of completion and of competence."""

    resource = "certificate"
    scope_name = "training"
    filters: ClassVar = {
        "trainee": identifier("trainee"),
        "kind": choice("kind", Certificate.Kind.values),
    }
    actions: ClassVar = {"revoke": "change", "pdf": "read"}
    answers: ClassVar = {"pdf": Answer(schema=text(format="binary"), media_type="application/pdf", errors=(409,))}
    inputs: ClassVar = {"create": inputs.CertificateInput, "revoke": inputs.RevokeInput}

    def create(self, request: Request) -> HttpResponse:
        """Issue a certificate; its number is drawn, so that nobody guesses another one."""

        def work() -> UUID:
            return certificates.issue_certificate(by=self.caller, **self.body(request))

        return self.act(request, work, status=201)

    def pdf(self, request: Request, id: str) -> HttpResponse:
        """The paper, in Indonesian; its QR code leads to the page that tells whether it is valid."""
        self._check_parameters(request, ())
        with acting_as(self.caller):
            number, content = papers.certificate_pdf(self._key(id), by=self.caller)
        response = HttpResponse(content, content_type="application/pdf", headers=HEADERS)
        response["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
        return response

    def revoke(self, request: Request, id: str) -> HttpResponse:
        """Take a certificate back; whoever checks its number is told so."""

        def work() -> UUID:
            return certificates.revoke_certificate(self._key(id), by=self.caller, **self.body(request))

        return self.act(request, work, action="revoke")


class OutcomeViewSet(ResourceViewSet):
    """What became of graduates 3, 6 and 12 months after their course: when each check is due, and what it found."""

    resource = "outcome"
    scope_name = "training"
    filters: ClassVar = {
        "trainee": identifier("trainee"),
        "answer": choice("answer", Outcome.Answer.values),
        "due_from": day_from("due_on"),
        "due_until": day_until("due_on"),
    }
    actions: ClassVar = {"answer": "change"}
    inputs: ClassVar = {"answer": inputs.OutcomeInput}

    def answer(self, request: Request, id: str) -> HttpResponse:
        """Say what a graduate does now; whoever was not reached may be asked again."""

        def work() -> UUID:
            return outcomes.answer_outcome(self._key(id), by=self.caller, **self.body(request))

        return self.act(request, work, action="answer")


class FinishedBatchViewSet(BatchViewSet):
    """Batches with what their end means for whoever takes part."""

    def test(self, request: Request, id: str) -> HttpResponse:
        """The course is over; the competency test follows for everybody who came often enough."""
        return self._end(request, id, finishing.begin_test)

    def finish(self, request: Request, id: str) -> HttpResponse:
        """The run is over: everybody has a result, and graduates are asked after 3, 6 and 12 months what they do."""
        return self._end(request, id, finishing.finish_batch)

    def _end(self, request: Request, id: str, work: Callable[..., UUID]) -> HttpResponse:
        self.body(request)
        return self.act(request, lambda: work(self._key(id), by=self.caller), action=str(self.action))
