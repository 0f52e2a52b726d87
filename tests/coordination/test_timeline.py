"""A family's timeline across the offices: each is told what it may see, newest first."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from agencies.access.models import AccessRecord
from coordination.referrals.models import Referral
from coordination.timeline.sources import SOURCES
from coordination.training.models import Application
from households.register.models import Listing, Share
from tests.conftest import owner
from tests.coordination.cases import case_in
from tests.coordination.test_referrals import move, post, refer
from tests.days import COMING
from tests.sharing import share

pytestmark = pytest.mark.django_db


def timeline(client, world, who, mark="A", status=200, headers=None, **query):
    path = f"/api/v1/households/{world.households[mark].pk}/timeline"
    answer = client.get(path, query, headers={**world.headers(who), **(headers or {})})
    assert answer.status_code == status, answer.content
    return answer.json()


def events(client, world, who, **more):
    return [row["event"] for row in timeline(client, world, who, limit=200, **more)["data"]]


@pytest.fixture
def story(client, world):
    """A's daughter is referred, written about and comes back; her brother applies to training."""
    made = refer(client, world).json()["id"]
    move(client, world, "basim", made, "accept")
    post(client, world, "basim", "notes", {"referral": made, "text": "canary note"})
    with owner():
        Application.objects.create(
            batch_id=world.batch,
            person=world.people["A son"],
            household=world.households["A"],
            provider=world.agencies["carla"],
            source="own",
            starts_on=f"{COMING}-01-04",
            ends_on=f"{COMING}-01-08",
        )
    return made


def test_dinsos_reads_everything_newest_first_in_words(client, world, story):
    rows = timeline(client, world, "amal", limit=200)["data"]
    moments = [row["at"] for row in rows]
    assert moments == sorted(moments, reverse=True)
    assert {row["event"] for row in rows} == {
        "applied",
        "note_written",
        "referral_moved",
        "referral_sent",
        "share_opened",
        "assessed",
        "listed",
        "joined",
        "card_issued",
    }
    person = str(world.people["A daughter"].pk)
    listed = next(row for row in rows if (row["event"], row["person"]) == ("listed", person))
    assert listed == {
        "at": "2021-12-31T17:00:00.000000Z",
        "on": "2022-01-01",
        "event": "listed",
        "words_id": "Masuk daftar",
        "words_en": "Entered a register",
        "resource": "listing",
        "id": listed["id"],
        "person": person,
        "details": {
            "source": "DTKS",
            "register_number": "990013",
            "entry_reason": "registered",
            "decree": "canary-decree-A3",
        },
    }


def test_education_reads_its_own_part_and_nothing_of_welfare(client, world, story):
    rows = timeline(client, world, "basim")["data"]
    assert {row["event"] for row in rows} == {"note_written", "referral_moved", "referral_sent", "share_opened"}
    assert {row["person"] for row in rows} == {None, str(world.people["A daughter"].pk)}
    text = str(rows)
    for hidden in ("decile", "decree", "register_number", "canary-", "food_aid", "evidence"):
        assert hidden not in text.replace("canary note", "")


def test_manpower_reads_of_training_and_nothing_of_schooling(client, world, story):
    share(world, "carla", "A son")
    assert set(events(client, world, "carla")) == {"share_opened", "applied"}


def test_exits_closed_shares_and_ends_are_events_too(client, world, story):
    today = timezone.localdate()
    with owner():
        Listing.objects.filter(person=world.people["A son"]).update(exited_on=today, exit_reason="refused")
    move(client, world, "amal", story, "cancel")
    found = events(client, world, "amal")
    for name in ("left_register", "share_closed", "referral_ended"):
        assert name in found


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_meet_every_event_once(client, world, story, limit):
    whole = timeline(client, world, "amal", limit=200)["data"]
    found, cursor = [], {}
    while True:
        page = timeline(client, world, "amal", limit=limit, **cursor)
        found += page["data"]
        if not page["has_more"]:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert found == whole


def test_another_family_another_city_and_no_family_answer_alike(client, world, story):
    for who, mark in (("dina", "A"), ("basim", "B"), ("carla", "A"), ("farah", "A")):
        assert timeline(client, world, who, mark=mark, status=404)["code"] == "not_found"
    answer = client.get(f"/api/v1/households/{uuid4()}/timeline", headers=world.headers("basim"))
    assert answer.status_code == 404
    for bad in ("x", "00000000-0000-0000-0000-00000000000g"):
        assert client.get(f"/api/v1/households/{bad}/timeline", headers=world.headers("amal")).status_code == 404
    for who in ("emil", "amal analyst"):
        assert timeline(client, world, who, status=403)["code"] == "not_granted"


