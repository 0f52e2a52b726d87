"""Reserved seats, the worker and overlapping batches under many callers at once, on connections that commit."""

import pytest
from django.db import connection
from django.utils import timezone

from coordination.training.models import Application, Batch
from coordination.training.seats import settle_seats
from households.register.models import Assessment, Listing, Person
from tests.conftest import owner
from tests.coordination.test_seats_race import COPIED, at_once, moved
from tests.days import COMING

NEEDS = ["extreme_poor"] * 30 + ["poor"] * 50 + [""] * 120


@pytest.fixture
def crowd(world, django_db_blocker):
    """Two batches on the same days with 16 seats, 8 for the poor, 4 of these for the extremely poor; 200 people."""
    with django_db_blocker.unblock():
        with owner():
            people = Person.objects.bulk_create(
                Person(
                    household=world.households["B"],
                    city="62.71",
                    name=f"Adult {place}",
                    sex="F",
                    relation="other",
                    birth_date="1990-01-01",
                )
                for place in range(len(NEEDS))
            )
            register(people)
            model = Batch.objects.get(pk=world.batch)
            batches = [Batch(**{name: getattr(model, name) for name in COPIED}, **SEATS) for _ in range(2)]
            for batch in batches:
                batch.save(force_insert=True)
        try:
            yield batches, people
        finally:
            with owner():
                Application.objects.filter(batch__in=batches).delete()
                Batch.objects.filter(pk__in=[batch.pk for batch in batches]).delete()
                Person.objects.filter(pk__in=[person.pk for person in people]).delete()
            connection.close()


SEATS = {
    "capacity": 16,
    "reserved_poor": 8,
    "reserved_extreme": 4,
    "release_on": f"{COMING - 1}-12-24",
    "status": "open",
}


def register(people):
    poor = [(person, need) for person, need in zip(people, NEEDS, strict=True) if need]
    Assessment.objects.bulk_create(
        Assessment(person=person, source="DTSEN", period="2026-06-30", status=need) for person, need in poor
    )
    Listing.objects.bulk_create(
        Listing(
            person=person,
            household=person.household,
            city="62.71",
            source="DTSEN",
            register_number=str(person.pk)[-12:],
            entered_on="2024-01-01",
            entry_reason="registered",
        )
        for person, _ in poor
    )


def applications(world, batch, people, **more):
    with owner():
        return Application.objects.bulk_create(
            Application(
                batch=batch,
                person=person,
                household=person.household,
                provider=world.agencies["carla"],
                source="own",
                starts_on=batch.starts_on,
                ends_on=batch.ends_on,
                **more,
            )
            for person in people
        )


def by_seat(batch):
    """How many sit on each kind of seat, by what the batch counts and by who sits there."""
    with owner():
        counted = Batch.objects.values_list("taken_open", "taken_poor", "taken_extreme").get(pk=batch.pk)
        rows = Application.objects.filter(batch=batch)
        return counted, tuple(rows.filter(seat=kind).count() for kind in ("open", "poor", "extreme"))


def sitters(batch, kind):
    with owner():
        people = Application.objects.filter(batch=batch, seat=kind).values_list(
            "person__assessments__status", flat=True
        )
        return set(people)


def test_two_hundred_at_once_take_each_kind_of_seat_exactly(world, crowd):
    (batch, _), people = crowd
    made = applications(world, batch, people)
    keys = [application.pk for application in made]
    assert set(at_once(moved(world, "accept"), keys)) == {None}
    assert by_seat(batch) == ((8, 4, 4), (8, 4, 4))
    assert sitters(batch, "extreme") == {"extreme_poor"}
    assert sitters(batch, "poor") <= {"extreme_poor", "poor"}
    with owner():
        seated = list(Application.objects.filter(batch=batch, seat__isnull=False).values_list("pk", flat=True))
    assert set(at_once(moved(world, "withdraw"), seated)) == {None}
    assert by_seat(batch) == ((8, 4, 4), (8, 4, 4))
    assert sitters(batch, "extreme") == {"extreme_poor"}
    with owner():
        waiting = Application.objects.filter(batch=batch, status="held", confirm_by__gt=timezone.now())
        assert waiting.count() == 16


def test_many_workers_at_once_lapse_and_release_once(world, crowd):
    (batch, _), people = crowd
    keys = [application.pk for application in applications(world, batch, people[80:140])]
    at_once(moved(world, "accept"), keys)
    with owner():
        first = list(Application.objects.filter(batch=batch, seat="open").values_list("pk", flat=True))[:5]
    at_once(moved(world, "withdraw"), first)
    with owner():
        held = Application.objects.filter(batch=batch, status="held")
        assert held.update(confirm_by="2026-01-01T00:00:00Z") == 5
    assert sum(at_once(settle_seats, [f"{COMING - 1}-12-24"] * 40)) == 2  # both batches release, one of them lapses too
    with owner():
        assert Application.objects.filter(batch=batch, status="lapsed").count() == 5
        assert Application.objects.filter(batch=batch, status="held").count() == 13
    assert by_seat(batch) == ((16, 0, 0), (16, 0, 0))


def test_of_two_batches_on_the_same_days_a_person_gets_one_seat(world, crowd):
    batches, people = crowd
    made = [application for batch in batches for application in applications(world, batch, people[:8])]
    answers = at_once(moved(world, "accept"), [application.pk for application in made])
    refused = [answer for answer in answers if answer]
    assert len(answers) - len(refused) == 8
    with owner():
        seated = Application.objects.filter(pk__in=[a.pk for a in made], seat__isnull=False)
        assert seated.values("person").distinct().count() == seated.count() == 8
    assert [sum(counted) for counted, _ in map(by_seat, batches)] == [sum(sat) for _, sat in map(by_seat, batches)]
