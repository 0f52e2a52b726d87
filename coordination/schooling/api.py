"""Endpoints of schooling cases: their moves, visits, verifications and checks."""

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from agencies.access.log import log_call
from agencies.web.calls import Answer, record, text
from agencies.web.filters import choice, day_from, day_until, identifier, region
from agencies.web.results import RESULTS, Result, told
from agencies.web.views import ResourceViewSet, json_response
from coordination.schooling import following, inputs, opening, placing, services
from coordination.schooling.codes import Category
from coordination.schooling.models import FollowUp, SchoolingCase
from coordination.schooling.transitions import MOVES, OUTCOMES

UUID_TEXT = text(format="uuid")
CLOSED = record("id status referral", id=UUID_TEXT, status=text(enum=list(OUTCOMES)), referral=UUID_TEXT)
ANSWERED = record(
    "id answer case case_status",
    id=UUID_TEXT,
    answer=text(enum=FollowUp.Answer.values),
    case=UUID_TEXT,
    case_status=text(enum=SchoolingCase.Status.values),
)


def answered(body: Mapping[str, Any]) -> HttpResponse:
    """An answer that names ids and codes only, so that it may be told when the child is out of sight."""
    return json_response(json.dumps(body, default=str))


class SchoolingCaseViewSet(ResourceViewSet):
    """The work on children who were referred to an Education Office."""

    resource = "schooling_case"
    scope_name = "schooling"
    filters: ClassVar = {
        "status": choice("status", SchoolingCase.Status.values),
        "region": region(levels=False),
        "assignee": identifier("assignee"),
        "category": choice("category", Category.values),
        "person": identifier("person"),
        "referral": identifier("referral"),
    }
    actions: ClassVar = {
        "many": "create",
        "assign_many": "change",
        **{name.replace("-", "_"): "change" for name in MOVES},
    }
    inputs: ClassVar = {
        "create": inputs.CaseInput,
        "partial_update": inputs.SupportInput,
        "many": inputs.CasesInput,
        "assign_many": inputs.AssignManyInput,
        "assign": inputs.AssignInput,
        "record_visit": inputs.VisitInput,
        "verify": inputs.VerificationInput,
        "plan": inputs.PlanInput,
        "offer": inputs.OfferInput,
        "withdraw_offer": inputs.WithdrawInput,
        "enrol": inputs.EnrolInput,
        "close": inputs.CloseInput,
    }
    answers: ClassVar = {
        "many": Answer(schema=RESULTS),
        "assign_many": Answer(schema=RESULTS),
        "close": Answer(schema=CLOSED),
    }

    def create(self, request: Request) -> HttpResponse:
        """Open the case of a referred child; the referral is accepted and begun."""
        return self.act(request, lambda: opening.open_case(by=self.caller, **self.body(request)), status=201)

    def many(self, request: Request) -> HttpResponse:
        """Open the cases of up to 1,000 referrals: one result each, in their order."""
        return self._results(request, lambda given: opening.open_cases(given["items"], by=self.caller), "create")

    def partial_update(self, request: Request, id: str) -> HttpResponse:
        """Note what the child needs at school beyond a place."""

        def work(case: SchoolingCase) -> None:
            services.note_support(case, self.body(request, partial=True), by=self.caller)

        return self.change(request, id, work)

    def assign_many(self, request: Request) -> HttpResponse:
        """Give up to 1,000 cases to one officer: one result each, in their order."""

        def work(given: Mapping[str, Any]) -> Mapping[int, Result]:
            return services.assign_cases(given["cases"], officer=given["officer"], by=self.caller)

        return self._results(request, work, "assign")

    def _results(
        self, request: Request, work: Callable[[Mapping[str, Any]], Mapping[int, Result]], action: str
    ) -> HttpResponse:
        given = self.body(request)

        def answer() -> tuple[HttpResponse, None]:
            results = work(given)
            done = [found for found in results.values() if isinstance(found, UUID)]
            log_call(self.caller, action, self.resource, subjects=done)
            return answered(told(results)), None

        return self.once(request, answer)

    def assign(self, request: Request, id: str) -> HttpResponse:
        """Say which officer of my office does the work."""
        return self._move(request, id, services.assign_case)

    def record_visit(self, request: Request, id: str) -> HttpResponse:
        """Put a visit on record; there may be several."""
        return self._move(request, id, lambda key, by, **given: services.record_visit(key, given, by=by))

    def verify(self, request: Request, id: str) -> HttpResponse:
        """Put on record what was established: category, reasons, last grade, papers, wishes, support needs."""
        return self._move(request, id, lambda key, by, **given: services.verify_case(key, given, by=by))

    def plan(self, request: Request, id: str) -> HttpResponse:
        """Plan a school or a package; the answer's `advice` says what the rules of age say of it."""
        return self._move(request, id, services.plan_case)

    def offer(self, request: Request, id: str) -> HttpResponse:
        """Reserve a place for the child."""
        return self._move(request, id, placing.offer_place)

    def withdraw_offer(self, request: Request, id: str) -> HttpResponse:
        """Take an offer back; the place is free again."""
        return self._move(request, id, placing.withdraw_offer)

    def enrol(self, request: Request, id: str) -> HttpResponse:
        """The school took the child in; checks are due after 3, 6 and 12 months."""
        return self._move(request, id, placing.enrol_child)

    def close(self, request: Request, id: str) -> HttpResponse:
        """End a case that needs no place, and its referral with it; the office no longer sees the child."""

        def answer() -> tuple[HttpResponse, None]:
            body = following.close_case(self._key(id), by=self.caller, **self.body(request))
            log_call(self.caller, "close", self.resource, subjects=[body["id"]])
            return answered(body), None

        return self.once(request, answer)

    def _move(self, request: Request, id: str, work: Callable[..., UUID]) -> HttpResponse:
        name = str(self.action)
        return self.act(request, lambda: work(self._key(id), by=self.caller, **self.body(request)), action=name)


class CaseMoveViewSet(ResourceViewSet):
    """Every step of a case: when, by whom and why."""

    resource = "case_move"
    scope_name = "schooling"
    filters: ClassVar = {"case": identifier("case")}


class VisitViewSet(ResourceViewSet):
    """Visits to children's homes, and what they found."""

    resource = "visit"
    scope_name = "schooling"
    filters: ClassVar = {
        "case": identifier("case"),
        "visited_from": day_from("visited_on"),
        "visited_until": day_until("visited_on"),
    }


class VerificationViewSet(ResourceViewSet):
    """What was established about children."""

    resource = "verification"
    scope_name = "schooling"
    filters: ClassVar = {"case": identifier("case"), "category": choice("category", Category.values)}


class FollowUpViewSet(ResourceViewSet):
    """Checks after enrolment: when each is due, and what it found."""

    resource = "follow_up"
    scope_name = "schooling"
    filters: ClassVar = {
        "case": identifier("case"),
        "answer": choice("answer", FollowUp.Answer.values),
        "due_from": day_from("due_on"),
        "due_until": day_until("due_on"),
    }
    actions: ClassVar = {"answer": "change"}
    inputs: ClassVar = {"answer": inputs.AnswerInput}
    answers: ClassVar = {"answer": Answer(schema=ANSWERED)}

    def answer(self, request: Request, id: str) -> HttpResponse:
        """Say what a check found; the last one, or a child that dropped out again, ends the case."""

        def answer() -> tuple[HttpResponse, None]:
            body = following.answer_follow_up(self._key(id), by=self.caller, **self.body(request))
            log_call(self.caller, "answer", self.resource, subjects=[body["id"], body["case"]])
            return answered(body), None

        return self.once(request, answer)
