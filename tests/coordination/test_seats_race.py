"""Seats under two hundred callers at once, on connections of their own that commit."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from agencies.access.caller import Caller, acting_as
from agencies.web.problems import Problem
from coordination.training.applications import move_application
from coordination.training.models import Application, Batch
from households.register.models import Person
from tests.conftest import owner

CALLERS, SEATS, THREADS = 200, 25, 20
COPIED = ("programme_id", "provider_id", "name", "venue", "region_id", "starts_on", "ends_on", "registration_until")


@pytest.fixture
def applications(world, django_db_blocker):
    """A batch of 25 seats and 200 undecided applications, committed; everything is taken away afterwards."""
    with django_db_blocker.unblock():
        with owner():
            people = Person.objects.bulk_create(
                Person(
                    household=world.households["B"],
                    city="62.71",
                    name=f"Adult {n}",
                    sex="F",
                    relation="other",
                    birth_date="1990-01-01",
                )
                for n in range(CALLERS)
            )
            model = Batch.objects.get(pk=world.batch)
            copied = {name: getattr(model, name) for name in COPIED}
            batch = Batch(**copied, capacity=SEATS, status="open")
            batch.save(force_insert=True)
            made = Application.objects.bulk_create(
                Application(
                    batch_id=batch.pk,
                    person=person,
                    household=person.household,
                    provider=world.agencies["carla"],
                    source="own",
                    starts_on=batch.starts_on,
                    ends_on=batch.ends_on,
                )
                for person in people
            )
        try:
            yield batch.pk, [application.pk for application in made]
        finally:
            with owner():
                Application.objects.filter(batch=batch.pk).delete()
                Batch.objects.filter(pk=batch.pk).delete()
                Person.objects.filter(pk__in=[person.pk for person in people]).delete()
            connection.close()


def moved(world, name):
    """A call that makes one move in a transaction of its own; gives the refusal's code, or nothing."""
    caller = Caller("manpower", "officer", world.agencies["carla"].pk, "62.71", purpose="training")

    def call(key):
        try:
            with acting_as(caller):
                move_application(key, name, by=caller)
            return None
        except Problem as problem:
            return problem.code

    return call


def at_once(call, keys):
    """The answers of all calls, made by many threads; each closes its connection when its share is done."""

    def work(share):
        try:
            return [call(key) for key in share]
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        shares = pool.map(work, [keys[start::THREADS] for start in range(THREADS)])
        return [answer for share in shares for answer in share]


def outcome(batch):
    """Seats counted, seats given, and the ranks of those who wait."""
    with owner():
        rows = Application.objects.filter(batch=batch)
        ranks = rows.filter(status="reserve").values_list("rank", flat=True)
        return (
            Batch.objects.get(pk=batch).seats_taken,
            rows.filter(status__in=Application.SEATED).count(),
            sorted(ranks),
        )


def test_two_hundred_at_once_fill_the_seats_exactly_and_all_others_wait_in_one_order(world, applications):
    batch, keys = applications
    assert set(at_once(moved(world, "accept"), keys)) == {None}
    assert outcome(batch) == (SEATS, SEATS, list(range(1, CALLERS - SEATS + 1)))
    with owner():
        seated = list(Application.objects.filter(batch=batch, status="accepted").values_list("pk", flat=True))
    assert set(at_once(moved(world, "withdraw"), seated)) == {None}
    assert outcome(batch) == (SEATS, SEATS, list(range(SEATS + 1, CALLERS - SEATS + 1)))


def test_of_many_who_make_the_same_move_one_wins(world, applications):
    batch, keys = applications
    answers = at_once(moved(world, "accept"), [keys[0]] * 40)
    assert sorted(answers, key=str) == [None, *["transition_refused"] * 39]
    assert outcome(batch) == (1, 1, [])
