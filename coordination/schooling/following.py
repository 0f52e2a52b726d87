"""After enrolment: the checks at 3, 6 and 12 months, and what their answers bring about."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from agencies.access.caller import Caller
from agencies.access.scopes import visible
from agencies.web.problems import Problem
from coordination.referrals.services import author_of, move_referral
from coordination.schooling.models import FollowUp, Pupil, SchoolingCase
from coordination.schooling.moves import locked_case, move_case
from coordination.schooling.placing import become_pupil, set_clock
from coordination.schools.places import give_up_place
from households.register.services import change_person, stamped

ANSWER = FollowUp.Answer


def answer_follow_up(key: UUID, *, answer: str, answered_on: date, by: Caller, words: str = "") -> dict[str, Any]:
    """What a check found. The last one ends the case; a child that dropped out again ends it at once.

    Raises Problem when it was answered before, is not due yet, or when an earlier check is still open.
    """
    link = visible(by, "follow_up").filter(pk=key).values_list("case_id", flat=True).first()
    if link is None:
        raise Problem("not_found")
    case = locked_case(link, by=by)
    check: FollowUp = FollowUp.objects.get(pk=key)
    later = _check_order(check, answer, answered_on)
    told = {"answer": answer, "answered_on": answered_on, "author": author_of(by), "words": words}
    FollowUp.objects.filter(pk=key).update(**told, **stamped())
    if answer == ANSWER.DROPPED_AGAIN:
        _drop(case, answered_on, words, by)
    elif later:
        set_clock(case.referral, later[0].due_on, by=by)
    else:
        _retain(case, by)
    status = "dropped_again" if answer == ANSWER.DROPPED_AGAIN else case.status if later else "retained"
    return {"id": key, "answer": answer, "case": case.pk, "case_status": status}


def _check_order(check: FollowUp, answer: str, answered_on: date) -> list[FollowUp]:
    """The checks after this one, when it is the one to be answered now."""
    waiting = list(FollowUp.objects.filter(case=check.case_id, answer=ANSWER.PENDING).order_by("months"))
    if check.answer != ANSWER.PENDING:
        raise Problem("conflict", f"This check was answered: {check.answer}.")
    if waiting[0].pk != check.pk:
        raise Problem("conflict", f"The check after {waiting[0].months} months comes first.")
    if answered_on < check.due_on and answer != ANSWER.DROPPED_AGAIN:
        raise Problem("conflict", f"This check is due on {check.due_on}.")
    return waiting[1:]


def _retain(case: SchoolingCase, by: Caller) -> None:
    move_case(case, "retain", by=by, ended_at=Now())
    move_referral(case.referral, "complete", by=by, words="retained")


def _drop(case: SchoolingCase, on: date, words: str, by: Caller) -> None:
    """The child is out of school again, and thereby a candidate again; another child may have the place."""
    rest = FollowUp.objects.filter(case=case, answer=ANSWER.PENDING)
    rest.update(answer=ANSWER.CANCELLED, answered_on=on, **stamped())
    if case.placement_id:
        give_up_place(case.placement_id)
    change_person(visible(by, "person").get(pk=case.person_id), {"school_participation": "no_longer"}, by=by)
    Pupil.objects.filter(person=case.person_id, until=None, since__lte=on).update(until=on, **stamped())
    move_case(case, "drop", by=by, words=words, ended_at=Now())
    move_referral(case.referral, "fail", by=by, words="dropped_again")


def close_case(
    key: UUID,
    *,
    outcome: str,
    by: Caller,
    words: str = "",
    school: UUID | None = None,
    nisn: str = "",
    since: date | None = None,
) -> dict[str, Any]:
    """End a case that needs no place, and with it the referral and what the office sees of the child.

    A child found in school is recorded as such, and as a pupil there when the school is told. Raises Problem when the
    case is past that.
    """
    case = locked_case(key, by=by)
    move_case(case, "close", by=by, words=words, to=outcome, ended_at=Now())
    if case.placement_id:
        give_up_place(case.placement_id)
    is_found = outcome == SchoolingCase.Status.ALREADY_IN_SCHOOL
    if is_found and school and since:
        become_pupil(case, school=school, since=since, nisn=nisn, by=by)
    elif is_found:
        found = {"school_participation": "in_school", **({"nisn": nisn} if nisn else {})}
        change_person(visible(by, "person").get(pk=case.person_id), found, by=by)
    move_referral(case.referral, "complete" if is_found else "fail", by=by, words=outcome)
    return {"id": key, "status": outcome, "referral": case.referral_id}
