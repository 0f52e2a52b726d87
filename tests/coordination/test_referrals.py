"""The life of a referral: who may do what when, and what the receiver sees meanwhile."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from agencies.access.models import AccessRecord
from agencies.models import Officer
from coordination.referrals.models import Referral
from coordination.referrals.transitions import MOVES
from households.register.models import Person, Share
from tests.conftest import owner
from tests.days import in_days

pytestmark = pytest.mark.django_db

WORDS = {
    "complete": {"outcome": "Back in class 7"},
    "hold": {"reason": "Waiting for papers"},
    "decline": {"reason": "No place"},
    "cancel": {"reason": "Moved away"},
    "fail": {"reason": "Never came"},
    "withdraw": {"reason": "Asked too early"},
    "return": {"reason": "Not our kind of work"},
    "transfer": {"reason": "The province runs that school"},
}
ROADS = {
    "draft": (),
    "requested": ("send",),
    "accepted": ("send", "accept"),
    "in_progress": ("send", "accept", "start"),
    "on_hold": ("send", "accept", "hold"),
    "returned": ("send", "return"),
    "completed": ("send", "accept", "start", "complete"),
    "declined": ("send", "decline"),
    "cancelled": ("cancel",),
    "failed": ("send", "accept", "fail"),
}
SENDER = {
    "draft": ["send", "cancel"],
    "requested": ["cancel", "transfer", "withdraw"],
    "accepted": ["hold", "cancel", "transfer"],
    "in_progress": ["hold", "cancel", "transfer"],
    "on_hold": ["resume", "cancel", "transfer"],
    "returned": ["send", "cancel", "transfer"],
}
RECEIVER = {
    "requested": ["accept", "decline", "return", "assign", "transfer"],
    "accepted": ["start", "hold", "complete", "fail", "return", "assign", "transfer"],
    "in_progress": ["hold", "complete", "fail", "return", "assign", "transfer"],
    "on_hold": ["resume", "fail", "return", "assign", "transfer"],
}


def post(client, world, who, path, body=None, **headers):
    return client.post(
        f"/api/v1/{path}",
        body or {},
        content_type="application/json",
        headers=world.headers(who, **{"Idempotency-Key": uuid4().hex, **headers}),
    )


def refer(client, world, *, to="basim", who="amal", person="A daughter", kind="schooling", **more):
    body = {
        "kind": kind,
        "person": str(world.people[person].pk),
        "to_agency": str(world.agencies[to].pk),
        "reason": "Left school in class 6",
        **more,
    }
    return post(client, world, who, "referrals", body)


def move(client, world, who, key, name):
    body = dict(WORDS.get(name, {}))
    if name == "transfer":
        body["to_agency"] = str(world.agencies["basim"].pk)
    if name == "assign":
        body["officer"] = str(officer_of(world, who).pk)
    return post(client, world, who, f"referrals/{key}/{name}", body)


def officer_of(world, who, role="officer"):
    with owner():
        return Officer.objects.get(agency=world.agencies[who], roles=[role])


def referral_in(client, world, status):
    """A schooling referral that went the road to a state; returns its id."""
    answer = refer(client, world, send=False)
    assert answer.status_code == 201, answer.content
    key = answer.json()["id"]
    for name in ROADS[status]:
        who = "amal" if MOVES[name].who == "sender" else "basim"
        answer = move(client, world, who, key, name)
        assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == status
    return key


def get(client, world, who, path, **headers):
    return client.get(f"/api/v1/{path}", headers=world.headers(who, **headers))


def test_a_sent_referral_shows_the_child_and_one_guardian_and_nothing_of_welfare_or_health(client, world):
    assert get(client, world, "basim", "households").json()["data"] == []
    answer = refer(client, world)
    assert answer.status_code == 201, answer.content
    assert answer["Location"].endswith(answer.json()["id"])
    [household] = get(client, world, "basim", "households").json()["data"]
    people = {str(world.people["A mother"].pk), str(world.people["A daughter"].pk)}
    assert {person["id"] for person in household["people"]} == people
    child = get(client, world, "basim", f"persons/{world.people['A daughter'].pk}")
    assert child.status_code == 200
    assert not {"disabilities", "pregnant", "occupation", "mother_name"} & set(child.json())
    assert get(client, world, "basim", "assessments").status_code == 403
    assert get(client, world, "basim", "listings").status_code == 403


def test_completing_hides_the_child_at_once_and_keeps_the_outcome(client, world):
    key = refer(client, world).json()["id"]
    child = f"persons/{world.people['A daughter'].pk}"
    assert move(client, world, "basim", key, "accept").status_code == 200
    assert get(client, world, "basim", child).status_code == 200
    done = move(client, world, "basim", key, "complete")
    assert done.status_code == 200, done.content
    assert (done.json()["status"], done.json()["outcome"]) == ("completed", "Back in class 7")
    assert get(client, world, "basim", child).status_code == 404
    assert get(client, world, "basim", "households").json()["data"] == []
    with owner():
        share = Share.objects.get()
    assert share.closed_at and share.closed_reason == "referral completed"


@pytest.mark.parametrize("name", ["decline", "cancel", "fail"])
def test_every_other_end_closes_the_share_too(client, world, name):
    key = refer(client, world).json()["id"]
    if name == "fail":
        move(client, world, "basim", key, "accept")
    answer = move(client, world, "amal" if name == "cancel" else "basim", key, name)
    assert answer.status_code == 200, answer.content
    assert answer.json()["outcome"] == WORDS[name]["reason"]
    assert answer.json()["ended_at"]
    assert get(client, world, "basim", f"persons/{world.people['A daughter'].pk}").status_code == 404


@pytest.mark.parametrize("status", ROADS)
def test_whatever_move_is_not_in_the_table_is_refused_with_the_moves_that_are(client, world, status):
    key = referral_in(client, world, status)
    sides = [
        ("amal", SENDER.get(status, [])),
        *([("basim", RECEIVER.get(status, []))] if "send" in ROADS[status] else []),
    ]
    for who, possible in sides:
        for name in set(MOVES) - set(possible) - ({"assign"} if who == "amal" else set()):
            answer = move(client, world, who, key, name)
            assert answer.status_code == 409, (who, name, answer.content)
            assert answer.json()["code"] == "transition_refused"
            assert sorted(answer.json()["allowed"]) == sorted(possible)
    assert get(client, world, "amal", f"referrals/{key}").json()["status"] == status


def test_a_rested_referral_goes_on(client, world):
    key = referral_in(client, world, "on_hold")
    assert move(client, world, "amal", key, "resume").json()["status"] == "in_progress"
    notes = get(client, world, "amal", f"notes?referral={key}").json()["data"]
    assert [note["text"] for note in notes] == ["Waiting for papers"]


def test_a_draft_is_its_senders_alone(client, world):
    key = referral_in(client, world, "draft")
    assert get(client, world, "basim", f"referrals/{key}").status_code == 404
    assert get(client, world, "basim", "households").json()["data"] == []
    with owner():
        assert not Share.objects.exists()


@pytest.mark.parametrize("who", ["dina", "gita", "carla"])
def test_other_offices_find_no_referral(client, world, who):
    key, purpose = refer(client, world).json()["id"], {"X-Purpose": "statistics"}
    assert get(client, world, who, f"referrals/{key}", **purpose).status_code == 404
    assert get(client, world, who, f"referrals/{key}/history", **purpose).status_code == 404
    cancelled = post(client, world, who, f"referrals/{key}/cancel", WORDS["cancel"], **purpose)
    assert cancelled.status_code == 404
    assert get(client, world, who, "referrals", **purpose).json()["data"] == []
    note = post(client, world, who, "notes", {"referral": key, "text": "?"}, **purpose)
    assert note.json()["errors"][0]["code"] == "does_not_exist"


def test_the_same_request_cannot_be_open_twice(client, world):
    key = refer(client, world).json()["id"]
    again = refer(client, world)
    assert (again.status_code, again.json()["code"]) == (409, "exists")
    move(client, world, "amal", key, "cancel")
    assert refer(client, world).status_code == 201


def test_a_retry_with_the_same_key_refers_once(client, world):
    body = {
        "kind": "schooling",
        "person": str(world.people["A daughter"].pk),
        "to_agency": str(world.agencies["basim"].pk),
        "reason": "Left school",
    }
    first, second = (post(client, world, "amal", "referrals", body, **{"Idempotency-Key": "once"}) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    with owner():
        assert Referral.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"to": "carla"}, "/to_agency"),
        ({"to": "gita"}, "/to_agency"),
        ({"to": "dina"}, "/to_agency"),
        ({"person": "D daughter"}, "/person"),
        ({"kind": "training"}, "/to_agency"),
        ({"kind": "health"}, "/kind"),
        ({"due_on": "tomorrow"}, "/due_on"),
        ({"reason": ""}, "/reason"),
        ({"secret": 1}, "/secret"),
    ],
)
def test_a_referral_that_cannot_be_is_refused_by_field(client, world, wrong, pointer):
    answer = refer(client, world, **wrong)
    assert answer.status_code == 422, answer.content
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    with owner():
        assert not Referral.objects.exists() and not Share.objects.exists()


def test_the_dead_are_not_referred(client, world):
    with owner():
        Person.objects.filter(pk=world.people["A daughter"].pk).update(status="deceased")
    answer = refer(client, world)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "not_alive"


def test_receivers_do_not_refer(client, world):
    assert refer(client, world, who="basim", to="basim").status_code == 403


def test_the_share_lasts_half_a_year_or_until_the_due_day(client, world):
    far = timezone.localdate() + timedelta(days=300)
    refer(client, world, due_on=far.isoformat())
    refer(client, world, person="A toddler")
    with owner():
        days = {share.subjects[0]: share.until for share in Share.objects.all()}
    assert days[world.people["A daughter"].pk] == far
    assert (days[world.people["A toddler"].pk] - timezone.localdate()).days == 180


def test_an_adult_in_training_is_shared_alone(client, world):
    assert refer(client, world, person="A son", to="carla", kind="training").status_code == 201
    with owner():
        assert Share.objects.get().subjects == [world.people["A son"].pk]


def test_both_offices_write_notes_and_nobody_signs_for_the_other(client, world):
    key = refer(client, world).json()["id"]
    for who in ("amal", "basim"):
        answer = post(client, world, who, "notes", {"referral": key, "text": f"from {who}"})
        assert answer.status_code == 201, answer.content
    for who in ("amal", "basim"):
        notes = get(client, world, who, f"notes?referral={key}").json()["data"]
        assert {(note["author"], note["text"], UUID(note["agency"])) for note in notes} == {
            (who, f"from {who}", world.agencies[who].pk) for who in ("amal", "basim")
        }


def patch(client, world, who, key, body, tag):
    return client.patch(
        f"/api/v1/referrals/{key}",
        body,
        content_type="application/json",
        headers=world.headers(who, **{"If-Match": tag}),
    )


def test_only_the_sender_changes_the_request_and_only_while_it_runs(client, world):
    key = refer(client, world).json()["id"]
    tag = get(client, world, "basim", f"referrals/{key}")["ETag"]
    refused = patch(client, world, "basim", key, {"reason": "x"}, tag)
    assert refused.json()["errors"][0]["code"] == "not_writable"
    tag = get(client, world, "amal", f"referrals/{key}")["ETag"]
    changed = patch(client, world, "amal", key, {"reason": "New", "due_on": in_days(30)}, tag)
    assert changed.status_code == 200, changed.content
    assert (changed.json()["reason"], changed.json()["version"]) == ("New", 2)
    assert patch(client, world, "amal", key, {"reason": "x"}, tag).status_code == 412
    late = patch(client, world, "amal", key, {"due_on": "2099-01-01"}, changed["ETag"])
    assert late.status_code == 409
    ended = move(client, world, "amal", key, "cancel")
    assert patch(client, world, "amal", key, {"reason": "x"}, ended["ETag"]).status_code == 409


def test_the_history_tells_both_offices_who_moved_it_when(client, world):
    key = refer(client, world).json()["id"]
    move(client, world, "basim", key, "accept")
    for who in ("amal", "basim"):
        changes = get(client, world, who, f"referrals/{key}/history").json()["data"]
        steps = [change["fields"]["status"]["after"] for change in changes]
        assert steps == ["accepted", "requested"]
        assert [change["by"]["initiator"] for change in changes] == ["basim", "amal"]


def test_moves_and_shares_are_in_the_access_log(client, world):
    key = refer(client, world).json()["id"]
    move(client, world, "basim", key, "accept")
    move(client, world, "basim", key, "complete")
    with owner():
        logged = set(AccessRecord.objects.values_list("action", "resource", "initiator"))
        share = Share.objects.get()
        for record in AccessRecord.objects.filter(resource="share"):
            assert record.subjects[:2] == [share.pk, share.household_id] and record.fields == "schooling"
    assert {
        ("create", "referral", "amal"),
        ("open", "share", "amal"),
        ("accept", "referral", "basim"),
        ("complete", "referral", "basim"),
        ("close", "share", "basim"),
    } <= logged


def test_lists_narrow_down(client, world):
    key = refer(client, world).json()["id"]
    other = refer(client, world, person="A son", to="carla", kind="training").json()["id"]
    for query, found in (
        ("kind=training", [other]),
        ("status=requested", [key, other]),
        (f"to_agency={world.agencies['basim'].pk}", [key]),
        (f"person={world.people['A son'].pk}", [other]),
        (f"household={world.households['B'].pk}", []),
    ):
        listed = get(client, world, "amal", f"referrals?{query}")
        assert sorted(item["id"] for item in listed.json()["data"]) == sorted(found), query
