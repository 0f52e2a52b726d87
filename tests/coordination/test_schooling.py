"""A child out of school: from the referral to a school place, or to the outcome that none is needed."""

from uuid import uuid4

import pytest
from django.utils.timezone import now

from coordination.referrals.models import Referral
from coordination.schooling.models import CaseMove, SchoolingCase
from coordination.schooling.transitions import MOVES, OUTCOMES
from coordination.schools.models import Placement
from households.register.models import Person, Share
from tests.conftest import owner
from tests.coordination.cases import PLAN, TODAY, VERIFIED, VISIT, act, body_of, case_in, officer_of, open_case
from tests.coordination.schools import counted, make_place, make_school
from tests.coordination.test_referrals import get, move, post, refer

pytestmark = pytest.mark.django_db
STATES = ("candidate", "assigned", "visited", "verified", "planned", "offered", "enrolled")


def referral_of(case):
    with owner():
        return Referral.objects.get(schooling_case=case["id"])


def child():
    with owner():
        return Person.objects.get(name="canary-name-A-daughter")


def test_opening_a_case_accepts_and_begins_the_referral(client, world):
    case = open_case(client, world)
    assert case | {"id": "", "referral": "", "opened_at": "", "updated_at": ""} == {
        "id": "",
        "referral": "",
        "person": str(world.people["A daughter"].pk),
        "agency": str(world.agencies["basim"].pk),
        "region": "62.71.04.1004",
        "status": "candidate",
        "opened_at": "",
        "enrolled_on": None,
        "ended_at": None,
        "assignee": None,
        "category": "dropped_out",
        "reasons": [],
        "programme": "",
        "grade": None,
        "school_year": None,
        "advice": "",
        "advice_detail": "",
        "placement": None,
        "support_needs": [],
        "support_notes": "",
        "version": 1,
        "updated_at": "",
    }
    assert referral_of(case).status == "in_progress"
    again = post(client, world, "basim", "schooling-cases", {"referral": case["referral"]})
    assert (again.status_code, again.json()["code"]) == (409, "exists")


def test_only_the_receiver_opens_a_case_and_only_of_a_running_referral(client, world):
    key = refer(client, world).json()["id"]
    assert post(client, world, "amal", "schooling-cases", {"referral": key}).status_code == 403
    assert post(client, world, "carla", "schooling-cases", {"referral": key}).status_code == 403
    move(client, world, "basim", key, "decline")
    refused = post(client, world, "basim", "schooling-cases", {"referral": key})
    assert refused.status_code == 404


def test_a_child_goes_the_whole_road_to_a_school(client, world):
    place = make_place(make_school(), capacity=2)
    case = case_in(client, world, "enrolled", place=place)
    assert (case["reasons"], case["support_needs"], case["advice"]) == (
        ["cost", "working"],
        ["transport", "hearing"],
        "fits",
    )
    assert (case["enrolled_on"], case["assignee"]) == (TODAY.isoformat(), officer_of("basim"))
    assert counted(place) == (2, 1, 1)
    assert child().school_participation == "in_school"
    moves = get(client, world, "basim", f"case-moves?case={case['id']}").json()["data"]
    assert [(m["name"], m["to_status"], m["author"]) for m in moves] == [
        ("open", "candidate", "basim"),
        ("assign", "assigned", "basim"),
        ("record-visit", "visited", "basim"),
        ("verify", "verified", "basim"),
        ("plan", "planned", "basim"),
        ("offer", "offered", "basim"),
        ("enrol", "enrolled", "basim"),
    ]
    [visit] = get(client, world, "basim", f"visits?case={case['id']}").json()["data"]
    assert (visit["found"], visit["visitor"]) == (VISIT["found"], "basim")
    [verified] = get(client, world, "basim", f"verifications?case={case['id']}").json()["data"]
    assert (verified["documents"], verified["last_grade"]) == (["family_card"], 6)
    [pupil] = get(client, world, "basim", "pupils").json()["data"]
    assert (pupil["school"], pupil["grade"], pupil["aid"]) == (str(place.school_id), 7, "missing")


