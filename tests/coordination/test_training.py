"""Seats: who gets one, who waits, and who moves up."""

from uuid import uuid4

import pytest

from coordination.training.models import Application, Batch
from households.register.models import Person, Share
from tests.conftest import owner
from tests.coordination.test_referrals import get, move, post, refer
from tests.days import COMING

pytestmark = pytest.mark.django_db


def enlist(world, number):
    """Adults of the city whom Manpower may see, with a share each; returns their ids in order."""
    keys = []
    with owner():
        for place in range(number):
            person = Person(
                household=world.households["B"],
                city="62.71",
                name=f"Adult {place}",
                sex="M",
                birth_date="1995-01-01",
                relation="other",
            )
            person.save(force_insert=True)
            Share.objects.create(
                household=person.household,
                agency=world.agencies["carla"],
                purpose="training",
                subjects=[person.pk],
                until="2099-01-01",
            )
            keys.append(str(person.pk))
    return keys


def apply(client, world, person, who="carla"):
    return post(client, world, who, "applications", {"batch": str(world.batch), "person": str(person)})


def applied(client, world, number):
    """Applications of so many adults, undecided."""
    return [apply(client, world, person).json()["id"] for person in enlist(world, number)]


def act(client, world, name, key, who="carla"):
    return post(client, world, who, f"applications/{key}/{name}")


def state(key):
    with owner():
        return Application.objects.values_list("status", "rank").get(pk=key)


def seats_taken(world):
    with owner():
        return Batch.objects.values_list("seats_taken", flat=True).get(pk=world.batch)


def refer_to_batch(client, world, person="A son", **more):
    return refer(client, world, person=person, to="carla", kind="training", batch=str(world.batch), **more)


def test_accepted_people_fill_the_seats_and_the_next_wait_in_order(client, world):
    keys = applied(client, world, 4)
    assert [state(key) for key in keys] == [("applied", None)] * 4
    for key in keys:
        assert act(client, world, "accept", key).status_code == 200
    assert [state(key) for key in keys] == [("accepted", None)] * 2 + [("reserve", 1), ("reserve", 2)]
    assert seats_taken(world) == 2


@pytest.mark.parametrize(("name", "end"), [("withdraw", "withdrawn"), ("decline", "declined")])
def test_a_freed_seat_goes_to_the_first_reserve(client, world, name, end):
    keys = applied(client, world, 4)
    for key in keys:
        act(client, world, "accept", key)
    freed = act(client, world, name, keys[0])
    assert (freed.status_code, freed.json()["status"]) == (200, end)
    assert [state(key) for key in keys[2:]] == [("held", None), ("reserve", 2)]
    assert seats_taken(world) == 2


def test_without_reserves_a_freed_seat_is_free_again(client, world):
    [key] = applied(client, world, 1)
    act(client, world, "accept", key)
    act(client, world, "withdraw", key)
    assert seats_taken(world) == 0


def test_who_leaves_the_reserve_list_frees_no_seat(client, world):
    keys = applied(client, world, 4)
    for key in keys:
        act(client, world, "accept", key)
    act(client, world, "withdraw", keys[2])
    assert state(keys[3]) == ("reserve", 2)
    assert seats_taken(world) == 2


def test_a_referral_holds_a_seat_that_accepting_does_not_count_twice(client, world):
    answer = refer_to_batch(client, world)
    assert answer.status_code == 201, answer.content
    [item] = get(client, world, "carla", "applications").json()["data"]
    assert (item["status"], item["source"], item["decided_at"]) == ("held", "referral", None)
    assert seats_taken(world) == 1
    assert act(client, world, "accept", item["id"]).json()["status"] == "accepted"
    assert seats_taken(world) == 1


def test_a_draft_reserves_nothing_until_it_is_sent(client, world):
    key = refer_to_batch(client, world, send=False).json()["id"]
    assert seats_taken(world) == 0
    move(client, world, "amal", key, "send")
    assert seats_taken(world) == 1


@pytest.mark.parametrize("name", ["decline", "cancel", "fail"])
def test_a_referral_that_is_given_up_gives_its_seat_to_the_next(client, world, name):
    key = refer_to_batch(client, world).json()["id"]
    waiting = applied(client, world, 2)
    for other in waiting:
        act(client, world, "accept", other)
    assert state(waiting[1]) == ("reserve", 1)
    if name == "fail":
        move(client, world, "carla", key, "accept")
    ended = move(client, world, "amal" if name == "cancel" else "carla", key, name)
    assert ended.status_code == 200, ended.content
    assert state(waiting[1]) == ("held", None)
    with owner():
        assert Application.objects.get(source="referral").status == "withdrawn"
    assert seats_taken(world) == 2


def test_a_completed_referral_keeps_its_seat(client, world):
    key = refer_to_batch(client, world).json()["id"]
    move(client, world, "carla", key, "accept")
    assert move(client, world, "carla", key, "complete").status_code == 200
    assert seats_taken(world) == 1


def test_a_referred_person_without_a_seat_waits_and_is_only_held_when_moving_up(client, world):
    keys = applied(client, world, 2)
    for key in keys:
        act(client, world, "accept", key)
    refer_to_batch(client, world)
    with owner():
        waiting = Application.objects.get(source="referral")
    assert (waiting.status, waiting.rank) == ("reserve", 1)
    act(client, world, "withdraw", keys[0])
    assert state(waiting.pk) == ("held", None)


def test_a_refused_referral_leaves_no_seat_behind(client, world):
    refer_to_batch(client, world)
    again = refer_to_batch(client, world)
    assert again.status_code == 409
    assert seats_taken(world) == 1


