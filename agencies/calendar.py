"""Working days of Indonesian offices: neither weekend, national holiday nor joint leave, in the zone of the city."""

import csv
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from holidays import GOVERNMENT, PUBLIC, country_holidays

from agencies.models import JointLeave

# Keppres 41/1987: provinces of central (WITA) and of eastern time (WIT); all others keep western time (WIB).
CENTRAL = ("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76")
EASTERN = ("81", "82", "91", "92", "93", "94", "95", "96")
SATURDAY = 5
KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked. What the city's table says of joint leave overrides what the library knows."""

    leave: frozenset[date] = frozenset()
    revoked: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open."""
        if day.weekday() >= SATURDAY or day in self.leave or day in holidays_of(day.year):
            return False
        return day in self.revoked or day not in joint_leave_of(day.year)

    def add(self, start: date, days: int) -> date:
        """The working day that lies `days` working days after `start`, or before it when negative; 0 is `start`."""
        step, day = timedelta(days=1 if days > 0 else -1), start
        for _ in range(abs(days)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and with `end`; negative when `end` is the earlier one."""
        first, last = min(start, end), max(start, end)
        count = sum(self.is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
        return count if start <= end else -count


@lru_cache(maxsize=64)
def holidays_of(year: int) -> frozenset[date]:
    """The national holidays of a year."""
    return frozenset(country_holidays("ID", years=year, categories=(PUBLIC,)))


@lru_cache(maxsize=64)
def joint_leave_of(year: int) -> frozenset[date]:
    """The joint leave of a year as far as the library knows the decree."""
    return frozenset(country_holidays("ID", years=year, categories=(GOVERNMENT,)))


def working_calendar() -> Calendar:
    """The calendar as it stands; a change in the table counts within a minute."""
    return _calendar(int(time.monotonic()) // KEPT_SECONDS)


@lru_cache(maxsize=1)
def _calendar(slot: int) -> Calendar:
    return calendar_of(JointLeave.objects.values_list("day", "is_revoked"))


def calendar_of(days: Iterable[tuple[date, bool]]) -> Calendar:
    """A calendar from days of joint leave, each with whether it was revoked."""
    told = list(days)
    return Calendar(
        leave=frozenset(day for day, is_revoked in told if not is_revoked),
        revoked=frozenset(day for day, is_revoked in told if is_revoked),
    )


def load_joint_leave(path: Path) -> int:
    """Take the days of a file in; a day that is known already gets its new words. Returns how many there were."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            JointLeave(
                day=date.fromisoformat(row["day"]),
                name=row["name"],
                decree=row["decree"],
                is_revoked=row["is_revoked"] == "yes",
            )
            for row in csv.DictReader(file)
        ]
    JointLeave.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["day"], update_fields=["name", "decree", "is_revoked"]
    )
    return len(rows)


def add_working_days(start: date, days: int) -> date:
    """`Calendar.add` in the calendar as it stands."""
    return working_calendar().add(start, days)


def working_days_between(start: date, end: date) -> int:
    """`Calendar.between` in the calendar as it stands."""
    return working_calendar().between(start, end)


def due_day(start: date, months: int) -> date:
    """The first working day on or after so many months; the last of the month where it is shorter."""
    return working_calendar().add(months_after(start, months) - timedelta(days=1), 1)


def months_after(start: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(start.day, (following - timedelta(days=1)).day))


def zone_of(region: str) -> ZoneInfo:
    """The time zone of a region by its Kemendagri code."""
    province = region[:2]
    name = "Asia/Makassar" if province in CENTRAL else "Asia/Jayapura" if province in EASTERN else "Asia/Jakarta"
    return ZoneInfo(name)


def today_in(region: str) -> date:
    """The day that it is in a region."""
    return datetime.now(UTC).astimezone(zone_of(region)).date()


def end_of(day: date, region: str) -> datetime:
    """The last second of a day in a region."""
    return datetime.combine(day, clock(23, 59, 59), zone_of(region))
