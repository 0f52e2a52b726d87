"""What became of referrals and school places: counted by office, place and month, and told to whom it concerns."""

import pytest

from agencies.access.models import AccessRecord
from coordination.cohorts.funnels import PLACES, SCHOOLING, TRAINING
from coordination.cohorts.services import count_every_city
from coordination.referrals.models import Referral
from coordination.schools.models import Placement
from tests.conftest import owner
from tests.coordination.cohorts import KAMELOH, PAHANDUT, count_now, morning, open_cases, refer_many, told

pytestmark = pytest.mark.django_db


def zeros(names, **others):
    return {**dict.fromkeys(names, 0), **others}


def row(rows, **wanted):
    """The one row with these values."""
    found = [item for item in rows if all(item[name] == value for name, value in wanted.items())]
    assert len(found) == 1, found
    return found[0]


def whole(client, world, funnel="schooling", who="emil", **query):
    return row(told(client, world, who, funnel=funnel, dimension="whole", edition=0, **query), side="")


def test_a_row_tells_how_far_they_came_what_became_of_them_and_how_long_it_took(client, world):
    refer_many(world, 20, days=4)
    refer_many(world, 10, status="declined", days=2)
    refer_many(world, 6, status="on_hold")
    count_now(world)
    found = whole(client, world)
    assert found == {
        "id": found["id"],
        "funnel": "schooling",
        "year": 2025,
        "agency": None,
        "side": "",
        "dimension": "whole",
        "region": "62.71",
        "month": None,
        "programme": None,
        "value": "",
        "edition": 0,
        "seats": None,
        "rates": {},
        "cost_per_placed": None,
        "steps": zeros(SCHOOLING.steps, sent=36, accepted=26, begun=20),
        "outcomes": zeros(SCHOOLING.outcomes, completed=20, declined=10, on_hold=6, still_open=6),
        "durations": {
            "decided": {"median": 4, "p90": 4},
            "ended": {"median": 12, "p90": 12},
            "visited": None,
            "enrolled": None,
            "on_hold": None,  # of fewer than ten
        },
        "as_of": found["as_of"],
    }


def test_the_way_of_a_child_is_one_funnel_from_sending_to_the_last_check(client, world):
    open_cases(refer_many(world, 12, status="in_progress"), checked=(3, 6))
    open_cases(refer_many(world, 9, status="failed"), status="not_found", upto="visited")
    open_cases(refer_many(world, 7), status="already_in_school", upto="verified")
    count_now(world)
    found = whole(client, world)
    assert found["steps"] == {
        **zeros(SCHOOLING.steps),
        **dict.fromkeys(("sent", "accepted", "begun", "assigned", "visited"), 28),
        "verified": 19,
        **dict.fromkeys(("planned", "offered", "enrolled", "retained_3_months", "retained_6_months"), 12),
    }
    assert found["outcomes"] == zeros(SCHOOLING.outcomes, at_work=12, still_open=12, not_found=9, already_in_school=7)
    assert found["durations"]["enrolled"] == {"median": 83, "p90": 83}
    assert found["durations"]["visited"] == {"median": 61, "p90": 61}


def test_training_ends_with_its_completion(client, world):
    refer_many(world, 8, to="carla")
    refer_many(world, 5, to="carla", status="accepted")
    count_now(world)
    found = whole(client, world, "training")
    assert found["steps"] == {"sent": 13, "accepted": 13, "begun": 8, "completed": 8}
    assert found["outcomes"] == zeros(TRAINING.outcomes, completed=8, at_work=5, still_open=5)


def test_places_count_where_the_school_is_and_when_they_were_reserved(client, world):
    open_cases(refer_many(world, 11, status="in_progress"))
    with owner():
        held = Placement.objects.filter(household__region=KAMELOH)
        for placement in held[:5]:
            Placement.objects.filter(pk=placement.pk).update(status="given_up", ended_at=morning(5))
        held.update(created_at=morning(4))
    count_now(world)
    found = whole(client, world, "places")
    assert found["steps"] == {"reserved": 11, "enrolled": 11}
    assert found["outcomes"] == zeros(PLACES.outcomes, enrolled=6, given_up=5)
    rows = told(client, world, "basim", funnel="places")
    assert {(item["dimension"], item["region"], item["month"], item["side"]) for item in rows} == {
        ("whole", "62.71", None, "received"),
        ("region", "62.71.03", None, "received"),
        ("month", "62.71", 4, "received"),
    }


def test_a_cohort_is_placed_by_its_first_sending_in_the_time_of_the_city(client, world):
    sent_again = refer_many(world, 6, month=12, status="accepted")
    with owner():
        Referral.objects.filter(pk__in=[item.pk for item in sent_again]).update(sent_at=morning(2, year=2026))
    count_now(world)
    assert {(item["year"], item["month"]) for item in told(client, world, dimension="month")} == {(2025, 12)}


