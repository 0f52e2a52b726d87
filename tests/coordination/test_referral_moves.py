"""Giving back, taking back and passing on: who sees what afterwards, and what stands on record."""

from uuid import UUID

import pytest

from coordination.referrals.models import Note, Referral, ReferralMove
from households.register.models import Share
from tests.conftest import owner
from tests.coordination.test_referrals import WORDS, get, move, officer_of, post, refer, referral_in
from tests.province import HADI, province  # noqa: F401 a fixture

pytestmark = pytest.mark.django_db
CHILD = "A daughter"


def moves_of(client, world, who, key):
    return get(client, world, who, f"referral-moves?referral={key}").json()["data"]


def told(moves):
    return [(m["name"], m["from_status"], m["to_status"], m["author"], m["words"]) for m in moves]


def pass_on(client, world, who, key, to, reason="The province runs that school"):
    body = {"to_agency": str(world.agencies[to].pk), "reason": reason}
    return post(client, world, who, f"referrals/{key}/transfer", body)


def sees_child(client, world, who):
    return get(client, world, who, f"persons/{world.people[CHILD].pk}").status_code == 200


def test_every_move_says_who_made_it_when_and_why(client, world):
    key = refer(client, world, send=False).json()["id"]
    for who, name in (("amal", "send"), ("basim", "accept"), ("basim", "hold"), ("amal", "resume"), ("basim", "start")):
        move(client, world, who, key, name)
    moves = moves_of(client, world, "amal", key)
    assert told(moves) == [
        ("create", "", "draft", "amal", ""),
        ("send", "draft", "requested", "amal", ""),
        ("accept", "requested", "accepted", "basim", ""),
        ("hold", "accepted", "on_hold", "basim", WORDS["hold"]["reason"]),
        ("resume", "on_hold", "in_progress", "amal", ""),
    ]
    assert {UUID(m["agency"]) for m in moves[2:4]} == {world.agencies["basim"].pk}
    assert all(m["at"].endswith("Z") for m in moves)
    assert told(moves_of(client, world, "basim", key)) == told(moves)
    purpose = {"X-Purpose": "statistics"}
    for stranger in ("carla", "gita", "dina"):
        listed = get(client, world, stranger, f"referral-moves?referral={key}", **purpose)
        assert listed.json()["data"] == []
        one = get(client, world, stranger, f"referral-moves/{moves[0]['id']}", **purpose)
        assert one.status_code == 404


def test_a_move_that_is_refused_leaves_no_trace(client, world):
    key = referral_in(client, world, "requested")
    assert move(client, world, "basim", key, "complete").status_code == 409
    assert [m["name"] for m in moves_of(client, world, "amal", key)] == ["create", "send"]


def test_a_returned_referral_is_its_senders_again_and_may_be_sent_again(client, world):
    key = referral_in(client, world, "accepted")
    answer = move(client, world, "basim", key, "return")
    assert (answer.status_code, answer.json()["status"], answer.json()["due_at"]) == (200, "returned", None)
    assert not sees_child(client, world, "basim")
    assert move(client, world, "basim", key, "accept").json()["allowed"] == []
    assert refer(client, world).status_code == 409  # it is open still
    again = move(client, world, "amal", key, "send")
    assert (again.status_code, again.json()["status"]) == (200, "requested")
    assert sees_child(client, world, "basim")
    with owner():
        assert Share.objects.open().count() == 1
        assert Share.objects.count() == 2
    assert told(moves_of(client, world, "amal", key))[-2:] == [
        ("return", "accepted", "returned", "basim", WORDS["return"]["reason"]),
        ("send", "returned", "requested", "amal", ""),
    ]


def test_a_returned_referral_may_be_cancelled(client, world):
    key = referral_in(client, world, "returned")
    assert move(client, world, "amal", key, "cancel").json()["status"] == "cancelled"
    assert refer(client, world).status_code == 201