@pytest.mark.parametrize("status", STATES)
def test_every_move_that_is_not_possible_is_refused_with_those_that_are(client, world, status):
    case = case_in(client, world, status)
    allowed = [name for name, steps in MOVES.items() if status in steps]
    place = make_place(make_school("30299999"), capacity=1)
    for name in MOVES:
        if name not in allowed:
            refused = act(client, world, case["id"], name, body_of(name, place=place))
            assert (refused.status_code, refused.json()["code"]) == (409, "transition_refused"), name
            assert refused.json()["allowed"] == allowed
    assert counted(place) == (1, 0, 0)
    assert get(client, world, "basim", f"schooling-cases/{case['id']}").json()["version"] == case["version"]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_ends_case_referral_and_sight_at_once(client, world, outcome):
    case = case_in(client, world, "visited")
    closed = act(client, world, case["id"], "close", {"outcome": outcome, "words": "said the neighbour"})
    assert closed.status_code == 200, closed.content
    assert closed.json() == {"id": case["id"], "status": outcome, "referral": case["referral"]}
    referral = referral_of(case)
    wanted = "completed" if outcome == "already_in_school" else "failed"
    assert (referral.status, referral.outcome) == (wanted, outcome)
    with owner():
        share = Share.objects.get(pk=referral.share_id)
        assert SchoolingCase.objects.get(pk=case["id"]).ended_at
    assert share.closed_at
    for path in (f"schooling-cases/{case['id']}", f"persons/{case['person']}"):
        assert get(client, world, "basim", path).status_code == 404, path
    for path in ("schooling-cases", "case-moves", "visits", "verifications", "follow-ups", "pupils"):
        assert get(client, world, "basim", path).json()["data"] == [], path
    again = act(client, world, case["id"], "close", {"outcome": outcome})
    assert again.status_code == 404


def test_a_child_found_in_school_is_recorded_there_with_its_number(client, world):
    school = make_school(level="MTs")
    case = case_in(client, world, "assigned")
    told = {"outcome": "already_in_school", "school": str(school.pk), "since": "2026-07-13", "nisn": "0145556677"}
    assert act(client, world, case["id"], "close", told).status_code == 200
    found = child()
    assert (found.school_participation, found.nisn_last4) == ("in_school", "6677")
    with owner():
        pupil = found.pupils.get()
    assert (pupil.school_id, str(pupil.since), pupil.aid) == (school.pk, "2026-07-13", "unknown")


def test_a_child_that_is_not_in_school_has_no_school(client, world):
    case = case_in(client, world, "assigned")
    for told in ({"outcome": "moved", "nisn": "0145556677"}, {"outcome": "already_in_school", "since": "2026-07-13"}):
        assert act(client, world, case["id"], "close", told).status_code == 422


def test_closing_an_offered_case_frees_the_place(client, world):
    place = make_place(make_school(), capacity=1)
    case = case_in(client, world, "offered", place=place)
    assert counted(place) == (1, 1, 1)
    assert act(client, world, case["id"], "close", {"outcome": "refused"}).status_code == 200
    assert counted(place) == (1, 0, 0)


def test_an_offer_taken_back_frees_the_place_and_another_can_be_made(client, world):
    first, second = make_place(make_school("30200001")), make_place(make_school("30200002"))
    case = case_in(client, world, "offered", place=first)
    back = act(client, world, case["id"], "withdraw-offer")
    assert (back.json()["status"], back.json()["placement"]) == ("planned", None)
    assert act(client, world, case["id"], "offer", {"place": str(second.pk)}).status_code == 200
    assert (counted(first), counted(second)) == ((1, 0, 0), (1, 1, 1))


def test_a_full_grade_is_refused_with_the_numbers(client, world):
    full = make_place(make_school(), capacity=1, taken=1)
    case = case_in(client, world, "planned")
    refused = act(client, world, case["id"], "offer", {"place": str(full.pk)})
    assert (refused.status_code, refused.json()["capacity"], refused.json()["free"]) == (409, 1, 0)


@pytest.mark.parametrize(
    ("level", "more", "words"),
    [
        ("SMP", {"grade": 8}, "Planned is regular, grade 7 in 2026."),
        ("PKBM", {"programme": "paket_b"}, "Planned is regular, grade 7 in 2026."),
        ("SLB", {}, "Another office runs this school"),
    ],
)
def test_an_offer_keeps_to_the_plan_and_to_the_offices_own_schools(client, world, level, more, words):
    place = make_place(make_school(level=level), **more)
    case = case_in(client, world, "planned")
    refused = act(client, world, case["id"], "offer", {"place": str(place.pk)})
    assert refused.status_code == 409 and words in refused.json()["detail"]
    assert counted(place) == (1, 0, 0)


