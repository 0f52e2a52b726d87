"""Up to a thousand referrals in one call: each as if it were alone, all of them quickly, and once."""

import time
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.access.identifiers import new_id
from agencies.access.models import AccessRecord
from coordination.referrals.models import Referral, ReferralMove
from coordination.training.models import Application, Batch
from households.register.models import Household, Person, Share
from tests.conftest import owner
from tests.coordination.schools import counted, make_place, make_school
from tests.coordination.test_referrals import get, move, post, refer
from tests.days import in_days

pytestmark = pytest.mark.django_db
NEVER = "0193f5c2-a1b2-7c3d-8e9f-0a1b2c3d4e5f"


def item(world, person="A daughter", to="basim", kind="schooling", **more):
    named = world.people[person].pk if person in world.people else person
    office = world.agencies[to].pk if to in world.agencies else to
    return {"kind": kind, "person": str(named), "to_agency": str(office), "reason": "Left school", **more}


def send(client, world, items, who="amal", key=None, **more):
    return post(
        client, world, who, "referrals:batch", {"items": items, **more}, **{"Idempotency-Key": key or uuid4().hex}
    )


def counts():
    with owner():
        return Referral.objects.count(), Share.objects.count(), ReferralMove.objects.count()


def test_each_item_has_its_result_in_order(client, world):
    answer = send(client, world, [item(world), item(world, person=NEVER), item(world, person="A toddler", send=False)])
    assert answer.status_code == 200, answer.content
    first, second, third = answer.json()["results"]
    assert (first["index"], first["status"], third["status"]) == (0, "created", "created")
    assert second == {
        "index": 1,
        "status": "refused",
        "problem": {
            "code": "invalid",
            "title": "Some fields are not valid",
            "errors": [{"pointer": "/person", "code": "does_not_exist", "detail": "No such record."}],
        },
    }
    made = {key: get(client, world, "amal", f"referrals/{key}").json() for key in (first["id"], third["id"])}
    assert [found["status"] for found in made.values()] == ["requested", "draft"]
    assert get(client, world, "basim", f"referrals/{first['id']}").json()["due_at"]
    assert get(client, world, "basim", f"referrals/{third['id']}").status_code == 404
    assert counts() == (2, 1, 2)
    assert move(client, world, "basim", first["id"], "accept").status_code == 200


def test_what_was_made_is_what_a_single_call_makes(client, world):
    alone = refer(client, world, reason="Left school", due_on=in_days(30)).json()
    with owner():
        kept = Share.objects.get()
        [step] = ReferralMove.objects.values("name", "to_status", "author", "words")
        alone_share = (kept.household_id, kept.agency_id, kept.purpose, kept.subjects, kept.until)
    move(client, world, "amal", alone["id"], "cancel")
    [result] = send(client, world, [item(world, due_on=in_days(30))]).json()["results"]
    many = get(client, world, "amal", f"referrals/{result['id']}").json()
    own = ("id", "sent_at", "updated_at", "version")
    assert {k: v for k, v in many.items() if k not in own} == {k: v for k, v in alone.items() if k not in own}
    with owner():
        made = Share.objects.get(referral=result["id"])
        assert (made.household_id, made.agency_id, made.purpose, made.subjects, made.until) == alone_share
        [same] = ReferralMove.objects.filter(referral=result["id"]).values("name", "to_status", "author", "words")
    assert same == step
    child = get(client, world, "basim", f"persons/{world.people['A daughter'].pk}")
    assert child.status_code == 200


