"""Endpoints of training: programmes, batches and applications."""

import json
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from agencies.access.caller import acting_as
from agencies.web.calls import Answer, listing, record, text
from agencies.web.filters import choice, day_from, day_until, identifier, region, yes_or_no
from agencies.web.views import ResourceViewSet, json_response
from coordination.training import applications, batches, inputs, programmes, selection, sessions
from coordination.training.models import Application, Batch, Programme, Session
from coordination.training.transitions import APPLICATION_MOVES, BATCH_MOVES

CALENDAR = Answer(schema=text(), media_type="text/calendar")
CONDITIONS = Answer(
    schema=record(
        "data",
        data=listing(
            record(
                "code met text_id text_en",
                code=text(),
                met={"type": ["boolean", "null"], "description": "null: not known to you."},
                text_id=text(),
                text_en=text(),
            )
        ),
    )
)
SCORE = {"type": ["integer", "null"]}
RANKING = Answer(
    schema=record(
        "data",
        data=listing(
            record(
                "place id person status points test_score interview_score",
                place={"type": "integer"},
                id=text(format="uuid"),
                person=text(format="uuid"),
                status=text(enum=list(Application.LIVE)),
                points={"type": "integer"},
                test_score=SCORE,
                interview_score=SCORE,
            )
        ),
    )
)
RESULTS = Answer(
    schema=record(
        "results",
        results=listing(
            record(
                "index status",
                index={"type": "integer"},
                status={"type": "integer", "description": "As if the item had been a call of its own."},
                id=text(format="uuid"),
                unmet=listing(text(), description="Entry conditions not met."),
                error=record("code detail", code=text(), detail=text()),
            )
        ),
    )
)


class ProgrammeViewSet(ResourceViewSet):
    """Courses that offices offer."""

    resource = "programme"
    scope_name = "training"
    is_personal = False
    filters: ClassVar = {"provider": identifier("provider")}
    inputs: ClassVar = {"create": inputs.ProgrammeInput, "partial_update": inputs.ProgrammeInput}

    def create(self, request: Request) -> HttpResponse:
        """Offer a course."""
        return self.act(request, lambda: programmes.create_programme(self.body(request), by=self.caller), status=201)

    def partial_update(self, request: Request, id: str) -> HttpResponse:
        """Change a course."""

        def work(programme: Programme) -> None:
            programmes.change_programme(programme, self.body(request, partial=True), by=self.caller)

        return self.change(request, id, work)


class BatchViewSet(ResourceViewSet):
    """Runs of the courses, with their seats."""

    resource = "batch"
    scope_name = "training"
    is_personal = False
    filters: ClassVar = {
        "programme": identifier("programme"),
        "provider": identifier("provider"),
        "status": choice("status", Batch.Status.values),
        "region": region(levels=False),
        "starts_from": day_from("starts_on"),
    }
    actions: ClassVar = {**dict.fromkeys(BATCH_MOVES, "change"), "calendar": "read"}
    inputs: ClassVar = {
        "create": inputs.NewBatchInput,
        "partial_update": inputs.BatchInput,
        **dict.fromkeys(BATCH_MOVES, inputs.NothingInput),
    }
    answers: ClassVar = {"calendar": CALENDAR}

    def create(self, request: Request) -> HttpResponse:
        """Plan a run of a course; it takes applications once it is open."""
        return self.act(request, lambda: batches.create_batch(self.body(request), by=self.caller), status=201)

    def partial_update(self, request: Request, id: str) -> HttpResponse:
        """Change a run; more seats go to the reserve list first."""

        def work(batch: Batch) -> None:
            batches.change_batch(batch, self.body(request, partial=True), by=self.caller)

        return self.change(request, id, work)

    def open(self, request: Request, id: str) -> HttpResponse:
        """Take applications."""
        return self._move(request, id)

    def close(self, request: Request, id: str) -> HttpResponse:
        """Take no more applications; seats are still given out."""
        return self._move(request, id)

    def select(self, request: Request, id: str) -> HttpResponse:
        """Hold tests and interviews; seats are given by their scores."""
        return self._move(request, id)

    def start(self, request: Request, id: str) -> HttpResponse:
        """The course begins; nobody moves up any more."""
        return self._move(request, id)

    def test(self, request: Request, id: str) -> HttpResponse:
        """The course is over; the competency test follows."""
        return self._move(request, id)

    def finish(self, request: Request, id: str) -> HttpResponse:
        """The run is over."""
        return self._move(request, id)

    def cancel(self, request: Request, id: str) -> HttpResponse:
        """Call the run off; every application is declined."""
        return self._move(request, id)

    def calendar(self, request: Request, id: str) -> HttpResponse:
        """The sessions as an iCalendar feed (RFC 5545), in the time of the city; it names nobody."""
        self._check_parameters(request, ())
        with acting_as(self.caller):
            feed = sessions.calendar_of(self._key(id), by=self.caller)
        return HttpResponse(feed, content_type="text/calendar; charset=utf-8")

    def _move(self, request: Request, id: str) -> HttpResponse:
        self.body(request)
        name = str(self.action)
        return self.act(request, lambda: batches.move_batch(self._key(id), name, by=self.caller), action=name)