def test_a_place_that_is_held_already_is_the_one_that_is_offered(client, world):
    place = make_place(make_school(), capacity=1, taken=1)
    with owner():
        held = Placement.objects.create(place=place, person=child(), household=child().household)
    case = case_in(client, world, "offered", place=place)
    assert case["placement"] == str(held.pk)
    assert counted(place) == (1, 1, 1)


def test_nobody_is_enrolled_without_a_student_number(client, world):
    with owner():
        Person.objects.filter(pk=child().pk).update(nisn_last4="", nisn_cipher=None, nisn_digest=None)
    case = case_in(client, world, "offered")
    refused = act(client, world, case["id"], "enrol", {"enrolled_on": TODAY.isoformat()})
    assert refused.json()["errors"][0]["pointer"] == "/nisn"
    enrolled = act(client, world, case["id"], "enrol", {"enrolled_on": TODAY.isoformat(), "nisn": "0145556677"})
    assert enrolled.status_code == 200, enrolled.content
    assert child().nisn_last4 == "6677"


@pytest.mark.parametrize(
    ("plan", "advice", "words"),
    [
        ({"programme": "regular", "grade": 7, "school_year": 2030}, "fits", ""),
        (
            {"programme": "regular", "grade": 7, "school_year": 2031},
            "over_age",
            "grade 7 takes 15 at most: Paket B fits.",
        ),
        ({"programme": "regular", "grade": 9, "school_year": 2032}, "fits", ""),
        ({"programme": "regular", "grade": 6, "school_year": 2031}, "fits", ""),
        ({"programme": "regular", "grade": 1, "school_year": 2020}, "too_young", "from 5.5 with a letter"),
        ({"programme": "regular", "grade": 10, "school_year": 2037}, "over_age", "grade 10 takes 21 at most: Paket C"),
        ({"programme": "paket_b", "grade": 7, "school_year": 2030}, "regular_possible", "children up to 15."),
        ({"programme": "paket_b", "grade": 7, "school_year": 2031}, "fits", ""),
        ({"programme": "paket_a", "grade": 4, "school_year": 2027}, "regular_possible", "children up to 12."),
        ({"programme": "paket_a", "grade": 4, "school_year": 2028}, "fits", ""),
    ],
)
def test_the_rules_of_age_advise_and_the_officer_decides(client, world, plan, advice, words):
    """The child is born on 5 September 2014: 15 on 1 July 2030, 16 a year later."""
    case = case_in(client, world, "verified")
    planned = act(client, world, case["id"], "plan", plan)
    assert planned.status_code == 200
    assert planned.json()["advice"] == advice
    assert words in planned.json()["advice_detail"] and bool(words) == bool(planned.json()["advice_detail"])


def test_a_resting_referral_rests_the_case(client, world):
    case = case_in(client, world, "visited")
    move(client, world, "basim", case["referral"], "hold")
    refused = act(client, world, case["id"], "verify")
    assert (refused.status_code, refused.json()["detail"]) == (409, "The referral is on_hold.")
    move(client, world, "basim", case["referral"], "resume")
    assert act(client, world, case["id"], "verify").status_code == 200


def test_a_cancelled_referral_hides_the_case_and_frees_the_reserved_place(client, world):
    place = make_place(make_school(), capacity=1)
    case = case_in(client, world, "offered", place=place)
    assert move(client, world, "amal", case["referral"], "cancel").status_code == 200
    assert get(client, world, "basim", f"schooling-cases/{case['id']}").status_code == 404
    assert act(client, world, case["id"], "enrol").status_code == 404
    assert counted(place) == (1, 0, 0)


# ---- many at once


def test_many_cases_are_opened_and_assigned_in_one_call_each(client, world):
    keys = [refer(client, world, person=who).json()["id"] for who in ("A daughter", "A toddler")]
    ghost = str(uuid4())
    items = [{"referral": key} for key in (*keys, ghost, keys[0])]
    opened = post(client, world, "basim", "schooling-cases:batch", {"items": items}).json()["results"]
    assert [(r["index"], r["status"], r.get("problem", {}).get("code")) for r in opened] == [
        (0, "done", None),
        (1, "done", None),
        (2, "refused", "not_found"),
        (3, "refused", "exists"),
    ]
    cases = [result["id"] for result in opened[:2]]
    body = {"cases": [*cases, ghost], "officer": officer_of("basim")}
    given = post(client, world, "basim", "schooling-cases:assign", body).json()["results"]
    assert [result["status"] for result in given] == ["done", "done", "refused"]
    listed = get(client, world, "basim", f"schooling-cases?status=assigned&assignee={body['officer']}").json()["data"]
    assert {case["id"] for case in listed} == set(cases)
    with owner():
        assert CaseMove.objects.filter(name="assign", case__in=cases).count() == 2


