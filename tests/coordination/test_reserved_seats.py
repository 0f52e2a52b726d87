"""Reserved seats: who may sit on them, who moves up, what lapses, and who may know."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from coordination.training.models import Application, Batch
from coordination.training.seats import settle_seats
from households.register.models import Assessment, Listing
from tests.conftest import owner
from tests.coordination.test_referrals import get, post
from tests.coordination.test_training import act, apply, enlist, patch_batch, seats_taken, state
from tests.days import COMING

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(world):
    """Four seats: one for the extremely poor, one for the poor, two for anybody."""
    with owner():
        Batch.objects.filter(pk=world.batch).update(
            capacity=4, reserved_poor=2, reserved_extreme=1, release_on=date(COMING - 1, 12, 24)
        )
    return world.batch


def assess(person, status, *, period=date(2026, 6, 30)):
    with owner():
        Assessment.objects.create(person_id=person, source="DTSEN", period=period, status=status, decile=1)
        Listing.objects.get_or_create(
            person_id=person,
            defaults={
                "household_id": Assessment.objects.filter(person=person).values_list("person__household", flat=True)[0],
                "city": "62.71",
                "source": "DTSEN",
                "register_number": str(person)[-12:],
                "entered_on": date(2024, 1, 1),
                "entry_reason": "registered",
            },
        )


def accepted(client, world, *needs):
    """One accepted application for each need ('', 'poor', 'extreme_poor'), in that order; returns their ids."""
    keys = []
    for person, need in zip(enlist(world, len(needs)), needs, strict=True):
        if need:
            assess(person, need)
        keys.append(apply(client, world, person).json()["id"])
        assert act(client, world, "accept", keys[-1]).status_code == 200
    return keys


def seats(*keys):
    with owner():
        found = dict(Application.objects.filter(pk__in=keys).values_list("pk", "seat"))
        return [found[Application._meta.pk.to_python(key)] for key in keys]


def counters(world):
    with owner():
        return Batch.objects.values_list("taken_open", "taken_poor", "taken_extreme").get(pk=world.batch)


def settle(today=date(COMING - 1, 11, 1)):
    """What the worker does each minute, under its own login."""
    return settle_seats(today)


def overdue(*keys):
    with owner():
        Application.objects.filter(pk__in=keys).update(confirm_by=timezone.now() - timedelta(minutes=1))


def test_each_takes_the_most_specific_free_seat(client, world, batch):
    keys = accepted(client, world, "extreme_poor", "extreme_poor", "extreme_poor", "poor", "")
    assert seats(*keys) == ["extreme", "poor", "open", "open", None]
    assert state(keys[4]) == ("reserve", 1)
    assert counters(world) == (2, 1, 1)


def test_nobody_else_sits_on_a_reserved_seat(client, world, batch):
    keys = accepted(client, world, "", "not_poor", "", "poor", "poor")
    assert seats(*keys) == ["open", "open", None, "poor", None]
    assert [state(key) for key in (keys[2], keys[4])] == [("reserve", 1), ("reserve", 2)]
    assert seats_taken(world) == 3


def test_who_left_the_register_is_poor_no_longer(client, world, batch):
    first, second = enlist(world, 2)
    assess(first, "extreme_poor")
    assess(second, "extreme_poor", period=date(2025, 6, 30))
    assess(second, "not_poor")
    with owner():
        Listing.objects.filter(person=first).update(exited_on=date(2026, 7, 1), exit_reason="no_longer_poor")
    keys = [apply(client, world, person).json()["id"] for person in (first, second)]
    for key in keys:
        act(client, world, "accept", key)
    assert seats(*keys) == ["open", "open"]


def test_a_freed_seat_passes_over_those_who_may_not_take_it(client, world, batch):
    keys = accepted(client, world, "", "", "extreme_poor", "poor", "", "poor")
    assert [state(key) for key in keys[4:]] == [("reserve", 1), ("reserve", 2)]
    act(client, world, "withdraw", keys[3])
    assert [state(key) for key in keys[4:]] == [("reserve", 1), ("held", None)]
    act(client, world, "withdraw", keys[0])
    assert state(keys[4]) == ("held", None)
    assert seats(*keys) == [None, "open", "extreme", None, "open", "poor"]


def test_a_confirmed_seat_stays_and_one_not_confirmed_goes_to_the_next(client, world, batch):
    keys = accepted(client, world, *[""] * 5)
    act(client, world, "withdraw", keys[0])
    act(client, world, "withdraw", keys[1])
    assert [state(key) for key in keys[2:]] == [("held", None), ("held", None), ("reserve", 3)]
    shown = get(client, world, "carla", f"applications/{keys[2]}").json()
    assert shown["confirm_by"] > timezone.now().isoformat()
    confirmed = act(client, world, "confirm", keys[2])
    assert (confirmed.json()["status"], confirmed.json()["confirm_by"]) == ("accepted", None)
    overdue(keys[3])
    assert act(client, world, "confirm", keys[3]).status_code == 409
    assert settle() == 1
    assert [state(key) for key in keys[2:]] == [("accepted", None), ("lapsed", None), ("held", None)]
    assert settle() == 0
    assert counters(world) == (2, 0, 0)


def test_social_affairs_confirms_for_its_people(client, world, batch):
    keys = accepted(client, world, *[""] * 3)
    act(client, world, "withdraw", keys[0])
    assert act(client, world, "confirm", keys[2], who="amal").json()["status"] == "accepted"
    refused = act(client, world, "confirm", keys[1], who="amal")
    assert (refused.status_code, refused.json()["allowed"]) == (409, ["withdraw"])


def test_on_the_release_date_free_reserved_seats_are_anybodys(client, world, batch):
    keys = accepted(client, world, "", "", "", "", "", "extreme_poor")
    assert seats_taken(world) == 3
    assert settle(date(COMING - 1, 12, 23)) == 0
    assert settle(date(COMING - 1, 12, 24)) == 1
    assert [state(key)[0] for key in keys] == ["accepted", "accepted", "held", "reserve", "reserve", "accepted"]
    assert counters(world) == (3, 0, 1)
    act(client, world, "withdraw", keys[5])
    assert state(keys[3]) == ("held", None)
    assert settle(date(COMING - 1, 12, 25)) == 0
    assert get(client, world, "carla", f"batches/{batch}").json()["released_at"] is not None


def test_whoever_moves_up_holds_no_other_seat_on_those_days(client, world, batch):
    keys = accepted(client, world, *[""] * 4)
    with owner():
        first = Application.objects.get(pk=keys[2])
        model = Batch.objects.get(pk=batch)
        elsewhere = Batch(**{name: getattr(model, name) for name in COPIED}, taken_open=1)
        elsewhere.save(force_insert=True)
        seated(elsewhere, first)
    act(client, world, "withdraw", keys[0])
    assert [state(key) for key in keys[2:]] == [("reserve", 1), ("held", None)]


COPIED = ("programme_id", "provider_id", "name", "venue", "region_id", "starts_on", "ends_on", "registration_until")
COPIED += ("capacity", "status")


def seated(batch, like):
    """The same person with a seat in another batch."""
    Application(
        batch=batch,
        person_id=like.person_id,
        household_id=like.household_id,
        provider_id=batch.provider_id,
        source="own",
        status="accepted",
        seat="open",
        starts_on=batch.starts_on,
        ends_on=batch.ends_on,
    ).save(force_insert=True)


def test_nobody_is_accepted_for_two_batches_at_once_even_by_the_owner(client, world, batch):
    [person] = enlist(world, 1)
    key = apply(client, world, person).json()["id"]
    with owner():
        model = Batch.objects.get(pk=batch)
        other = Batch(**{name: getattr(model, name) for name in COPIED})
        other.starts_on = other.ends_on = model.ends_on
        other.save(force_insert=True)
        seated(other, Application.objects.get(pk=key))
    refused = act(client, world, "accept", key)
    assert (refused.status_code, refused.json()["detail"][:24]) == (409, "This person holds a seat")
    assert seats_taken(world) == 0
    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=key).update(status="accepted", seat="open")
    with owner():
        Batch.objects.filter(pk=other.pk).update(starts_on=date(COMING, 2, 1), ends_on=date(COMING, 2, 3))
    assert act(client, world, "accept", key).json()["status"] == "accepted"
    moved = patch_batch(client, world, {"starts_on": f"{COMING}-02-03", "ends_on": f"{COMING}-02-09"})
    assert (moved.status_code, moved.json()["detail"][:12]) == (409, "On these day")


def test_reserved_seats_are_not_taken_away_from_those_on_them(client, world, batch):
    accepted(client, world, "extreme_poor", "poor", "")
    refused = patch_batch(client, world, {"reserved_poor": 1, "reserved_extreme": 0})
    assert refused.status_code == 409
    told = {name: refused.json()[name] for name in ("capacity", "reserved_poor", "reserved_extreme", "seats_taken")}
    assert told == {"capacity": 4, "reserved_poor": 1, "reserved_extreme": 0, "seats_taken": 3}
    refused = patch_batch(client, world, {"capacity": 2})
    assert (refused.status_code, refused.json()["seats_taken"]) == (409, 3)


def test_seats_no_longer_reserved_go_to_the_reserve_list(client, world, batch):
    keys = accepted(client, world, *[""] * 4)
    assert patch_batch(client, world, {"reserved_poor": 0, "reserved_extreme": 0}).json()["seats_taken"] == 4
    assert [state(key)[0] for key in keys] == ["accepted", "accepted", "held", "held"]


@pytest.mark.parametrize("wrong", [{"reserved_poor": 5}, {"reserved_extreme": 2}, {"reserved_poor": 1}])
def test_reservations_that_do_not_fit_are_refused(client, world, batch, wrong):
    refused = patch_batch(client, world, wrong)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "too_many")


def test_providers_are_told_at_most_that_a_seat_is_reserved(client, world, batch):
    keys = accepted(client, world, "extreme_poor", "poor", "")
    shown = [get(client, world, "carla", f"applications/{key}").json() for key in keys]
    assert [item["is_reserved"] for item in shown] == [True, True, False]
    for path in (
        *(f"applications/{key}" for key in keys),
        f"batches/{batch}",
        "applications",
        f"batches/{batch}/ranking",
    ):
        text = get(client, world, "carla", path).content.decode()
        assert not [word for word in ('"seat"', "taken_", '"poor"', '"extreme"', "decile") if word in text], path
    assert get(client, world, "amal", f"applications/{keys[0]}").json()["seat"] == "extreme"
    own = {item["id"] for item in json.loads(get(client, world, "amal", "applications").content)["data"]}
    assert set(keys) <= own


@pytest.mark.parametrize("role", ["sinergi_manpower_officer", "sinergi_partner_officer"])
def test_the_roles_of_providers_reach_neither_welfare_nor_kinds_of_seats(world, role):
    for wanted in (
        "SELECT training_need(gen_random_uuid())",
        "SELECT settle_training_seats(current_date)",
        "SELECT seat FROM training_application",
        "SELECT taken_extreme FROM training_batch",
        "UPDATE training_batch SET taken_open = 0",
        "UPDATE training_application SET seat = 'open'",
        "SELECT status FROM register_assessment",
    ):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
            cursor.execute(wanted)


def test_a_cancelled_batch_frees_every_kind_of_seat(client, world, batch):
    keys = accepted(client, world, "extreme_poor", "poor", "", "", "")
    post(client, world, "carla", f"batches/{batch}/cancel")
    assert [state(key) for key in keys] == [("declined", None)] * 5
    assert counters(world) == (0, 0, 0)


def test_once_the_course_runs_nobody_moves_up(client, world, batch):
    keys = accepted(client, world, *[""] * 3)
    assert [post(client, world, "carla", f"batches/{batch}/{name}").status_code for name in ("select", "start")] == [
        200
    ] * 2
    assert act(client, world, "miss", keys[0]).json()["status"] == "no_show"
    assert state(keys[2]) == ("reserve", 1)
    assert seats_taken(world) == 1
