"""Programmes, batches and sessions: who plans them, what fits together, and what others may see."""

import pytest
from icalendar import Calendar

from coordination.training.models import Batch
from coordination.training.transitions import BATCH_MOVES
from tests.conftest import owner
from tests.coordination.test_referrals import get, post
from tests.coordination.test_training import patch_batch
from tests.days import COMING

pytestmark = pytest.mark.django_db

COURSE = {
    "name": "Budidaya ikan lele",
    "vocation": "aquaculture",
    "sectors": [4],
    "units": [{"code": "A.032300.001.02", "name": "Menyiapkan kolam"}],
    "hours": 24,
    "days": 3,
    "minimum_age": 17,
    "maximum_age": 60,
    "minimum_education": 3,
    "documents": ["identity_card"],
}
ALLOWED = {
    "draft": ["open", "cancel"],
    "open": ["close", "select", "cancel"],
    "closed": ["open", "select", "start", "cancel"],
    "selecting": ["start", "cancel"],
    "running": ["test", "finish", "cancel"],
    "testing": ["finish"],
    "finished": [],
    "cancelled": [],
}


def run(programme, **more):
    return {
        "programme": programme,
        "name": "Angkatan 1",
        "venue": "Balai Kameloh Baru",
        "region": "62.71.04.1004",
        "starts_on": f"{COMING}-02-01",
        "ends_on": f"{COMING}-02-03",
        "registration_from": "2026-11-01",
        "registration_until": f"{COMING}-01-20",
        "funding": "apbd_city",
        "cost": 120_000_000,
        "capacity": 16,
        "reserved_poor": 8,
        "reserved_extreme": 4,
        "release_on": f"{COMING}-01-15",
        **more,
    }


@pytest.fixture
def course(client, world):
    """A course of Farah's office: Fisheries."""
    answer = post(client, world, "farah", "programmes", COURSE)
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


@pytest.fixture
def batch(client, world, course):
    answer = post(client, world, "farah", "batches", run(course))
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


def meeting(batch, **more):
    return {"batch": batch, "day": f"{COMING}-02-01", "starts": "08:00", "ends": "12:00", "topic": "Kolam", **more}


def test_another_office_gives_courses_of_its_own(client, world, course):
    shown = get(client, world, "amal", f"programmes/{course}").json()
    assert {name: shown[name] for name in COURSE} == COURSE
    assert shown["provider"] == str(world.agencies["farah"].pk)
    assert post(client, world, "carla", "batches", run(course)).json()["errors"][0]["code"] == "not_yours"
    assert post(client, world, "amal", "programmes", COURSE).status_code == 403


def test_manpower_sees_the_plans_of_its_city_and_others_only_what_is_open(client, world, batch):
    seen = {who: get(client, world, who, f"batches/{batch}").status_code for who in ("farah", "carla", "amal", "gita")}
    assert seen == {"farah": 200, "carla": 200, "amal": 404, "gita": 404}
    assert post(client, world, "carla", f"batches/{batch}/open").json()["code"] == "out_of_scope"
    path, headers = f"/api/v1/batches/{batch}", world.headers("carla", **{"If-Match": "*"})
    changed = client.patch(path, {"capacity": 20}, content_type="application/json", headers=headers)
    assert (changed.status_code, changed.json()["code"]) == (403, "out_of_scope")
    assert post(client, world, "farah", f"batches/{batch}/open").json()["status"] == "open"
    seen = {who: get(client, world, who, f"batches/{batch}").status_code for who in ("amal", "basim", "gita")}
    assert seen == {"amal": 200, "basim": 200, "gita": 404}


