"""Admin pages of schooling: the cases of children with all that is done for them, and what was found."""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone

from agencies.access.caller import Caller
from agencies.access.scopes import creatable, visible
from agencies.web.admin import ShieldedAdmin
from agencies.web.deeds import Deed, Part
from agencies.web.desk import DeskAdmin, colleagues
from agencies.web.labels import choose
from coordination.schooling import following, inputs, placing, services
from coordination.schooling.api import SchoolingCaseViewSet
from coordination.schooling.models import CaseMove, FollowUp, Pupil, SchoolingCase, Verification, Visit
from coordination.schooling.moves import locked_case
from coordination.schooling.transitions import OPEN, allowed_moves
from coordination.schools.models import Placement

Choices = Mapping[str, list[tuple[Any, str]]]


def _call(service: Callable[..., Any]) -> Callable[[SchoolingCase, dict[str, Any], Caller], Any]:
    """The service of a move, which takes the case by its key and the input by name."""
    return lambda case, given, by: service(case.pk, by=by, **given)


def _record(service: Callable[..., Any]) -> Callable[[SchoolingCase, dict[str, Any], Caller], Any]:
    """The service of a move that takes what was found as a whole."""
    return lambda case, given, by: service(case.pk, given, by=by)


def _places(case: SchoolingCase, by: Caller) -> Choices:
    """Free places of the plan at schools that the office speaks for, and the one that a referral reserved."""
    reserved = Placement.objects.filter(person=case.person_id, status=Placement.Status.RESERVED)
    rows = visible(by, "place").filter(
        Q(free__gt=0) | Q(pk__in=reserved.values("place")),
        programme=case.programme,
        grade=case.grade,
        school_year=case.school_year,
        school__in=creatable(by, "school").filter(is_open=True),
    )
    words = choose("{} (sisa {})", "{} ({} free)")
    found = rows.order_by("school__name").values_list("pk", "school__name", "free")
    return {"place": [(key, words.format(name, free)) for key, name, free in found]}


def _schools(case: SchoolingCase, by: Caller) -> Choices:
    rows = visible(by, "school").filter(city__startswith=by.city).order_by("name")
    return {"school": [(key, f"{name} ({npsn})") for key, name, npsn in rows.values_list("pk", "name", "npsn")]}


def _plan_so_far(case: SchoolingCase, by: Caller) -> Mapping[str, Any]:
    """The plan; before there is one, this year's."""
    year = case.school_year or timezone.localdate().year
    return {"programme": case.programme or "regular", "grade": case.grade, "school_year": year}


def _found_so_far(case: SchoolingCase, by: Caller) -> Mapping[str, Any]:
    names = ("category", "reasons", "support_needs", "support_notes")
    return {name: getattr(case, name) for name in names}


def _answer(case: SchoolingCase, given: dict[str, Any], by: Caller) -> None:
    """The check that is next in order."""
    [check, *_] = _waiting(case)
    following.answer_follow_up(check, by=by, **given)


def _waiting(case: SchoolingCase) -> list[UUID]:
    rows = FollowUp.objects.filter(case=case.pk, answer=FollowUp.Answer.PENDING)
    return list(rows.order_by("months").values_list("pk", flat=True))


SHAPES = SchoolingCaseViewSet.inputs
DEEDS = (
    Deed("assign", SHAPES["assign"], _call(services.assign_case), "schooling_case",
         choices=lambda case, by: {"officer": colleagues(by)},
         initial=lambda case, by: {"officer": case.assignee_id or by.officer}),
    Deed("record-visit", SHAPES["record_visit"], _record(services.record_visit), "schooling_case",
         initial=lambda case, by: {"visitor": by.initiator}),
    Deed("verify", SHAPES["verify"], _record(services.verify_case), "schooling_case", initial=_found_so_far),
    Deed("plan", SHAPES["plan"], _call(services.plan_case), "schooling_case", initial=_plan_so_far),
    Deed("offer", SHAPES["offer"], _call(placing.offer_place), "schooling_case", choices=_places),
    Deed("withdraw-offer", SHAPES["withdraw_offer"], _call(placing.withdraw_offer), "schooling_case"),
    Deed("enrol", SHAPES["enrol"], _call(placing.enrol_child), "schooling_case"),
    Deed("follow-up", inputs.AnswerInput, _answer, "follow_up"),
    Deed("support", SHAPES["partial_update"],
         lambda case, given, by: services.note_support(case, given, by=by), "schooling_case", initial=_found_so_far),
    Deed("close", SHAPES["close"], _call(following.close_case), "schooling_case", choices=_schools),
)  # fmt: skip


@admin.register(SchoolingCase)
class SchoolingCaseAdmin(DeskAdmin):
    """The work on referred children."""

    columns = ("person", "status", "region", "category", "assignee", "opened_at")
    filters = ("status", "category")
    catalogue = DEEDS
    parts = (
        Part("follow_up", "case", ("months", "due_on", "answer", "answered_on", "author", "words")),
        Part("verification", "case", ("verified_on", "verifier", "category", "reasons", "last_grade", "documents",
                                      "wish", "remarks")),
        Part("visit", "case", ("visited_on", "visitor", "met", "found")),
        Part("case_move", "case", ("at", "name", "to_status", "author", "words")),
    )  # fmt: skip

    def allowed(self, record: SchoolingCase, by: Caller) -> Collection[str]:
        """The moves of the life cycle; the next check once the child is enrolled."""
        found = set(allowed_moves(record.status))
        if record.status in OPEN:
            found.add("support")
        if record.status == SchoolingCase.Status.ENROLLED:
            found.add("follow-up")
        return found

    def locked(self, key: UUID, by: Caller) -> SchoolingCase:
        """With its referral, which is locked first."""
        return locked_case(key, by=by)

    def state(self, record: SchoolingCase) -> str:
        """How it stands, and how many checks are left."""
        checks = len(_waiting(record)) if record.status == SchoolingCase.Status.ENROLLED else 0
        return f"{record.version}.{checks}"


@admin.register(CaseMove)
class CaseMoveAdmin(ShieldedAdmin):
    """Every step of a case."""

    columns = ("at", "case", "name", "from_status", "to_status", "author", "words")


@admin.register(Visit)
class VisitAdmin(ShieldedAdmin):
    """Visits to children's homes."""

    columns = ("visited_on", "case", "visitor", "met", "found")


@admin.register(Verification)
class VerificationAdmin(ShieldedAdmin):
    """What was established about children."""

    columns = ("verified_on", "case", "category", "last_grade", "wish")


@admin.register(FollowUp)
class FollowUpAdmin(ShieldedAdmin):
    """Checks after enrolment."""

    columns = ("due_on", "case", "months", "answer", "answered_on")
    filters = ("answer",)


@admin.register(Pupil)
class PupilAdmin(ShieldedAdmin):
    """Children at schools."""

    columns = ("person", "school", "grade", "since", "aid")
    filters = ("aid",)
