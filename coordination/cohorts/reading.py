"""From the city's referrals, cases and placements to the records that figures are made of, year by year."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from agencies.access.caller import Caller
from agencies.access.scopes import visible
from agencies.models import Agency, Region
from coordination.cohorts.funnels import ENDED_AS_CASE, SCHOOLING, TRAINING
from coordination.cohorts.tables import Record
from coordination.referrals.models import Referral
from coordination.referrals.transitions import CLOCKED, ENDED
from coordination.schooling.models import FollowUp
from households.register.models import Household

Records = dict[int, list[Record]]
DAY = 86_400
STILL_ATTENDS = (FollowUp.Answer.ATTENDING, FollowUp.Answer.ABSENT_OFTEN)


@dataclass(slots=True)
class _Path:
    """When a referral or case first came into which state, and for how many days it lay on hold."""

    first: dict[str, datetime] = field(default_factory=dict)
    held: float = 0
    held_since: datetime | None = None

    def note(self, status: str, at: datetime) -> None:
        self.first.setdefault(status, at)
        if status == Referral.Status.ON_HOLD:
            self.held_since = self.held_since or at
        elif self.held_since:
            self.held, self.held_since = self.held + _days(self.held_since, at), None


def read_referrals(kind: str, *, by: Caller) -> Records:
    """Every referral of a kind that the caller's office sent, under the year in which it was first sent.

    Its place is the village in which the family lives; its month is that of the first sending. A draft and one that
    was taken back into a draft count nowhere; one that was passed on counts at either office.
    """
    paths = _paths(visible(by, "referral_move").filter(referral__kind=kind).values_list("referral", "to_status", "at"))
    cases = _cases(by) if kind == Referral.Kind.SCHOOLING else {}
    home = Household.objects.filter(pk=OuterRef("household")).values("region")
    rows = visible(by, "referral").filter(kind=kind, sent_at__isnull=False).annotate(village=Subquery(home))
    found: Records = defaultdict(list)
    around, now = places_around(by.city), timezone.now()
    for row in rows.only("pk", "from_agency", "to_agency", "status", "sent_at", "decided_at", "ended_at", "due_at"):
        path, case = paths.get(row.pk, _Path()), cases.get(row.pk)
        sent = min(path.first.get("requested", row.sent_at), row.sent_at)
        record = Record(
            parties=((row.from_agency_id, "sent"), (row.to_agency_id, "received")),
            groups=_groups(row.village, sent, around),
            furthest=_furthest(kind, row, path, case),
            outcome=_outcome(row, case, now),
            days=_durations(sent, row, path, case, now),
        )
        found[timezone.localtime(sent).year].append(record)
    return found


@dataclass(slots=True)
class _Case:
    """How far the work on a child came."""

    status: str
    enrolled_on: Any
    path: _Path = field(default_factory=_Path)
    checked: int = 0


def _cases(by: Caller) -> dict[UUID, _Case]:
    """The cases of the caller's referrals, by referral."""
    links, cases = {}, {}
    rows = visible(by, "schooling_case").values_list("pk", "referral", "status", "enrolled_on")
    for key, referral, status, enrolled_on in rows:
        cases[referral] = links[key] = _Case(status, enrolled_on)
    for key, path in _paths(visible(by, "case_move").values_list("case", "to_status", "at")).items():
        links[key].path = path
    checks = visible(by, "follow_up").filter(answer__in=STILL_ATTENDS)
    for key, months in checks.values_list("case", "months"):
        links[key].checked = max(links[key].checked, months)
    return cases


def _paths(moves: Any) -> dict[UUID, _Path]:
    paths: dict[UUID, _Path] = defaultdict(_Path)
    for key, status, at in moves.order_by("at", "pk"):
        paths[key].note(status, at)
    return paths


def _furthest(kind: str, row: Referral, path: _Path, case: _Case | None) -> int:
    """The place of the last step that was reached, whatever happened after it."""
    steps = SCHOOLING.steps if kind == Referral.Kind.SCHOOLING else TRAINING.steps
    reached = {"sent"} | ({"accepted"} if "accepted" in path.first else set())
    reached |= {"begun"} if "in_progress" in path.first or row.status == "in_progress" else set()
    reached |= {row.status} & {"accepted", "completed"}
    if case:
        reached |= {"begun", case.status, *case.path.first, f"retained_{case.checked}_months"}
    return max(place for place, step in enumerate(steps) if step in reached)


def _outcome(row: Referral, case: _Case | None, now: datetime) -> str:
    if case and case.status in ENDED_AS_CASE:
        return case.status
    if row.status in (*ENDED, Referral.Status.RETURNED, Referral.Status.ON_HOLD):
        return row.status
    if row.status in CLOCKED and row.due_at and row.due_at < now:
        return "overdue"
    return "waiting" if row.status == Referral.Status.REQUESTED else "at_work"


def _durations(sent: datetime, row: Referral, path: _Path, case: _Case | None, now: datetime) -> dict[str, float]:
    decided = [path.first[name] for name in ("accepted", "declined") if name in path.first]
    moments: dict[str, datetime | None] = {
        "decided": min(decided, default=row.decided_at),
        "ended": row.ended_at,
    }
    if case:
        moments["visited"] = case.path.first.get("visited")
        moments["enrolled"] = _noon(case.enrolled_on) if case.enrolled_on else None
    found = {name: max(0.0, _days(sent, at)) for name, at in moments.items() if at}
    if "on_hold" in path.first:
        found["on_hold"] = path.held + (_days(path.held_since, row.ended_at or now) if path.held_since else 0)
    return found


def read_placements(*, by: Caller) -> Records:
    """Every place that was reserved for a child of the caller's city, under the year in which it was reserved.

    Its place is where the school lies, its office the one that runs the school.
    """
    offices = visible(by, "agency").filter(kind=Agency.Kind.EDUCATION, is_active=True)
    office_of = dict(offices.order_by("-pk").values_list("region_id", "pk"))
    enrolled = set(visible(by, "schooling_case").filter(enrolled_on__isnull=False).values_list("placement", flat=True))
    rows = visible(by, "placement").values_list(
        "pk", "status", "created_at", "ended_at", "place__school__region", "place__school__office_region"
    )
    found: Records = defaultdict(list)
    around = places_around(by.city)
    for key, status, created, ended, place, office in rows:
        party = office_of.get(office)
        record = Record(
            parties=((party, "received"),) if party else (),
            groups=_groups(place, created, around),
            furthest=int(status == "enrolled" or key in enrolled),
            outcome=status,
            days={"given_up": _days(created, ended)} if ended else {},
        )
        found[timezone.localtime(created).year].append(record)
    return found


def places_around(city: str) -> Mapping[str, tuple[str, ...]]:
    """Every district and village of a city, with itself and what it is part of below the city."""
    districts = set(Region.objects.filter(parent=city).values_list("code", flat=True))
    below = Region.objects.filter(parent__in=districts).values_list("code", "parent_id")
    return {**{code: (code,) for code in districts}, **{code: (code, str(above)) for code, above in below}}


def _groups(place: str | None, at: datetime, around: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {"region": around.get(place or "", ()), "month": (str(timezone.localtime(at).month),)}


def _days(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / DAY


def _noon(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