WRONG = [
    {"to": "carla"},
    {"to": "gita"},
    {"to": "dina"},
    {"person": "D daughter"},
    {"person": NEVER},
    {"to": NEVER},
    {"kind": "training"},
    {"kind": "health"},
    {"due_on": "tomorrow"},
    {"reason": ""},
    {"reason": 7},
    {"secret": 1},
    {"place": NEVER},
    {"batch": NEVER, "kind": "training", "to": "carla", "person": "A son"},
    {"person": "A toddler", "kind": "training", "to": "carla", "batch": "BATCH"},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_an_item_is_refused_for_the_reasons_of_a_single_call(client, world, wrong):
    given = {**wrong, **({"batch": str(world.batch)} if wrong.get("batch") == "BATCH" else {})}
    body = item(world, **given)
    alone = post(client, world, "amal", "referrals", body)
    [result] = send(client, world, [body]).json()["results"]
    told, problem = alone.json(), result["problem"]
    assert (alone.status_code in (409, 422), result["status"]) == (True, "refused")
    assert problem["code"] == told["code"]
    pointers = [(fault["pointer"], fault["code"]) for fault in told.get("errors", [])]
    assert [(fault["pointer"], fault["code"]) for fault in problem.get("errors", [])] == pointers
    assert counts() == (0, 0, 0)


def test_the_dead_are_refused_in_a_batch_too(client, world):
    with owner():
        Person.objects.filter(pk=world.people["A daughter"].pk).update(status="deceased")
    [result] = send(client, world, [item(world)]).json()["results"]
    assert result["problem"]["errors"][0]["code"] == "not_alive"


def test_what_is_open_already_or_named_twice_is_refused_alone(client, world):
    refer(client, world)
    results = send(client, world, [item(world), item(world, "A toddler"), item(world, "A toddler")]).json()["results"]
    assert [result["status"] for result in results] == ["refused", "created", "refused"]
    assert {result["problem"]["code"] for result in results if "problem" in result} == {"exists"}
    assert counts()[0] == 2


def test_seats_and_places_are_decided_one_by_one(client, world):
    place = make_place(make_school())
    seat = {"to": "carla", "kind": "training", "batch": str(world.batch)}
    results = send(
        client,
        world,
        [
            item(world, "A son", **seat),
            item(world, "B son", **seat),
            item(world, "A mother", **seat),
            item(world, place=str(place.pk)),
            item(world, "A toddler", place=str(place.pk)),
        ],
    ).json()["results"]
    assert [result["status"] for result in results] == ["created"] * 4 + ["refused"]
    assert results[4]["problem"]["code"] == "conflict"
    with owner():
        assert sorted(Application.objects.values_list("status", flat=True)) == ["held", "held", "reserve"]
        assert Batch.objects.get(pk=world.batch).seats_taken == 2
    assert counted(place) == (1, 1, 1)
    assert counts()[0] == 4


def test_atomic_is_all_or_nothing_and_names_what_is_wrong(client, world):
    answer = send(client, world, [item(world), item(world, to="carla"), item(world, "A toddler")], atomic=True)
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("/items/1/to_agency", "wrong_kind")
    ]
    assert counts() == (0, 0, 0)
    assert send(client, world, [item(world), item(world, "A toddler")], atomic=True).status_code == 200
    assert counts()[0] == 2


def test_a_dry_run_tells_and_keeps_nothing(client, world):
    answer = send(client, world, [item(world), item(world, to="carla")], dry_run=True)
    assert [result["status"] for result in answer.json()["results"]] == ["created", "refused"]
    assert "id" not in answer.json()["results"][0]
    assert counts() == (0, 0, 0)


def test_a_retry_of_the_whole_call_refers_once(client, world):
    items = [item(world), item(world, "A toddler")]
    first, second = (send(client, world, items, key="once") for _ in range(2))
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert counts()[0] == 2
    assert send(client, world, items[:1], key="once").status_code == 422


@pytest.mark.parametrize("items", [[], "x", [1], [[]], {"a": 1}, [{}] * 1001])
def test_a_call_of_another_shape_is_refused_whole(client, world, items):
    assert send(client, world, items).status_code == 422


def test_only_whoever_may_refer_one_may_refer_many(client, world):
    for who in ("basim", "carla", "emil"):
        assert send(client, world, [item(world)], who=who).status_code == 403
    [result] = send(client, world, [item(world)], who="dina").json()["results"]
    assert result["problem"]["errors"][0]["code"] == "does_not_exist"


def pupils(count):
    """Families of a parent and a child."""
    with owner():
        households = Household.objects.bulk_create(
            Household(id=new_id(), region_id="62.71.04.1004", address="Jl. Contoh") for _ in range(count)
        )
        born = {"child": date(2015, 5, 5), "head": date(1985, 5, 5)}
        people = [
            Person(
                id=new_id(), household=household, city="62.71", name="Anak", sex="F", birth_date=day, relation=relation
            )
            for household in households
            for relation, day in born.items()
        ]
        Person.objects.bulk_create(people)
    return [person.pk for person in people if person.relation == "child"]


def test_a_thousand_are_referred_by_a_handful_of_statements_in_two_seconds(client, world):
    send(client, world, [item(world)])  # what a server loads once
    items = [item(world, person=key) for key in pupils(1000)]
    began = time.process_time()
    with CaptureQueriesContext(connection) as asked:
        answer = send(client, world, items)
    took = time.process_time() - began
    assert {result["status"] for result in answer.json()["results"]} == {"created"}
    assert counts() == (1001, 1001, 1001)
    with owner():
        rows = AccessRecord.objects.filter(action__in=["create", "open"], count=1000)
        assert sorted(rows.values_list("action", flat=True)) == ["create", "open"]
        assert len(rows.get(action="create").subjects) == 2000
        assert all(len(share.subjects) == 2 for share in Share.objects.all()[:5])
    print(f"1,000 referrals: {took:.2f} s of our own time, {len(asked)} statements")
    assert len(asked) < 40
    assert took < 2
