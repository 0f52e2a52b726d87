"""The meetings of a batch, and its calendar (iCalendar, RFC 5545) in the time zone of the city."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.scopes import visible
from agencies.web.problems import Fault, Problem
from coordination.training import seats
from coordination.training.models import Batch, Session
from coordination.training.programmes import check_own
from households.register.services import stamped


def plan_session(values: Mapping[str, Any], *, by: Caller) -> UUID:
    """A meeting of one of the caller's batches. Raises Problem outside of its days, or against another meeting."""
    batch = seats.locked_batch(values["batch"], by)
    check_own(batch, by)
    columns = {name: value for name, value in values.items() if name != "batch"}
    session = Session(id=new_id(), batch=batch, **columns)
    _check_fit(session, batch)
    session.save(force_insert=True)
    return session.id


def change_session(session: Session, values: Mapping[str, Any], *, by: Caller) -> None:
    """Move or cancel a meeting. Raises Problem as `plan_session` does."""
    batch = seats.locked_batch(session.batch_id, by)
    check_own(batch, by)
    for name, value in values.items():
        setattr(session, name, value)
    _check_fit(session, batch)
    Session.objects.filter(pk=session.pk).update(**values, **stamped())


def _check_fit(session: Session, batch: Batch) -> None:
    if not batch.starts_on <= session.day <= batch.ends_on:
        raise _invalid("day", "outside_batch", f"The batch runs from {batch.starts_on} to {batch.ends_on}.")
    if session.ends <= session.starts:
        raise _invalid("ends", "before_start", "Ends before it starts.")
    others = Session.objects.filter(batch=batch, day=session.day, is_cancelled=False).exclude(pk=session.pk)
    if not session.is_cancelled and others.filter(starts__lt=session.ends, ends__gt=session.starts).exists():
        raise _invalid("starts", "overlaps", "Another session of the batch is at that time.")


def _invalid(field: str, code: str, detail: str) -> Problem:
    return Problem("invalid", errors=[Fault(f"/{field}", code, detail)])


def calendar_of(key: UUID, *, by: Caller) -> bytes:
    """The sessions of a batch as a calendar that names nobody. Raises Problem when the caller sees no such batch."""
    batch = visible(by, "batch").filter(pk=key).first()
    if batch is None:
        raise Problem("not_found")
    calendar = Calendar()
    calendar.add("prodid", "-//Sinergi//training//ID")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{batch.programme.name}: {batch.name}")
    for event in _events(batch, visible(by, "session").filter(batch=batch).order_by("day", "starts")):
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _events(batch: Batch, sessions: Iterable[Session]) -> Iterable[Event]:
    zone = ZoneInfo(settings.TIME_ZONE)
    for session in sessions:
        event = Event()
        event.add("uid", f"{session.pk}@sinergi")
        event.add("sequence", session.version)
        event.add("dtstamp", session.updated_at)
        event.add("dtstart", datetime.combine(session.day, session.starts, zone))
        event.add("dtend", datetime.combine(session.day, session.ends, zone))
        event.add("summary", f"{batch.programme.name}: {session.topic}")
        event.add("location", session.venue or batch.venue)
        event.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
        yield event