@pytest.mark.parametrize(
    "ended",
    [{"closed_at": timezone.now()}, {"until": timezone.localdate() - timedelta(days=1)}],
    ids=["closed", "over"],
)
def test_an_ended_share_ends_the_view_at_once_also_for_an_old_cursor(client, world, story, ended):
    page = timeline(client, world, "basim", limit=1)
    assert page["has_more"]
    with owner():
        Share.objects.update(**ended)
    assert timeline(client, world, "basim", status=404, cursor=page["next_cursor"])["code"] == "not_found"


def test_a_purpose_without_a_share_sees_no_family(client, world, story):
    answer = timeline(client, world, "basim", status=404, headers={"X-Purpose": "statistics"})
    assert answer["code"] == "not_found"


def test_a_cursor_of_another_family_caller_or_hand_is_refused(client, world, story):
    cursor = timeline(client, world, "amal", limit=1)["next_cursor"]
    assert timeline(client, world, "amal", mark="B", status=400, cursor=cursor)["code"] == "cursor_invalid"
    assert timeline(client, world, "basim", status=400, cursor=cursor)["code"] == "cursor_invalid"
    for name, value in (("order", "id"), ("count", "exact"), ("fields", "at"), ("event", "listed")):
        assert timeline(client, world, "amal", status=400, **{name: value})["code"] == "parameter_unknown"
    assert timeline(client, world, "amal", status=400, limit="0")["code"] == "parameter_invalid"


def test_the_look_is_on_record_with_the_family_and_what_was_told(client, world, story):
    rows = timeline(client, world, "basim", limit=2)["data"]
    with owner():
        record = AccessRecord.objects.latest("id")
    assert (record.action, record.resource, record.decision, record.count) == ("timeline", "household", "granted", 2)
    assert set(map(str, record.subjects)) == {str(world.households["A"].pk), *(row["id"] for row in rows)}
    timeline(client, world, "basim", mark="B", status=404)
    with owner():
        record = AccessRecord.objects.latest("id")
    assert (record.decision, record.count, record.subjects) == ("nothing", 0, [world.households["B"].pk])


def test_of_a_shared_family_only_the_referral_that_one_is_party_to_is_told(client, world, story):
    """Carla's referral of the brother is none of Basim's business, though both may see the family."""
    refer(client, world, to="carla", person="A son", kind="training")
    with owner():
        brother = Referral.objects.get(person=world.people["A son"])
    ids = {row["id"] for row in timeline(client, world, "basim", limit=200)["data"]}
    assert str(brother.pk) not in ids
    assert str(brother.pk) in {row["id"] for row in timeline(client, world, "amal", limit=200)["data"]}


def test_every_source_has_words_in_both_languages_and_a_name_of_its_own():
    assert len({source.name for source in SOURCES}) == len(SOURCES)
    for source in SOURCES:
        assert all(source.words) and source.words[0] != source.words[1]


def test_a_day_is_a_day_of_the_city(client, world):
    with owner():
        Listing.objects.filter(person=world.people["A son"]).update(entered_on=date(2024, 2, 29))
    rows = timeline(client, world, "amal", limit=200)["data"]
    assert [row["at"] for row in rows if row["on"] == "2024-02-29"] == ["2024-02-28T17:00:00.000000Z"]


def test_dinsos_reads_the_steps_of_a_case_and_of_each_the_readable_fields_only(client, world):
    case_in(client, world, "verified")
    steps = {"case", "name", "from_status", "to_status"}
    told = {row["event"]: row["details"] for row in timeline(client, world, "amal", limit=200)["data"]}
    assert set(told["case_moved"]) == steps
    assert not {"visited", "verified"} & set(told)
    told = {row["event"]: row["details"] for row in timeline(client, world, "basim", limit=200)["data"]}
    assert set(told["case_moved"]) == {*steps, "author", "words"}
    assert told["visited"]["found"] == "canary-visit: helps at the market"
    assert told["verified"]["reasons"] == ["cost", "working"]