def test_a_partner_sees_of_its_applicants_no_more_than_who_they_are(client, world, course):
    batch = post(client, world, "farah", "batches", run(course)).json()["id"]
    post(client, world, "farah", f"batches/{batch}/open")
    person = str(world.people["A son"].pk)
    body = {"batch": batch, "items": [{"person": person}]}
    [result] = post(client, world, "amal", "applications:batch", body).json()["results"]
    assert result["unmet"] == ["identity_card"]
    seen = client.get(f"/api/v1/persons/{person}", headers=world.headers("farah")).json()
    assert set(seen) == {"id", "household", "name", "sex", "birth_date", "version", "updated_at"}
    statistics = world.headers("farah", **{"X-Purpose": "statistics"})
    assert client.get(f"/api/v1/persons/{person}", headers=statistics).status_code == 404
    application = client.get(f"/api/v1/applications/{result['id']}", headers=world.headers("farah")).json()
    assert not {"is_reserved", "seat"} & set(application)
    told = client.get(f"/api/v1/applications/{result['id']}/conditions", headers=world.headers("farah"))
    assert [(c["code"], c["met"]) for c in told.json()["data"]] == [
        ("age", True),
        ("schooling", None),
        ("identity_card", False),
    ]
    accepted = post(client, world, "farah", f"applications/{result['id']}/accept", {"override_reason": "Ada"})
    assert accepted.json()["status"] == "accepted"
    assert get(client, world, "carla", f"applications/{result['id']}").json()["is_reserved"] is True
    refused = post(client, world, "carla", f"applications/{result['id']}/decline")
    assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"sectors": [27]}, "/sectors/0"),
        ({"sectors": []}, "/sectors"),
        ({"days": 50}, "/days"),
        ({"days": 1}, "/days"),
        ({"maximum_age": 16}, "/maximum_age"),
        ({"units": [{"code": "x", "name": "y"}]}, "/units/0/code"),
        ({"documents": ["passport"]}, "/documents/0"),
        ({"minimum_education": 11}, "/minimum_education"),
    ],
)
def test_a_course_that_cannot_be_is_refused(client, world, wrong, field):
    refused = post(client, world, "farah", "programmes", COURSE | wrong)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, field)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": f"{COMING}-02-02"}, "/ends_on"),
        ({"ends_on": f"{COMING}-01-31"}, "/ends_on"),
        ({"registration_from": f"{COMING}-01-21"}, "/registration_until"),
        ({"registration_until": f"{COMING}-02-04"}, "/registration_until"),
        ({"reserved_poor": 17}, "/reserved_poor"),
        ({"reserved_extreme": 8}, "/reserved_extreme"),
        ({"confirm_hours": 0}, "/confirm_hours"),
        ({"funding": "gold"}, "/funding"),
        ({"cost": -1}, "/cost"),
        ({"cost": 10**12 + 1}, "/cost"),
    ],
)
def test_a_batch_that_cannot_be_is_refused(client, world, course, wrong, field):
    refused = post(client, world, "farah", "batches", run(course, **wrong))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, field)


@pytest.mark.parametrize("status", Batch.Status.values)
def test_each_state_allows_its_moves_and_no_others(client, world, status):
    for name, move in BATCH_MOVES.items():
        with owner():
            Batch.objects.filter(pk=world.batch).update(status=status)
        answer = post(client, world, "carla", f"batches/{world.batch}/{name}")
        if name in ALLOWED[status]:
            assert (answer.status_code, answer.json()["status"]) == (200, move.to), name
        else:
            assert (answer.status_code, answer.json()["allowed"]) == (409, ALLOWED[status]), name


def test_registration_has_a_first_day_too(client, world):
    assert patch_batch(client, world, {"registration_from": f"{COMING - 1}-12-10"}).status_code == 200
    body = {"batch": str(world.batch), "person": str(world.people["A son"].pk)}
    assert post(client, world, "amal", "applications", body).status_code == 409


def test_sessions_are_planned_moved_and_called_off(client, world, batch):
    made = post(client, world, "farah", "sessions", meeting(batch))
    assert made.status_code == 201, made.content
    session = made.json()
    assert (session["starts"], session["ends"], session["is_cancelled"]) == ("08:00:00", "12:00:00", False)
    for wrong, code in (
        ({"day": f"{COMING}-02-04"}, "outside_batch"),
        ({"starts": "11:00", "ends": "13:00"}, "overlaps"),
        ({"day": f"{COMING}-02-02", "ends": "07:00"}, "before_start"),
    ):
        refused = post(client, world, "farah", "sessions", meeting(batch, **wrong))
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
    path = f"/api/v1/sessions/{session['id']}"
    headers = world.headers("farah", **{"If-Match": made["ETag"]})
    off = client.patch(path, {"is_cancelled": True}, content_type="application/json", headers=headers)
    assert (off.status_code, off.json()["is_cancelled"]) == (200, True)
    assert post(client, world, "farah", "sessions", meeting(batch)).status_code == 201


def test_only_the_provider_plans_sessions(client, world, batch):
    assert post(client, world, "carla", "sessions", meeting(batch)).json()["code"] == "out_of_scope"
    assert post(client, world, "amal", "sessions", meeting(batch)).status_code == 403
    session = post(client, world, "farah", "sessions", meeting(batch)).json()["id"]
    seen = {who: get(client, world, who, f"sessions/{session}").status_code for who in ("carla", "amal", "gita")}
    assert seen == {"carla": 200, "amal": 404, "gita": 404}


def test_the_calendar_tells_the_sessions_in_the_time_of_the_city_and_names_nobody(client, world, batch):
    for more in ({}, {"day": f"{COMING}-02-02", "venue": "Kolam warga"}):
        post(client, world, "farah", "sessions", meeting(batch, **more))
    answer = client.get(f"/api/v1/batches/{batch}/calendar.ics", headers=world.headers("farah"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    calendar = Calendar.from_ical(answer.content)
    first, second = calendar.walk("VEVENT")
    assert first["DTSTART"].dt.isoformat() == f"{COMING}-02-01T08:00:00+07:00"
    assert first["DTSTART"].params["TZID"] == "Asia/Jakarta"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Jakarta"]
    assert (str(first["LOCATION"]), str(second["LOCATION"])) == ("Balai Kameloh Baru", "Kolam warga")
    assert not {"ATTENDEE", "ORGANIZER", "DESCRIPTION"} & {name for event in (first, second) for name in event}
    assert get(client, world, "amal", f"batches/{batch}/calendar.ics").status_code == 404
