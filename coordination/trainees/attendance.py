"""Attendance of one meeting: the sheet as a whole, read and recorded."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q

from agencies.access.caller import Caller
from agencies.access.functions import call
from agencies.access.identifiers import new_id
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.calendar import today_in
from agencies.web.locking import locked
from agencies.web.problems import Fault, Problem
from coordination.referrals.services import author_of
from coordination.trainees.codes import code_of
from coordination.trainees.models import Attendance
from coordination.training.models import Application, Batch, Session
from households.register.services import stamped

RECORDING = (Batch.Status.RUNNING, Batch.Status.TESTING)


def enough_attendance() -> Q:
    """Trainees who came at all and were not absent from more of the course than the rule allows."""
    return Q(came__gt=0, absent__lte=F("sessions") * settings.ABSENCE_PERCENT / 100)


def sheet_of(key: UUID, *, by: Caller) -> dict[str, Any]:
    """Everybody who has a seat in the batch of a session, with the mark of that session or None.

    Raises Problem when the caller sees no such session.
    """
    session = visible(by, "session").filter(pk=key).first()
    if session is None:
        raise Problem("not_found")
    seated = list(seated_in(session, by))
    marks = {mark.application_id: mark for mark in visible(by, "attendance").filter(session=key)}
    log_call(by, "read", "attendance", subjects=[person for _, person in seated], groups="mark")
    return {
        "session": key,
        "batch": session.batch_id,
        "data": [{"application": who, "person": person, **_told(marks.get(who))} for who, person in seated],
    }


def seated_in(session: Session, by: Caller) -> Any:
    """Applications with a seat in the batch of a session, each with its person."""
    rows = visible(by, "application").filter(batch=session.batch_id, status=Application.Status.ACCEPTED)
    return rows.order_by("pk").values_list("pk", "person")


def _told(mark: Attendance | None) -> dict[str, Any]:
    return {"status": mark.status, "way": mark.way} if mark else {"status": None, "way": None}


def locked_session(key: UUID, by: Caller) -> Session:
    """A session of one of the caller's own batches, locked: of two trainers the second sees what the first recorded.

    Raises Problem when the caller sees none, or when another office holds it.
    """
    session: Session = locked(by, "session", key)
    return session


def check_recordable(session: Session) -> None:
    """Raises Problem unless the session takes place, its day has come and its batch is not over."""
    if session.is_cancelled:
        raise Problem("conflict", "This session was cancelled.")
    if session.day > today_in(session.batch.city):
        raise Problem("conflict", f"This session is on {session.day}.")
    if session.batch.status not in RECORDING:
        raise Problem("conflict", f"The batch is {session.batch.status}; attendance is recorded while it runs.")


def check_open(session: Session) -> None:
    """Raises Problem unless participants may check in now: on the day of the session, while the batch runs."""
    check_recordable(session)
    if session.batch.status != Batch.Status.RUNNING or session.day != today_in(session.batch.city):
        raise Problem("conflict", f"Participants check in on {session.day}, while the batch runs.")


def codes_of(batch: UUID, *, by: Caller) -> list[dict[str, Any]]:
    """The participation codes of everybody with a seat in one of the caller's own batches.

    Raises Problem when the caller sees no such batch.
    """
    if not visible(by, "batch").filter(pk=batch).exists():
        raise Problem("not_found")
    seated = visible(by, "application").filter(batch=batch, provider=by.agency, status=Application.Status.ACCEPTED)
    found = list(seated.order_by("pk").values_list("pk", "person"))
    log_call(by, "read", "attendance", subjects=[person for _, person in found], groups="codes")
    return [{"application": key, "person": person, "code": code_of(key)} for key, person in found]


def record_sheet(session: Session, marks: Mapping[UUID, str], *, by: Caller) -> None:
    """The marks of a trainer for one locked session; whoever is not named keeps the mark that is there.

    Raises Problem naming each who has no seat.
    """
    check_recordable(session)
    seated = dict(seated_in(session, by))
    strangers = [position for position, key in enumerate(marks) if key not in seated]
    if strangers:
        faults = [Fault(f"/items/{n}/application", "does_not_exist", "No such record.") for n in strangers]
        raise Problem("invalid", errors=faults[:50])
    record_marks(session, marks, way=Attendance.Way.SHEET, by=by)
    log_call(by, "record", "attendance", subjects=[seated[key] for key in marks], groups="mark")


def record_marks(session: Session, marks: Mapping[UUID, str], *, way: str, by: Caller) -> None:
    """Store marks of people who have seats, in a few statements however many they are, and count anew.

    A mark that is there already is not written again.
    """
    there = dict(Attendance.objects.filter(session=session).values_list("application", "status"))
    told = {"way": way, "author": author_of(by)}
    Attendance.objects.bulk_create(
        Attendance(id=new_id(), session=session, application_id=key, status=status, **told)
        for key, status in marks.items()
        if key not in there
    )
    changed = defaultdict(list)
    for key, status in marks.items():
        if key in there and there[key] != status:
            changed[status].append(key)
    for status, keys in changed.items():
        rows = Attendance.objects.filter(session=session, application__in=keys)
        rows.update(status=status, **told, **stamped())
    count_attendance(session.batch_id)


def count_attendance(batch: UUID) -> None:
    """Bring the counts and warnings of everybody in a batch up to date, after the rule of today."""
    call("count_training_attendance", batch, settings.ABSENCE_PERCENT, settings.ABSENCES_IN_A_ROW)
