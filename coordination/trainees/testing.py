"""The competency test: who may take it, and what each attempt found."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.log import log_call
from agencies.web.locking import locked
from agencies.web.problems import Fault, Problem
from coordination.referrals.services import author_of
from coordination.trainees.attendance import enough_attendance
from coordination.trainees.models import CompetencyTest, Trainee
from coordination.training.models import Application, Batch
from households.register.services import stamped

TESTING = (Batch.Status.TESTING, Batch.Status.FINISHED)


def locked_trainee(key: UUID, by: Caller) -> Trainee:
    """A trainee of one of the caller's own batches, locked: of two callers the second sees what the first has done.

    Raises Problem when the caller sees none, or when another office gave the course.
    """
    trainee: Trainee = locked(by, "trainee", key)
    return trainee


def record_test(
    *,
    trainee: UUID,
    tested_on: date,
    tester: str,
    by: Caller,
    units: Sequence[Mapping[str, Any]] = (),
    is_competent: bool | None = None,
    words: str = "",
) -> UUID:
    """One attempt. Where the course lists SKKNI units, each is judged, and competent is who is so in all of them.

    Raises Problem before the batch is in its test, for a trainee who was absent too often or is competent already,
    and when the units are not those of the course.
    """
    found = locked_trainee(trainee, by)
    _check_may_test(found, tested_on)
    passed = _verdict(found, units, is_competent)
    attempt = CompetencyTest.objects.filter(trainee=found).count() + 1
    test = CompetencyTest(
        id=new_id(),
        trainee=found,
        attempt=attempt,
        tested_on=tested_on,
        tester=tester,
        is_competent=passed,
        units=list(units),
        words=words,
        author=author_of(by),
    )
    test.save(force_insert=True)
    result = Trainee.Result.COMPETENT if passed else Trainee.Result.NOT_YET_COMPETENT
    Trainee.objects.filter(pk=found.pk).update(result=result, **stamped())
    log_call(by, "create", "competency_test", subjects=[found.person_id], groups="test")
    return test.pk


def _check_may_test(trainee: Trainee, tested_on: date) -> None:
    if trainee.batch.status not in TESTING:
        raise Problem("conflict", f"The batch is {trainee.batch.status}; the test follows the course.")
    if trainee.result == Trainee.Result.COMPETENT:
        raise Problem("conflict", "This trainee is competent already.")
    if tested_on < trainee.batch.starts_on:
        raise Problem("invalid", errors=[Fault("/tested_on", "before_start", "Before the course began.")])
    if trainee.application.status != Application.Status.ACCEPTED:
        raise Problem("conflict", "This trainee has left the course.")
    if not Trainee.objects.filter(enough_attendance(), pk=trainee.pk).exists():
        raise Problem("conflict", "Absent too often.", sessions=trainee.sessions, absent=trainee.absent)


def _verdict(trainee: Trainee, units: Sequence[Mapping[str, Any]], is_competent: bool | None) -> bool:
    """Whether the attempt shows competence."""
    wanted = [unit["code"] for unit in trainee.batch.programme.units]
    if sorted(wanted) != sorted(unit["code"] for unit in units):
        listed = ", ".join(wanted) or "none"
        raise Problem("invalid", errors=[Fault("/units", "not_of_the_course", f"The course has the units: {listed}.")])
    by_units = all(unit["is_competent"] for unit in units)
    if units and is_competent not in (None, by_units):
        raise Problem("invalid", errors=[Fault("/is_competent", "contradicts_units", "The units say otherwise.")])
    if not units and is_competent is None:
        raise Problem("invalid", errors=[Fault("/is_competent", "required", "The course has no units to go by.")])
    return by_units if units else bool(is_competent)
