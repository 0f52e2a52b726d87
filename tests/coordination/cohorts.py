"""Many referrals and applications at once, arranged as the owner of the tables: whom figures count."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agencies.access.caller import Caller, acting_as
from coordination.cohorts.services import count_cohorts
from coordination.referrals.models import Referral, ReferralMove
from coordination.schooling.models import CaseMove, FollowUp, SchoolingCase
from coordination.schools.models import Placement
from coordination.trainees.models import Outcome, Trainee
from coordination.training.models import Application, Batch, Programme
from households.register.models import Assessment, Household, Listing, Person
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
    """The rows of 2025 that a caller is told; the batch of the small world begins later."""
    query = {"limit": 200, "year": 2025, **query}
    answer = client.get("/api/v1/cohorts", query, headers=world.headers(who, **{"X-Purpose": "statistics"}))
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


def make_batch(world, *, who="carla", programme=None, month=3, year=2025, region=KAMELOH, **more):
    """A finished batch of 20 seats that began in that month."""
    with owner():
        office = world.agencies[who]
        programme = programme or Programme.objects.create(
            provider=office, name="Budidaya ikan", vocation="aquaculture", sectors=[4], hours=40
        )
        begins = date(year, month, 1)
        return Batch.objects.create(
            **{"capacity": 20, "status": "finished", "name": "x", "venue": "x", **more},
            programme=programme,
            provider=office,
            region_id=region,
            starts_on=begins,
            ends_on=begins + timedelta(days=20),
            registration_until=begins,
        )


def apply_many(world, batch, number, *, village=KAMELOH, sex="F", disabilities=(), status="accepted", **course):
    """So many adults of one family and village who applied to a batch, and how the course went for them."""
    with owner():
        home = Household.objects.create(region_id=village)
        adult = {"birth_date": date(1990, 1, 1), "relation": "head", "name": "x", "sex": sex, "city": village[:5]}
        people = Person.objects.bulk_create(
            Person(household=home, disabilities=list(disabilities), **adult) for _ in range(number)
        )
        applied = Application.objects.bulk_create(
            Application(
                batch=batch,
                person=person,
                household=home,
                provider_id=batch.provider_id,
                source="own",
                status=status,
                rank=1 if status == "reserve" else None,
                seat="open" if status in Application.SEATED else None,
                starts_on=batch.starts_on,
                ends_on=batch.ends_on,
            )
            for person in people
        )
        _take_part(applied, **course)
    return people


def _take_part(applied, *, result=None, came=3, answers=None):
    """Trainees with one result and what they answered after so many months; without a result nobody came."""
    if result is None:
        return
    trainees = Trainee.objects.bulk_create(
        Trainee(
            id=row.pk,
            application=row,
            batch=row.batch,
            person_id=row.person_id,
            household_id=row.household_id,
            provider_id=row.provider_id,
            source="own",
            sessions=3,
            recorded=3,
            came=came,
            absent=3 - came,
            result=result,
        )
        for row in applied
    )
    Outcome.objects.bulk_create(
        Outcome(
            trainee=trainee,
            months=months,
            due_on=date(2025, 12, 1),
            answer=answer,
            answered_on=None if answer == "pending" else date(2025, 12, 1),
        )
        for trainee in trainees
        for months, answer in (answers or {}).items()
    )


def register_poor(people, *, entered=date(2024, 1, 1), exited=None, period=date(2024, 12, 31), status="poor"):
    """Enter people in the register, with what it says of their welfare."""
    with owner():
        Listing.objects.bulk_create(
            Listing(
                person=person,
                household_id=person.household_id,
                city=person.city,
                source="DTKS",
                register_number=str(person.pk)[-20:],
                entered_on=entered,
                entry_reason="registered",
                exited_on=exited,
                exit_reason="no_longer_poor" if exited else "",
            )
            for person in people
        )
        Assessment.objects.bulk_create(
            Assessment(person=person, source="DTKS", period=period, status=status) for person in people
        )