def test_social_affairs_withdraws_for_its_people_but_decides_nothing(client, world):
    refer_to_batch(client, world)
    with owner():
        key = Application.objects.get().pk
    refused = act(client, world, "accept", key, who="amal")
    assert (refused.status_code, refused.json()["allowed"]) == (409, ["withdraw"])
    assert act(client, world, "withdraw", key, who="amal").status_code == 200
    assert seats_taken(world) == 0


def test_moves_that_make_no_sense_are_refused_with_those_that_do(client, world):
    keys = applied(client, world, 3)
    for key in keys:
        act(client, world, "accept", key)
    for key, allowed in ((keys[0], ["decline", "withdraw", "miss"]), (keys[2], ["decline", "withdraw"])):
        refused = act(client, world, "accept", key)
        assert (refused.status_code, refused.json()["allowed"]) == (409, allowed)
    act(client, world, "withdraw", keys[0])
    refused = act(client, world, "decline", keys[0])
    assert (refused.status_code, refused.json()["allowed"]) == (409, [])


def test_the_too_young_are_refused(client, world):
    assert refer_to_batch(client, world, person="A daughter").json()["errors"][0]["code"] == "too_young"
    assert seats_taken(world) == 0


def test_one_person_applies_once(client, world):
    [person] = enlist(world, 1)
    assert apply(client, world, person).status_code == 201
    assert apply(client, world, person).status_code == 409


def test_people_who_are_not_shared_cannot_be_put_on_a_list(client, world):
    answer = apply(client, world, world.people["A son"].pk)
    assert answer.json()["errors"][0]["code"] == "does_not_exist"


@pytest.mark.parametrize("who", ["basim", "emil"])
def test_other_offices_see_no_applications(client, world, who):
    assert get(client, world, who, "applications").status_code == 403


def patch_batch(client, world, body):
    path, headers = f"/api/v1/batches/{world.batch}", world.headers("carla")
    tag = client.get(path, headers=headers)["ETag"]
    return client.patch(path, body, content_type="application/json", headers={**headers, "If-Match": tag})


def test_fewer_seats_than_are_taken_are_refused_with_the_numbers(client, world):
    for key in applied(client, world, 2):
        act(client, world, "accept", key)
    refused = patch_batch(client, world, {"capacity": 1})
    assert refused.status_code == 409
    assert (refused.json()["capacity"], refused.json()["seats_taken"]) == (1, 2)
    assert refused.json()["detail"] == "2 seats are taken."


def test_more_seats_go_to_the_reserve_list_first(client, world):
    keys = applied(client, world, 4)
    for key in keys:
        act(client, world, "accept", key)
    answer = patch_batch(client, world, {"capacity": 3})
    assert (answer.status_code, answer.json()["seats_taken"]) == (200, 3)
    assert [state(key) for key in keys[2:]] == [("held", None), ("reserve", 2)]


def test_a_closed_batch_takes_nobody_new_but_its_seats_are_still_given(client, world):
    keys = applied(client, world, 1)
    assert post(client, world, "carla", f"batches/{world.batch}/close").json()["status"] == "closed"
    assert refer_to_batch(client, world).status_code == 409
    assert act(client, world, "accept", keys[0]).json()["status"] == "accepted"
    refused = post(client, world, "carla", f"batches/{world.batch}/close")
    assert (refused.status_code, refused.json()["allowed"]) == (409, ["open", "select", "start", "cancel"])


def test_a_cancelled_batch_declines_everybody(client, world):
    keys = applied(client, world, 3)
    for key in keys:
        act(client, world, "accept", key)
    assert post(client, world, "carla", f"batches/{world.batch}/cancel").json()["seats_taken"] == 0
    assert [state(key) for key in keys] == [("declined", None)] * 3


def test_only_the_provider_moves_a_batch(client, world):
    refused = post(client, world, "amal", f"batches/{world.batch}/close")
    assert (refused.status_code, refused.json()["allowed"]) == (409, [])
    assert post(client, world, "basim", f"batches/{world.batch}/close").status_code == 403


def test_manpower_plans_a_course_and_a_batch(client, world):
    course = {"name": "Las", "vocation": "welding", "sectors": [3], "hours": 120, "minimum_age": 17}
    programme = post(client, world, "carla", "programmes", course)
    assert programme.status_code == 201, programme.content
    run = {
        "programme": programme.json()["id"],
        "name": "Angkatan 1",
        "venue": "BLK",
        "region": "62.71.04.1004",
        "starts_on": f"{COMING}-02-01",
        "ends_on": f"{COMING}-02-20",
        "registration_until": f"{COMING}-01-20",
        "capacity": 16,
    }
    batch = post(client, world, "carla", "batches", run)
    assert (batch.status_code, batch.json()["status"]) == (201, "draft")
    key = batch.json()["id"]
    assert get(client, world, "amal", f"batches/{key}").status_code == 404
    assert post(client, world, "carla", f"batches/{key}/open").json()["status"] == "open"
    assert get(client, world, "amal", f"batches/{key}").status_code == 200
    backwards = post(client, world, "carla", "batches", {**run, "ends_on": f"{COMING}-01-01"})
    assert backwards.json()["errors"][0]["pointer"] == "/ends_on"
    path, headers = f"/api/v1/programmes/{programme.json()['id']}", world.headers("carla")
    tag = {"If-Match": client.get(path, headers=headers)["ETag"]}
    changed = client.patch(path, {"hours": 90}, content_type="application/json", headers={**headers, **tag})
    assert (changed.status_code, changed.json()["hours"]) == (200, 90)
    assert post(client, world, "amal", "programmes", course).status_code == 403


def test_unknown_records_are_not_found(client, world):
    for path in (f"applications/{uuid4()}/accept", f"batches/{uuid4()}/open", "applications/x/accept"):
        assert post(client, world, "carla", path).status_code == 404
