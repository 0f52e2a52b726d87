"""By when a receiver must have answered and have done the work, in working days; while on hold the clock stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from agencies.calendar import Calendar, end_of, today_in, working_calendar, zone_of
from coordination.referrals.models import Referral


@dataclass(frozen=True, slots=True)
class Times:
    """Working days to answer a request, and to do the work from the answer on."""

    answer: int
    work: int


# THE table of times: kind -> (valid from, times), newest first. A city that agrees on others adds a line.
TIMES: dict[str, tuple[tuple[date, Times], ...]] = {
    "schooling": ((date(2026, 1, 1), Times(answer=3, work=10)),),
    "training": ((date(2026, 1, 1), Times(answer=3, work=20)),),
}


def times_of(kind: str, on: date) -> Times:
    """The times that hold for requests of a day; before the first line, the oldest one."""
    lines = TIMES[kind]
    return next((times for since, times in lines if since <= on), lines[-1][1])


def clock_of(referral: Referral, name: str, region: str) -> dict[str, Any]:
    """The columns that a move sets on the receiver's clock; `region` says in whose zone the days are."""
    today, calendar = today_in(region), working_calendar()
    if name == "send":
        return _set(calendar.add(today, times_of(referral.kind, today).answer), region)
    if name == "accept":
        return _set(referral.due_on or calendar.add(today, times_of(referral.kind, today).work), region)
    if name == "hold":
        return {"remaining_days": _days_left(referral, today, calendar, region), "due_at": None}
    if name == "resume" and referral.remaining_days is not None:
        return _set(calendar.add(today, referral.remaining_days), region)
    if name in ("return", "withdraw"):
        return {"due_at": None, "remaining_days": None, "escalated_at": None}
    return {}


def _set(day: date, region: str) -> dict[str, Any]:
    return {"due_at": end_of(day, region), "remaining_days": None, "escalated_at": None}


def _days_left(referral: Referral, today: date, calendar: Calendar, region: str) -> int | None:
    """Negative once overdue: resting does not wipe that out."""
    if referral.due_at is None:
        return None
    return calendar.between(today, referral.due_at.astimezone(zone_of(region)).date())


def first_due(kind: str, region: str, calendar: Calendar) -> datetime:
    """When a request that is sent now must have been answered."""
    today = today_in(region)
    return end_of(calendar.add(today, times_of(kind, today).answer), region)