def test_villages_districts_and_months_are_told_apart(client, world):
    refer_many(world, 6, village=KAMELOH, month=3)
    refer_many(world, 7, village=PAHANDUT, month=11)
    count_now(world)
    rows = told(client, world, "amal")
    sent = {(item["dimension"], item["region"], item["month"]): item["steps"]["sent"] for item in rows}
    assert sent == {
        ("whole", "62.71", None): 13,
        ("region", "62.71.01", None): 7,
        ("region", PAHANDUT, None): 7,
        ("region", "62.71.04", None): 6,
        ("region", KAMELOH, None): 6,
        ("month", "62.71", 3): 6,
        ("month", "62.71", 11): 7,
    }
    assert [item["region"] for item in told(client, world, "amal", region="62.71.04")] == ["62.71.04", KAMELOH]
    assert [item["month"] for item in told(client, world, "amal", month=11)] == [11]


def test_each_office_sees_its_own_and_analysts_and_oversight_the_city(client, world):
    refer_many(world, 6)
    refer_many(world, 9, to="carla")
    count_now(world)
    for who, sides in (
        ("amal", {("schooling", "sent", 6), ("training", "sent", 9)}),
        ("basim", {("schooling", "received", 6)}),
        ("carla", {("training", "received", 9)}),
    ):
        rows = told(client, world, who, dimension="whole")
        assert {(item["funnel"], item["side"], item["steps"]["sent"]) for item in rows} == sides
        assert {item["agency"] for item in told(client, world, who)} == {str(world.agencies[who].pk)}
    everything = told(client, world, "emil")
    assert {item["side"] for item in everything} == {"", "sent", "received"}
    assert told(client, world, "carla analyst") == everything


def test_the_second_city_and_whoever_has_no_part_in_it_see_none_of_it(client, world):
    refer_many(world, 6)
    count_now(world)
    key = told(client, world, "amal")[0]["id"]
    for who in ("dina", "gita", "dina analyst", "gita analyst", "farah"):
        headers = world.headers(who, **{"X-Purpose": "statistics"})
        assert told(client, world, who) == []
        assert client.get(f"/api/v1/cohorts/{key}", headers=headers).status_code == 404
    refer_many(world, 8, village="63.71.01.1001", to="gita")
    assert count_now(world, "dina")
    assert whole(client, world, who="dina analyst")["steps"]["sent"] == 8
    assert whole(client, world)["steps"]["sent"] == 6


def test_counting_again_replaces_the_figures_and_empties_what_nobody_is_in(client, world):
    made = refer_many(world, 6, month=3)
    refer_many(world, 6, month=4)
    count_now(world)
    before = told(client, world)
    with owner():
        Referral.objects.filter(pk__in=[item.pk for item in made]).update(sent_at=None, status="draft", ended_at=None)
    count_now(world)
    after = told(client, world)
    assert [item["id"] for item in after] == [item["id"] for item in before]
    taken_back = row(after, month=3, side="")
    assert taken_back["steps"] == zeros(SCHOOLING.steps)
    assert taken_back["durations"] == dict.fromkeys(SCHOOLING.durations)
    assert row(after, dimension="whole", side="")["steps"]["sent"] == 6


def test_what_is_past_its_time_is_overdue(client, world):
    late = refer_many(world, 6, status="accepted")
    refer_many(world, 5, status="requested")
    with owner():
        Referral.objects.filter(pk__in=[item.pk for item in late]).update(due_at=morning(4))
    count_now(world)
    assert whole(client, world)["outcomes"] == zeros(SCHOOLING.outcomes, overdue=6, waiting=5, still_open=11)


def test_the_worker_counts_every_city_once_a_day(client, world):
    refer_many(world, 6)
    assert count_every_city() >= 1
    assert count_every_city() == 0 or not told(client, world, "dina analyst")
    assert whole(client, world)["steps"]["sent"] == 6
    with owner():
        record = AccessRecord.objects.filter(action="count_cohorts", agency=world.agencies["amal"].pk).get()
    assert (record.resource, record.subjects, record.purpose) == ("cohort", [], "statistics")


@pytest.mark.parametrize(
    "query",
    [
        {"year": "1999"},
        {"month": "13"},
        {"funnel": "assistance"},
        {"side": "both"},
        {"dimension": "household"},
        {"edition": "-1"},
        {"city": "62.71"},
        {"steps": "sent"},
        {"order": "year"},
    ],
)
def test_only_declared_filters_are_taken(client, world, query):
    headers = world.headers("amal", **{"X-Purpose": "statistics"})
    assert client.get("/api/v1/cohorts", query, headers=headers).status_code == 400
