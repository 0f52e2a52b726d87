"""From the queue to school and back: each step of a case stands in Education's queue, and nothing is forgotten."""

from datetime import timedelta

import pytest

from coordination.schooling.models import FollowUp
from households.register.models import Person
from tests.conftest import owner
from tests.coordination.cases import ROADS, TODAY, act, case_in, officer_of
from tests.coordination.queue_table import asked, assert_consistent
from tests.coordination.test_follow_ups import answer, enrolled
from tests.coordination.test_queue import queue, waits
from tests.coordination.test_referrals import move, post, refer

pytestmark = pytest.mark.django_db
STEPS = {
    "candidate": "case_to_assign",
    "assigned": "visit_due",
    "visited": "verification_due",
    "verified": "plan_to_make",
    "planned": "place_to_find",
    "offered": "enrolment_to_confirm",
}


def test_an_accepted_referral_waits_for_its_case(client, world):
    move(client, world, "basim", refer(client, world).json()["id"], "accept")
    row = queue(client, world, "basim", kind="case_to_open")["data"][0]
    assert (row["person"], row["schooling_case"]) == (str(world.people["A daughter"].pk), None)
    assert row["reason_id"] == "Kasus anak belum dibuka"


@pytest.mark.parametrize(("status", "kind"), STEPS.items())
def test_each_step_of_a_case_stands_in_the_queue(client, world, status, kind):
    case = case_in(client, world, status)
    rows = [row for row in queue(client, world, "basim")["data"] if row["person"]]
    assert [(row["kind"], row["reason"], row["schooling_case"]) for row in rows] == [(kind, kind, case["id"])]
    assert rows[0]["assignee"] == (officer_of("basim") if "assign" in ROADS[status] else None)
    assert rows[0]["due_on"] is not None
    assert waits(client, world, "amal") == []
    assert_consistent()


def test_a_check_stands_in_the_queue_two_weeks_before_it_is_due(client, world):
    case = case_in(client, world, "enrolled", enrolled_on=TODAY)
    assert waits(client, world, "basim") == []
    with owner():
        first = FollowUp.objects.filter(case=case["id"]).order_by("due_on").first()
        for days, awaits in ((15, []), (14, ["follow_up_due"]), (-1, ["follow_up_due"])):
            FollowUp.objects.filter(pk=first.pk).update(due_on=TODAY + timedelta(days=days))
            found = asked(
                "SELECT kind FROM queue_queueitem WHERE about = %s AND named AND starts_on <= %s", case["person"], TODAY
            )
            assert [kind for (kind,) in found] == awaits
    row = queue(client, world, "basim", kind="follow_up_due")["data"][0]
    assert (row["is_overdue"], row["due_on"]) == (True, str(TODAY - timedelta(days=1)))
    assert_consistent()


def test_answered_checks_bring_the_next_one_and_at_last_nothing(client, world):
    _, _, checks = enrolled(client, world)
    for check in checks:
        assert waits(client, world, "basim") == ["follow_up_due"]
        assert answer(client, world, check, "attending").status_code == 200
        assert_consistent()
    assert len(checks) == 3
    assert (waits(client, world, "basim"), waits(client, world, "amal")) == ([], [])


def test_a_child_that_drops_out_again_comes_back_to_the_queue(client, world):
    _, _, checks = enrolled(client, world)
    assert answer(client, world, checks[0], "dropped_again").status_code == 200
    assert waits(client, world, "basim") == []
    assert waits(client, world, "amal") == ["no_longer_in_school"]
    assert_consistent()


@pytest.mark.parametrize(
    ("outcome", "awaits"),
    [
        ("already_in_school", []),
        ("moved", ["reported_moved"]),
        ("not_found", ["reported_not_found"]),
        ("deceased", ["reported_deceased"]),
        ("refused", ["no_longer_in_school"]),
    ],
)
def test_what_education_reports_awaits_whoever_keeps_the_register(client, world, outcome, awaits):
    case = case_in(client, world, "visited")
    assert act(client, world, case["id"], "close", {"outcome": outcome}).status_code == 200
    assert waits(client, world, "amal") == awaits
    unnamed = [row["reason"] for row in queue(client, world, "basim")["data"]]
    assert unnamed == ["no_longer_in_school"] * (2 if outcome == "refused" else 1)  # one is another child
    assert_consistent()
    with owner():
        Person.objects.filter(pk=case["person"]).update(status="moved_out")
    assert waits(client, world, "amal") == []


def test_a_reported_child_is_not_among_those_to_refer_and_waits_no_longer_once_referred(client, world):
    case = case_in(client, world, "visited")
    act(client, world, case["id"], "close", {"outcome": "not_found"})
    [row] = queue(client, world, "amal", kind="report_to_check")["data"]
    assert (row["person"], row["reason_en"]) == (
        case["person"],
        "Education reports that the child was not found: check the record",
    )
    body = {"items": [row["id"]], "to_agency": str(world.agencies["basim"].pk), "reason": "again"}
    assert post(client, world, "amal", "queue:refer", body).json()["results"][0]["status"] == "refused"
    refer(client, world)
    assert waits(client, world, "amal") == []
    assert_consistent()