class RankingViewSet(ResourceViewSet):
    """Those to decide about in one run, best first; an officer decides."""

    resource = "batch"
    scope_name = "training"
    actions: ClassVar = {"ranking": "read"}
    answers: ClassVar = {"ranking": RANKING}

    def ranking(self, request: Request, id: str) -> HttpResponse:
        """Those to decide about in one run, best first by the scores of the selection; an officer decides."""
        self._check_parameters(request, ())
        with acting_as(self.caller):
            return told(data=selection.ranking(self._key(id), by=self.caller))


class SessionViewSet(ResourceViewSet):
    """Meetings of a run, in the time of the city."""

    resource = "session"
    scope_name = "training"
    is_personal = False
    filters: ClassVar = {
        "batch": identifier("batch"),
        "from": day_from("day"),
        "until": day_until("day"),
        "is_cancelled": yes_or_no("is_cancelled"),
    }
    inputs: ClassVar = {"create": inputs.NewSessionInput, "partial_update": inputs.SessionInput}

    def create(self, request: Request) -> HttpResponse:
        """Plan a meeting of one of my runs."""
        return self.act(request, lambda: sessions.plan_session(self.body(request), by=self.caller), status=201)

    def partial_update(self, request: Request, id: str) -> HttpResponse:
        """Move a meeting, or call it off."""

        def work(session: Session) -> None:
            sessions.change_session(session, self.body(request, partial=True), by=self.caller)

        return self.change(request, id, work)


class ApplicationViewSet(ResourceViewSet):
    """Who wants a seat, holds one, or waits for one."""

    resource = "application"
    scope_name = "training"
    filters: ClassVar = {
        "batch": identifier("batch"),
        "person": identifier("person"),
        "household": identifier("household"),
        "status": choice("status", Application.Status.values),
        "source": choice("source", Application.Source.values),
    }
    actions: ClassVar = {
        **dict.fromkeys(APPLICATION_MOVES, "change"),
        "batch": "create",
        "conditions": "read",
    }
    inputs: ClassVar = {
        "create": inputs.NewApplicationInput,
        "partial_update": inputs.ApplicationInput,
        "batch": inputs.ManyApplicationsInput,
        **dict.fromkeys(APPLICATION_MOVES, inputs.NothingInput),
        "accept": inputs.AcceptInput,
    }
    answers: ClassVar = {"batch": RESULTS, "conditions": CONDITIONS}

    def create(self, request: Request) -> HttpResponse:
        """Take an application for a person whom the caller sees."""
        return self.act(request, lambda: applications.apply(by=self.caller, **self.body(request)), status=201)

    def batch(self, request: Request) -> HttpResponse:
        """Take up to 1,000 applications for one run; each stands or falls alone unless `atomic`."""

        def answer() -> tuple[HttpResponse, UUID | None]:
            given = self.body(request)
            return told(results=applications.apply_for_many(by=self.caller, **given)), None

        return self.once(request, answer)

    def partial_update(self, request: Request, id: str) -> HttpResponse:
        """Record the papers that are there and the scores of the selection."""

        def work(application: Application) -> None:
            applications.change_application(application, self.body(request, partial=True), by=self.caller)

        return self.change(request, id, work)

    def conditions(self, request: Request, id: str) -> HttpResponse:
        """The entry conditions for this applicant: met or not, in words of both languages."""
        self._check_parameters(request, ())
        with acting_as(self.caller):
            return told(data=applications.tell_conditions(self._key(id), by=self.caller))

    def accept(self, request: Request, id: str) -> HttpResponse:
        """Give a seat, or a place on the reserve list when none is free for this person."""
        return self._move(request, id)

    def confirm(self, request: Request, id: str) -> HttpResponse:
        """The person who moved up will come."""
        return self._move(request, id)

    def decline(self, request: Request, id: str) -> HttpResponse:
        """Refuse; a seat goes to the first on the reserve list who may take it."""
        return self._move(request, id)

    def withdraw(self, request: Request, id: str) -> HttpResponse:
        """The person does not come; a seat goes to the first on the reserve list who may take it."""
        return self._move(request, id)

    def miss(self, request: Request, id: str) -> HttpResponse:
        """The person did not come; a seat goes to the first on the reserve list while the run has not begun."""
        return self._move(request, id)

    def _move(self, request: Request, id: str) -> HttpResponse:
        name, words = str(self.action), self.body(request)

        def work() -> UUID:
            return applications.move_application(self._key(id), name, by=self.caller, **words)

        return self.act(request, work, action=name)


def told(**answer: Any) -> HttpResponse:
    """An answer that is no document of a resource."""
    return json_response(json.dumps(answer, default=str))