def test_a_request_is_withdrawn_into_a_draft_that_its_receiver_never_saw(client, world):
    key = referral_in(client, world, "requested")
    answer = move(client, world, "amal", key, "withdraw")
    assert (answer.status_code, answer.json()["status"], answer.json()["sent_at"]) == (200, "draft", None)
    assert get(client, world, "basim", f"referrals/{key}").status_code == 404
    assert moves_of(client, world, "basim", key) == []
    assert not sees_child(client, world, "basim")
    assert move(client, world, "amal", key, "send").json()["status"] == "requested"
    accepted = move(client, world, "basim", key, "accept")
    assert accepted.status_code == 200
    assert move(client, world, "amal", key, "withdraw").status_code == 409


def test_a_referral_passed_on_ends_at_the_one_office_and_goes_on_at_the_other(client, world, province):  # noqa: F811
    key = referral_in(client, world, "accepted")
    post(client, world, "basim", "notes", {"referral": key, "text": "the mother was not at home"})
    answer = pass_on(client, world, "basim", key, HADI)
    assert (answer.status_code, answer.json()["status"]) == (200, "transferred"), answer.content
    with owner():
        new = Referral.objects.get(continues=key)
        [open_share] = Share.objects.open()
    assert (open_share.agency_id, open_share.subjects[0]) == (province.pk, world.people[CHILD].pk)
    assert not sees_child(client, world, "basim")
    assert sees_child(client, world, HADI)
    # the first office keeps its own past and sees nothing of what follows
    assert get(client, world, "basim", f"referrals/{new.pk}").status_code == 404
    assert [item["id"] for item in get(client, world, "basim", "referrals").json()["data"]] == [key]
    assert [m["name"] for m in moves_of(client, world, "basim", key)] == ["accept", "transfer"]
    assert moves_of(client, world, "basim", new.pk) == []
    assert get(client, world, "basim", "notes").json()["data"] == []
    # the second sees the request and who passed it on, and nothing of what the first wrote
    got = get(client, world, HADI, f"referrals/{new.pk}").json()
    assert (got["status"], got["continues"], got["reason"]) == ("requested", key, "Left school in class 6")
    assert get(client, world, HADI, f"referrals/{key}").status_code == 404
    assert get(client, world, HADI, "notes").json()["data"] == []
    [passed] = moves_of(client, world, HADI, new.pk)
    assert (passed["name"], passed["agency"]) == ("transfer", str(world.agencies["basim"].pk))
    assert passed["words"] == WORDS["transfer"]["reason"]
    # the sender sees both
    listed = get(client, world, "amal", "referrals").json()["data"]
    assert {item["id"]: item["status"] for item in listed} == {key: "transferred", str(new.pk): "requested"}
    assert len(get(client, world, "amal", "notes").json()["data"]) == 1
    assert move(client, world, HADI, new.pk, "accept").status_code == 200


def test_what_was_passed_on_bears_the_first_callers_name_in_history_and_log(client, world, province):  # noqa: F811
    key = referral_in(client, world, "requested")
    assert pass_on(client, world, "basim", key, HADI).status_code == 200
    with owner():
        new = Referral.objects.get(continues=key)
    changes = get(client, world, "amal", f"referrals/{new.pk}/history").json()["data"]
    assert {change["by"]["initiator"] for change in changes} == {"basim"}


def test_the_sender_passes_a_returned_referral_on(client, world, province):  # noqa: F811
    key = referral_in(client, world, "returned")
    assert pass_on(client, world, "amal", key, HADI).json()["status"] == "transferred"
    with owner():
        assert Referral.objects.get(continues=key).to_agency_id == province.pk
        assert list(Share.objects.open().values_list("agency", flat=True)) == [province.pk]


@pytest.mark.parametrize("to", ["carla", "gita", "amal", "basim"])
@pytest.mark.parametrize("who", ["basim", "amal"])
def test_it_goes_on_only_to_another_office_of_the_right_kind_here_or_above(client, world, who, to):
    key = referral_in(client, world, "accepted")
    answer = pass_on(client, world, who, key, to)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/to_agency")
    with owner():
        assert Referral.objects.count() == Share.objects.open().count() == 1
    assert get(client, world, "basim", f"referrals/{key}").json()["status"] == "accepted"


def test_the_first_office_does_not_learn_that_the_second_knows_the_child(client, world, province):  # noqa: F811
    assert refer(client, world, to=HADI).status_code == 201
    key = referral_in(client, world, "accepted")
    answer = pass_on(client, world, "basim", key, HADI)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "exist" not in answer.content.decode()
    assert get(client, world, "basim", f"referrals/{key}").json()["status"] == "accepted"
    assert sees_child(client, world, "basim")


