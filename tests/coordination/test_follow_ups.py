"""After enrolment: checks at 3, 6 and 12 months, on working days, until the child stays or drops out again."""

from datetime import date

import pytest

from agencies import calendar
from agencies.calendar import months_after
from agencies.models import JointLeave
from coordination.referrals.models import Referral
from coordination.schooling import placing
from coordination.schooling.models import SchoolingCase
from households.register.models import Person, Share
from tests.conftest import owner
from tests.coordination.cases import TODAY, case_in, long_ago, open_case
from tests.coordination.schools import counted, make_place, make_school
from tests.coordination.test_referrals import get, post

pytestmark = pytest.mark.django_db


def due_day(start, months):
    with owner():
        return placing.due_day(start, months)


def enrolled(client, world, **more):
    """A case whose checks are all due by now, with its place and checks."""
    place = make_place(make_school(), capacity=1)
    case = case_in(client, world, "enrolled", place=place, enrolled_on=long_ago(), **more)
    return case, place, get(client, world, "basim", f"follow-ups?case={case['id']}").json()["data"]


def answer(client, world, check, found, on=TODAY, who="basim"):
    body = {"answer": found, "answered_on": on.isoformat(), "words": "asked the teacher"}
    return post(client, world, who, f"follow-ups/{check['id']}/answer", body)


def state_of(case):
    with owner():
        found = SchoolingCase.objects.select_related("referral", "referral__share").get(pk=case["id"])
        child = Person.objects.get(pk=case["person"])
    return found.status, found.referral.status, bool(found.referral.share.closed_at), child.school_participation


@pytest.mark.parametrize(
    ("start", "months", "day"),
    [
        ("2026-07-13", 3, "2026-10-13"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-31", 12, "2027-12-31"),
        ("2026-10-31", 3, "2027-01-31"),
        ("2024-02-29", 12, "2025-02-28"),
    ],
)
def test_months_keep_the_day_or_end_with_a_shorter_month(start, months, day):
    assert months_after(date.fromisoformat(start), months) == date.fromisoformat(day)


def test_a_check_that_falls_on_a_day_off_is_due_on_the_next_working_day(world):
    assert due_day(date(2026, 4, 18), 3) == date(2026, 7, 20)  # a Saturday, the 18th
    with owner():
        for day in (20, 21):
            JointLeave.objects.create(day=date(2026, 7, day), name="Cuti bersama", decree="SKB")
    calendar._calendar.cache_clear()
    assert due_day(date(2026, 4, 18), 3) == date(2026, 7, 22)
    calendar._calendar.cache_clear()


def test_enrolment_sets_three_checks_and_keeps_the_child_in_sight_until_after_the_last(client, world):
    case = case_in(client, world, "enrolled")
    checks = get(client, world, "basim", f"follow-ups?case={case['id']}").json()["data"]
    assert [(check["months"], check["answer"]) for check in checks] == [(3, "pending"), (6, "pending"), (12, "pending")]
    assert [check["due_on"] for check in checks] == [due_day(TODAY, months).isoformat() for months in (3, 6, 12)]
    with owner():
        referral = Referral.objects.select_related("share").get(pk=case["referral"])
    assert (referral.share.until - due_day(TODAY, 12)).days == 60
    assert referral.due_at.date() == due_day(TODAY, 3)


def test_the_share_is_extended_by_the_senders_desk_and_not_by_the_receiver(client, world):
    case_in(client, world, "enrolled")
    [share] = get(client, world, "basim", "shares").json()["data"]
    headers = {**world.headers("basim"), "If-Match": "*"}
    body = {"until": "2099-01-01"}
    refused = client.patch(f"/api/v1/shares/{share['id']}", body, content_type="application/json", headers=headers)
    assert refused.status_code == 405


def test_a_child_that_attends_for_a_year_is_retained_and_out_of_sight(client, world):
    case, place, checks = enrolled(client, world)
    for check, found in zip(checks, ("attending", "absent_often", "attending"), strict=True):
        said = answer(client, world, check, found)
        assert said.status_code == 200, said.content
    assert said.json() == {"id": check["id"], "answer": "attending", "case": case["id"], "case_status": "retained"}
    assert state_of(case) == ("retained", "completed", True, "in_school")
    assert counted(place) == (1, 1, 1)
    for path in (f"schooling-cases/{case['id']}", f"follow-ups/{check['id']}", f"persons/{case['person']}"):
        assert get(client, world, "basim", path).status_code == 404, path
    told = get(client, world, "amal", f"schooling-cases/{case['id']}").json()
    assert told["status"] == "retained" and told["ended_at"]


def test_a_child_that_drops_out_again_frees_its_place_and_is_a_candidate_again(client, world):
    case, place, checks = enrolled(client, world)
    assert answer(client, world, checks[0], "attending").json()["case_status"] == "enrolled"
    dropped = answer(client, world, checks[1], "dropped_again")
    assert dropped.json()["case_status"] == "dropped_again"
    assert state_of(case) == ("dropped_again", "failed", True, "no_longer")
    assert counted(place) == (1, 0, 0)
    again = open_case(client, world)
    assert (again["id"] != case["id"], again["status"], again["category"]) == (True, "candidate", "dropped_out")
    with owner():
        rest = SchoolingCase.objects.get(pk=case["id"]).follow_ups.values_list("months", "answer").order_by("months")
        assert list(rest) == [(3, "attending"), (6, "dropped_again"), (12, "cancelled")]


def test_a_drop_out_is_reported_before_the_check_is_due(client, world):
    place = make_place(make_school(), capacity=1)
    case = case_in(client, world, "enrolled", place=place)
    [first, *_] = get(client, world, "basim", f"follow-ups?case={case['id']}").json()["data"]
    early = answer(client, world, first, "attending")
    assert (early.status_code, early.json()["detail"]) == (409, f"This check is due on {first['due_on']}.")
    assert answer(client, world, first, "dropped_again").status_code == 200
    assert counted(place) == (1, 0, 0)


def test_checks_are_answered_once_and_in_their_order(client, world):
    _, _, checks = enrolled(client, world)
    skipped = answer(client, world, checks[2], "attending")
    assert (skipped.status_code, skipped.json()["detail"]) == (409, "The check after 3 months comes first.")
    assert answer(client, world, checks[0], "attending").status_code == 200
    twice = answer(client, world, checks[0], "dropped_again")
    assert (twice.status_code, twice.json()["detail"]) == (409, "This check was answered: attending.")
    for who, status in (("amal", 403), ("carla", 403)):
        assert answer(client, world, checks[1], "attending", who=who).status_code == status


def test_what_is_due_is_found_by_day_and_answer(client, world):
    case, _, checks = enrolled(client, world)
    assert answer(client, world, checks[0], "attending").status_code == 200
    for query, months in {
        f"due_until={TODAY}&answer=pending": [6, 12],
        f"due_from={checks[2]['due_on']}": [12],
        "answer=attending": [3],
        f"case={case['id']}&due_until=2020-01-01": [],
    }.items():
        found = get(client, world, "basim", f"follow-ups?{query}").json()["data"]
        assert [check["months"] for check in found] == months, query


def test_a_share_that_ends_ends_the_checks(client, world):
    _, _, checks = enrolled(client, world)
    with owner():
        Share.objects.update(until=date(2020, 1, 1))
    assert get(client, world, "basim", "follow-ups").json()["data"] == []
    assert answer(client, world, checks[0], "attending").status_code == 404
