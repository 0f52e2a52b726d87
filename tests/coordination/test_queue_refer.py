"""Turning the queue into referrals: many in one call, each alone, and never the same child twice."""

from uuid import uuid4

import pytest

from coordination.referrals.models import Referral
from tests.conftest import owner
from tests.coordination.queue_table import assert_consistent
from tests.coordination.test_queue import queue, waits
from tests.coordination.test_queue_rights import crowd
from tests.coordination.test_referrals import post


def refer(client, world, who="amal", **body):
    given = {"to_agency": str(world.agencies["basim"].pk), "reason": "Out of school", **body}
    return post(client, world, who, "queue:refer", given)


def item_of(client, world, label, who="amal"):
    key = str(world.people[label].pk)
    return next(row["id"] for row in queue(client, world, who)["data"] if row["person"] == key)


@pytest.mark.django_db
def test_named_items_become_referrals_in_one_call(client, world):
    wanted = [item_of(client, world, "A daughter"), str(uuid4()), "x", item_of(client, world, "B daughter")]
    answer = refer(client, world, items=[*wanted, wanted[0]], due_on="2099-01-31")
    assert answer.status_code == 200, answer.content
    results = answer.json()["results"]
    assert [(row["index"], row["status"]) for row in results] == [
        (0, "done"),
        (1, "refused"),
        (2, "refused"),
        (3, "done"),
        (4, "refused"),
    ]
    assert results[1]["problem"]["errors"][0]["code"] == "not_awaiting"
    assert queue(client, world, "amal")["data"] == []
    got = {row["referral"] for row in queue(client, world, "basim", kind="referral_to_answer")["data"]}
    assert got == {results[0]["id"], results[3]["id"]}
    with owner():
        made = Referral.objects.get(pk=results[0]["id"])
    assert (made.kind, made.reason, made.person_id) == ("schooling", "Out of school", world.people["A daughter"].pk)
    assert_consistent()


@pytest.mark.django_db
def test_the_first_children_of_a_district_become_referrals(client, world):
    crowd(world, **{"62.71.02.1001": 6, "62.71.02.1002": 4})
    answer = refer(client, world, first=7, region="62.71.02").json()
    assert [row["status"] for row in answer["results"]] == ["done"] * 7
    assert queue(client, world, "amal")["counts"]["kind"] == {"child_out_of_school": 5}
    rest = refer(client, world, first=200).json()
    assert len(rest["results"]) == 5
    assert queue(client, world, "amal")["counts"]["kind"] == {}
    assert_consistent()


@pytest.mark.django_db
def test_what_is_no_child_out_of_school_is_refused_alone(client, world):
    draft = {"kind": "schooling", "person": str(world.people["A daughter"].pk), "reason": "x", "send": False}
    post(client, world, "amal", "referrals", {**draft, "to_agency": str(world.agencies["basim"].pk)})
    sending = queue(client, world, "amal", kind="referral_to_send")["data"][0]["id"]
    items = [sending, item_of(client, world, "B daughter")]
    assert [row["status"] for row in refer(client, world, items=items).json()["results"]] == ["refused", "done"]


@pytest.mark.django_db
def test_a_receiver_that_does_no_schooling_refuses_every_child(client, world):
    items = [item_of(client, world, "A daughter")]
    results = refer(client, world, items=items, to_agency=str(world.agencies["carla"].pk)).json()["results"]
    assert results[0]["problem"]["errors"][0]["code"] == "wrong_kind"
    assert waits(client, world) == ["no_longer_in_school"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"first": 0},
        {"first": 1001},
        {"first": 1, "items": [str(uuid4())]},
        {"items": [str(uuid4())], "region": "62.71"},
        {"first": 1, "region": "62.71.x"},
        {"first": 1, "reason": ""},
        {"first": 1, "to_agency": str(uuid4())},
        {"first": 1, "person": "x"},
        {"items": [str(uuid4())] * 1001},
    ],
)
def test_a_call_of_another_shape_is_refused_whole(client, world, body):
    assert refer(client, world, **body).status_code == 422


@pytest.mark.django_db
def test_other_offices_and_other_cities_refer_nobody_from_this_queue(client, world):
    item = item_of(client, world, "A daughter")
    for who in ("basim", "carla"):
        assert refer(client, world, who=who, items=[item]).status_code == 403
    results = refer(client, world, who="dina", items=[item]).json()["results"]
    assert [row["status"] for row in results] == ["refused"]
    assert waits(client, world) == ["no_longer_in_school"]


@pytest.mark.django_db
def test_the_same_key_refers_nobody_twice(client, world):
    body = {"items": [item_of(client, world, "A daughter")]}
    key = uuid4().hex
    given = {"to_agency": str(world.agencies["basim"].pk), "reason": "Out of school", **body}
    first = post(client, world, "amal", "queue:refer", given, **{"Idempotency-Key": key})
    again = post(client, world, "amal", "queue:refer", given, **{"Idempotency-Key": key})
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")
    with owner():
        assert Referral.objects.count() == 1
