"""Endpoints of trainees: attendance, the competency test, certificates, and the end of a batch."""

import json
from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from agencies.access.caller import acting_as
from agencies.web.calls import Answer, listing, record, text
from agencies.web.filters import choice, day_from, day_until, identifier, yes_or_no
from agencies.web.problems import Problem
from agencies.web.views import ResourceViewSet, etag, json_response, tags_in
from coordination.trainees import attendance, certificates, finishing, inputs, outcomes, testing
from coordination.trainees.models import Attendance, Certificate, Outcome, Trainee
from coordination.training.api import BatchViewSet

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
    actions: ClassVar = {"revoke": "change"}
    inputs: ClassVar = {"create": inputs.CertificateInput, "revoke": inputs.RevokeInput}

    def create(self, request: Request) -> HttpResponse:
        """Issue a certificate; its number is drawn, so that nobody guesses another one."""

        def work() -> UUID:
            return certificates.issue_certificate(by=self.caller, **self.body(request))

        return self.act(request, work, status=201)

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
