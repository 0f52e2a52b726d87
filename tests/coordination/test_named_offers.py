"""A referral to a named school place: held exactly, and given up whenever the work ends without success."""

import pytest

from coordination.schools.models import Placement
from tests.conftest import owner
from tests.coordination.schools import counted, make_place, make_school
from tests.coordination.test_referrals import get, move, refer
from tests.province import HADI, province  # noqa: F401 a fixture

pytestmark = pytest.mark.django_db


def ask(client, world, place, **more):
    return refer(client, world, place=str(place.pk), **more)


def test_a_place_is_held_from_the_moment_that_it_is_asked_for(client, world):
    place = make_place(make_school())
    answer = ask(client, world, place)
    assert (answer.status_code, answer.json()["place"]) == (201, str(place.pk)), answer.content
    assert counted(place) == (1, 1, 1)
    full = ask(client, world, place, person="A toddler")
    assert (full.status_code, full.json()["code"], full.json()["free"]) == (409, "conflict", 0)
    assert get(client, world, "amal", "referrals").json()["data"][0]["id"] == answer.json()["id"]


def test_a_draft_holds_no_place(client, world):
    place = make_place(make_school())
    key = ask(client, world, place, send=False).json()["id"]
    assert counted(place) == (1, 0, 0)
    assert move(client, world, "amal", key, "send").status_code == 200
    assert counted(place) == (1, 1, 1)


@pytest.mark.parametrize(
    "road",
    [
        [("basim", "decline")],
        [("amal", "cancel")],
        [("amal", "withdraw")],
        [("basim", "return")],
        [("basim", "accept"), ("basim", "fail")],
    ],
)
def test_whatever_stops_the_work_frees_the_place(client, world, road):
    place = make_place(make_school())
    key = ask(client, world, place).json()["id"]
    for who, name in road:
        assert move(client, world, who, key, name).status_code == 200
    assert counted(place) == (1, 0, 0)
    assert ask(client, world, place, person="A toddler").status_code == 201


def test_passing_on_frees_the_place(client, world, province):  # noqa: F811
    place = make_place(make_school())
    key = ask(client, world, place).json()["id"]
    with owner():
        hadi = str(world.agencies[HADI].pk)
    body = {"to_agency": hadi, "reason": "Older than we thought"}
    answer = client.post(
        f"/api/v1/referrals/{key}/transfer",
        body,
        content_type="application/json",
        headers=world.headers("basim", **{"Idempotency-Key": "pass"}),
    )
    assert answer.status_code == 200, answer.content
    assert counted(place) == (1, 0, 0)
    assert get(client, world, HADI, "referrals").json()["data"][0]["place"] is None


def test_success_keeps_the_place_and_so_does_whoever_is_at_school(client, world):
    place = make_place(make_school(), capacity=2)
    done, enrolled = ask(client, world, place).json()["id"], ask(client, world, place, person="A toddler").json()["id"]
    with owner():
        Placement.objects.filter(person=world.people["A toddler"]).update(status="enrolled")
    for key, name in ((done, "complete"), (enrolled, "fail")):
        move(client, world, "basim", key, "accept")
        assert move(client, world, "basim", key, name).status_code == 200
    assert counted(place) == (2, 2, 2)


def test_a_place_is_asked_of_the_office_that_speaks_for_its_school(client, world, province):  # noqa: F811
    high = make_place(make_school("30200001", level="SMA"), grade=10)
    wrong = ask(client, world, high)
    assert wrong.json()["errors"][0] | {"detail": ""} == {"pointer": "/place", "code": "not_theirs", "detail": ""}
    assert ask(client, world, high, to=HADI).status_code == 201
    assert counted(high) == (1, 1, 1)


@pytest.mark.parametrize(
    "wrong", [{"kind": "training", "to": "carla", "person": "A son"}, {"batch": "00000000-0000-7000-8000-000000000000"}]
)
def test_a_place_belongs_to_schooling_and_alone(client, world, wrong):
    assert ask(client, world, make_place(make_school()), **wrong).status_code == 422


def test_an_unknown_place_is_a_fault_of_the_field(client, world):
    answer = refer(client, world, place="0193f5c2-a1b2-7c3d-8e9f-0a1b2c3d4e5f")
    assert answer.json()["errors"][0]["pointer"] == "/place"