def test_the_provinces_office_takes_referrals_of_its_cities_alone(client, world, province):  # noqa: F811
    assert refer(client, world, to=HADI).status_code == 201
    abroad = refer(client, world, to=HADI, who="dina", person="D daughter")
    assert abroad.json()["errors"][0]["code"] == "not_available"


def test_an_ended_share_ends_moves_and_notes_at_once_but_not_ones_own_past(client, world):
    key = referral_in(client, world, "in_progress")
    for who in ("amal", "basim"):
        assert post(client, world, who, "notes", {"referral": key, "text": f"of {who}"}).status_code == 201
    [note, _] = get(client, world, "basim", f"notes?referral={key}").json()["data"]
    once = {"Idempotency-Key": "a-note-to-replay"}
    body = {"referral": key, "text": "once"}
    assert post(client, world, "basim", "notes", body, **once).status_code == 201
    move(client, world, "amal", key, "cancel")
    assert get(client, world, "basim", f"notes?referral={key}").json()["data"] == []
    assert get(client, world, "basim", f"notes/{note['id']}").status_code == 404
    assert post(client, world, "basim", "notes", body, **once).status_code in (404, 422)
    late = post(client, world, "basim", "notes", {"referral": key, "text": "late"})
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    assert [m["author"] for m in moves_of(client, world, "basim", key)] == ["basim", "basim"]
    assert len(get(client, world, "amal", f"notes?referral={key}").json()["data"]) == 3
    with owner():
        assert Note.objects.count() == 3


def test_another_purpose_opens_no_thread(client, world):
    key = referral_in(client, world, "accepted")
    post(client, world, "amal", "notes", {"referral": key, "text": "for schooling"})
    assert len(get(client, world, "basim", "notes").json()["data"]) == 1
    assert get(client, world, "basim", "notes", **{"X-Purpose": "statistics"}).json()["data"] == []


def test_the_receiver_gives_the_work_to_one_of_its_own(client, world):
    key = referral_in(client, world, "accepted")
    ours, theirs = officer_of(world, "basim"), officer_of(world, "carla")
    answer = post(client, world, "basim supervisor", f"referrals/{key}/assign", {"officer": str(ours.pk)})
    assert (answer.status_code, answer.json()["assignee"], answer.json()["status"]) == (200, str(ours.pk), "accepted")
    listed = get(client, world, "basim", f"referrals?assignee={ours.pk}").json()["data"]
    assert [item["id"] for item in listed] == [key]
    assert "assignee" not in get(client, world, "amal", f"referrals/{key}").json()
    assert get(client, world, "amal", f"referrals?assignee={ours.pk}").status_code == 400
    stranger = post(client, world, "basim", f"referrals/{key}/assign", {"officer": str(theirs.pk)})
    unknown = post(client, world, "basim", f"referrals/{key}/assign", {"officer": str(UUID(int=7))})
    assert stranger.json()["errors"] == unknown.json()["errors"]
    assert stranger.json()["errors"][0]["code"] == "does_not_exist"
    mine = get(client, world, "basim", "officers").json()["data"]
    assert {item["agency"] for item in mine} == {str(world.agencies["basim"].pk)}
    assert set(mine[0]) == {"id", "full_name", "agency", "roles", "is_active"}


def test_nobody_who_left_is_given_work(client, world):
    key, gone = referral_in(client, world, "accepted"), officer_of(world, "basim")
    with owner():
        type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    answer = post(client, world, "basim", f"referrals/{key}/assign", {"officer": str(gone.pk)})
    assert answer.json()["errors"][0]["code"] == "not_available"


def test_the_sender_assigns_nobody_elsewhere(client, world):
    key = referral_in(client, world, "accepted")
    answer = post(client, world, "amal", f"referrals/{key}/assign", {"officer": str(officer_of(world, "amal").pk)})
    assert (answer.status_code, answer.json()["code"]) == (409, "transition_refused")
    with owner():
        assert not ReferralMove.objects.filter(name="assign").exists()
