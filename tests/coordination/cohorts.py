"""Many referrals at once, arranged as the owner of the tables: whom figures count."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agencies.access.caller import Caller, acting_as
from coordination.cohorts.services import count_cohorts
from coordination.referrals.models import Referral, ReferralMove
from coordination.schooling.models import CaseMove, FollowUp, SchoolingCase
from coordination.schools.models import Placement
from households.register.models import Household, Person
from tests.conftest import owner
from tests.coordination.schools import make_place, make_school

KAMELOH, PAHANDUT = "62.71.04.1004", "62.71.01.1001"
PATHS = {
    "requested": (),
    "declined": ("declined",),
    "cancelled": ("cancelled",),
    "accepted": ("accepted",),
    "in_progress": ("accepted", "in_progress"),
    "completed": ("accepted", "in_progress", "completed"),
    "failed": ("accepted", "in_progress", "failed"),
    "on_hold": ("accepted", "on_hold"),
}
STEPS = ("assigned", "visited", "verified", "planned", "offered", "enrolled")


def morning(month, day=10, year=2025):
    return datetime(year, month, day, 8, tzinfo=ZoneInfo("Asia/Jakarta"))


def refer_many(world, number, *, status="completed", to="basim", village=KAMELOH, month=3, year=2025, days=4):
    """So many referrals of one village and month; each move comes `days` after the one before."""
    sent, receiver = morning(month, year=year), world.agencies[to]
    with owner():
        home = Household.objects.create(region_id=village)
        people = Person.objects.bulk_create(
            Person(household=home, city=village[:5], name="x", sex="F", birth_date=date(2012, 1, 1), relation="child")
            for _ in range(number)
        )
        ended = sent + len(PATHS[status]) * timedelta(days=days)
        made = Referral.objects.bulk_create(
            Referral(
                from_agency=world.agencies["amal" if village[:5] == "62.71" else "dina"],
                to_agency=receiver,
                household=home,
                person=person,
                kind="training" if receiver.kind == "manpower" else "schooling",
                status=status,
                reason="x",
                sent_at=sent,
                ended_at=ended if status in ("completed", "declined", "cancelled", "failed") else None,
            )
            for person in people
        )
        for place, name in enumerate(("requested", *PATHS[status])):
            at = sent + place * timedelta(days=days)
            ReferralMove.objects.bulk_create(
                ReferralMove(referral=row, name="x", to_status=name, at=at, author="x") for row in made
            )
    return made


def open_cases(referrals, *, status="enrolled", upto="enrolled", checked=()):
    """The work on each child: how far it came, how it stands, which checks found it at school."""
    steps = STEPS[: STEPS.index(upto) + 1]
    with owner():
        held = _placements(referrals) if upto == "enrolled" else {}
        cases = SchoolingCase.objects.bulk_create(
            SchoolingCase(
                referral=row,
                person_id=row.person_id,
                agency_id=row.to_agency_id,
                region_id=row.household.region_id,
                status=status,
                enrolled_on=date(2025, 6, 1) if upto == "enrolled" else None,
                ended_at=None if status in ("candidate", *STEPS) else morning(9),
                placement=held.get(row.person_id),
            )
            for row in referrals
        )
        for name in steps:
            CaseMove.objects.bulk_create(
                CaseMove(case=case, name="x", to_status=name, author="x", at=morning(5)) for case in cases
            )
        for months in checked:
            FollowUp.objects.bulk_create(
                FollowUp(
                    case=case, months=months, due_on=date(2025, 9, 1), answer="attending", answered_on="2025-09-01"
                )
                for case in cases
            )


def _placements(referrals):
    place = make_place(make_school(), capacity=500)
    made = Placement.objects.bulk_create(
        Placement(place=place, person_id=row.person_id, household_id=row.household_id, status="enrolled")
        for row in referrals
    )
    return {row.person_id: row for row in made}


def statistician(world, name="amal"):
    agency = world.agencies[name]
    return Caller(
        kind="social",
        role="statistician",
        agency=agency.pk,
        city=agency.region_id,
        initiator="system",
        purpose="statistics",
    )


def count_now(world, name="amal"):
    by = statistician(world, name)
    with acting_as(by):
        return count_cohorts(by=by)


def told(client, world, who="emil", **query):
    """The rows that a caller is told."""
    query = {"limit": 200, **query}
    answer = client.get("/api/v1/cohorts", query, headers=world.headers(who, **{"X-Purpose": "statistics"}))
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]