def test_an_ended_case_is_given_to_nobody_and_no_case_to_a_stranger(client, world):
    case = case_in(client, world, "assigned")
    stranger = post(client, world, "basim", f"schooling-cases/{case['id']}/assign", {"officer": officer_of("carla")})
    assert stranger.json()["errors"][0]["code"] == "does_not_exist"
    act(client, world, case["id"], "close")
    body = {"cases": [case["id"]], "officer": officer_of("basim")}
    [result] = post(client, world, "basim", "schooling-cases:assign", body).json()["results"]
    assert result["problem"]["code"] == "not_found"


def test_cases_are_found_by_status_place_assignee_category_person_and_referral(client, world):
    case = case_in(client, world, "assigned")
    for query, found in {
        "status=assigned": 1,
        "status=visited": 0,
        "region=62.71.04": 1,
        "region=62.71.01": 0,
        f"assignee={case['assignee']}": 1,
        "category=dropped_out": 1,
        "category=never_enrolled": 0,
        f"person={case['person']}": 1,
        f"referral={case['referral']}": 1,
    }.items():
        assert len(get(client, world, "basim", f"schooling-cases?{query}").json()["data"]) == found, query


# ---- who sees what


def test_social_affairs_sees_status_dates_and_outcome_and_nothing_that_was_found(client, world):
    case = case_in(client, world, "enrolled")
    told = get(client, world, "amal", f"schooling-cases/{case['id']}").json()
    assert set(told) == {
        *("id", "referral", "person", "agency", "region", "status", "opened_at", "enrolled_on", "ended_at"),
        *("version", "updated_at"),
    }
    moves = get(client, world, "amal", f"case-moves?case={case['id']}").json()["data"]
    assert set(moves[0]) == {"id", "case", "name", "from_status", "to_status", "at"}
    checks = get(client, world, "amal", f"follow-ups?case={case['id']}").json()["data"]
    assert set(checks[0]) == {"id", "case", "months", "due_on", "answer", "answered_on", "version", "updated_at"}
    for path in ("visits", "verifications", "pupils"):
        assert get(client, world, "amal", path).status_code == 403, path
    assert act(client, world, case["id"], "close", who="amal").status_code == 403
    assert get(client, world, "dina", "schooling-cases").json()["data"] == []


@pytest.mark.parametrize(
    "who", ["amal", "amal supervisor", "amal health_officer", "amal administrator", "amal analyst"]
)
@pytest.mark.parametrize("path", ["schooling-cases", "schooling-cases/{id}", "schooling-cases/{id}/history"])
def test_support_needs_reach_nobody_at_social_affairs(client, world, who, path):
    case = case_in(client, world, "verified")
    answer = get(client, world, who, path.format(id=case["id"]))
    text = answer.content.decode()
    assert "support" not in text and "hearing" not in text
    for query in ("support_needs=hearing", "fields=id,support_notes"):
        refused = get(client, world, who, f"schooling-cases?{query}")
        assert refused.status_code in (400, 403), query


@pytest.mark.parametrize("who", ["carla", "emil", "farah", "basim analyst"])
def test_other_offices_and_analysts_see_no_case(client, world, who):
    case = case_in(client, world, "verified")
    for path in ("schooling-cases", f"schooling-cases/{case['id']}", "visits", "verifications", "case-moves", "pupils"):
        assert get(client, world, who, path).status_code == 403, path


def test_education_reads_support_needs_only_while_the_share_is_open(client, world):
    case = case_in(client, world, "verified")
    headers = world.headers("basim")
    path = f"/api/v1/schooling-cases/{case['id']}"
    seen = client.get(path, headers=headers)
    assert seen.json()["support_notes"] == VERIFIED["support_notes"]
    changed = client.patch(
        path,
        {"support_needs": ["sight"]},
        content_type="application/json",
        headers={**headers, "If-Match": seen["ETag"]},
    )
    assert changed.json()["support_needs"] == ["sight"]
    history = client.get(f"{path}/history", headers=headers)
    assert "canary-support" in history.content.decode()
    with owner():
        Share.objects.filter(referral=case["referral"]).update(closed_at=now())
    for tail in ("", "/history"):
        hidden = client.get(path + tail, headers={**headers, "If-None-Match": changed["ETag"]})
        assert hidden.status_code == 404, tail
    assert act(client, world, case["id"], "plan", PLAN).status_code == 404
