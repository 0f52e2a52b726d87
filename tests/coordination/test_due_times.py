"""The receiver's clock: working days to answer and to work, standing while on hold, escalated once run out."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from agencies import calendar
from agencies.access.models import AccessRecord
from coordination.referrals import caretaking, due
from coordination.referrals.models import Referral, ReferralMove
from coordination.training.models import Application, Batch
from households.register.models import Share
from tests.conftest import owner
from tests.coordination.schools import counted, make_place, make_school
from tests.coordination.test_referrals import get, move, post, refer, referral_in

pytestmark = pytest.mark.django_db
WIB = ZoneInfo("Asia/Jakarta")


def due_day(document):
    return datetime.fromisoformat(document["due_at"]).astimezone(WIB).date()


def working(days, start=None):
    return calendar.Calendar().add(start or timezone.localdate(), days)


def test_a_request_must_be_answered_in_three_and_done_in_ten_working_days(client, world):
    asked = refer(client, world).json()
    assert due_day(asked) == working(3)
    assert asked["due_at"].endswith("T16:59:59.000000Z")
    accepted = move(client, world, "basim", asked["id"], "accept").json()
    assert due_day(accepted) == working(10)
    training = refer(client, world, to="carla", kind="training", person="A son").json()
    assert due_day(move(client, world, "carla", training["id"], "accept").json()) == working(20)


def test_the_senders_own_day_goes_before_the_table(client, world):
    day = timezone.localdate() + timedelta(days=40)
    key = refer(client, world, due_on=day.isoformat()).json()["id"]
    accepted = move(client, world, "basim", key, "accept")
    assert due_day(accepted.json()) == day
    tag = get(client, world, "amal", f"referrals/{key}")["ETag"]
    later = (day + timedelta(days=1)).isoformat()
    changed = client.patch(
        f"/api/v1/referrals/{key}",
        {"due_on": later},
        content_type="application/json",
        headers=world.headers("amal", **{"If-Match": tag}),
    )
    assert due_day(changed.json()).isoformat() == later


def test_the_times_of_a_day_are_those_of_the_line_that_held_then(monkeypatch):
    lines = ((date(2027, 1, 1), due.Times(2, 5)), (date(2026, 1, 1), due.Times(3, 10)))
    monkeypatch.setitem(due.TIMES, "schooling", lines)
    assert due.times_of("schooling", date(2026, 12, 31)).answer == 3
    assert due.times_of("schooling", date(2027, 1, 1)).answer == 2
    assert due.times_of("schooling", date(2025, 1, 1)).answer == 3


def shift(key, **columns):
    with owner():
        Referral.objects.filter(pk=key).update(**columns)


def test_while_on_hold_the_clock_stands_and_what_was_left_is_given_again(client, world):
    key = referral_in(client, world, "accepted")
    shift(key, due_at=calendar.end_of(working(4), "62.71"))
    held = move(client, world, "basim", key, "hold").json()
    assert held["due_at"] is None
    with owner():
        assert Referral.objects.get(pk=key).remaining_days == 4
    assert caretaking.take_care() == 0
    assert due_day(move(client, world, "amal", key, "resume").json()) == working(4)


def test_rest_does_not_wipe_out_that_it_was_overdue(client, world):
    key = referral_in(client, world, "accepted")
    shift(key, due_at=calendar.end_of(working(-2), "62.71"))
    move(client, world, "basim", key, "hold")
    resumed = move(client, world, "basim", key, "resume").json()
    assert due_day(resumed) == working(-2)


def test_what_is_overdue_is_escalated_once_and_found_by_the_supervisor(client, world):
    late, timely = referral_in(client, world, "accepted"), refer(client, world, person="A toddler").json()["id"]
    shift(late, due_at=timezone.now() - timedelta(minutes=1))
    assert caretaking.take_care() == 1
    assert caretaking.take_care() == 0
    for who in ("basim supervisor", "amal supervisor"):
        found = get(client, world, who, "referrals?escalated=true").json()["data"]
        assert [item["id"] for item in found] == [late]
    assert get(client, world, "basim", f"referrals/{timely}").json()["escalated_at"] is None
    [step] = [m for m in get(client, world, "basim", "referral-moves").json()["data"] if m["name"] == "escalate"]
    assert (step["agency"], step["author"], step["from_status"], step["to_status"]) == (
        None, "system", "accepted", "accepted",
    )  # fmt: skip
    with owner():
        [record] = AccessRecord.objects.filter(action="escalate")
    assert [str(subject) for subject in record.subjects] == [late]
    assert (record.agency, record.initiator) == (world.agencies["amal"].pk, "system")


def test_an_escalated_request_that_is_answered_has_a_new_clock(client, world):
    key = refer(client, world).json()["id"]
    shift(key, due_at=timezone.now() - timedelta(days=1))
    assert caretaking.take_care() == 1
    answered = move(client, world, "basim", key, "accept").json()
    assert (answered["escalated_at"], due_day(answered)) == (None, working(10))


@pytest.mark.parametrize("query", ["escalated=false", "escalated=1", "escalated=", "due_before=yesterday"])
def test_filters_of_time_are_strict(client, world, query):
    assert get(client, world, "amal", f"referrals?{query}").status_code == 400


def test_what_nobody_finished_while_its_share_lasted_comes_back_to_its_sender(client, world):
    place = make_place(make_school())
    key = refer(client, world, place=str(place.pk)).json()["id"]
    move(client, world, "basim", key, "accept")
    other = refer(client, world, person="A toddler").json()["id"]
    assert counted(place) == (1, 1, 1)
    with owner():
        Share.objects.filter(referral=key).update(until=timezone.localdate() - timedelta(days=1))
    assert caretaking.take_care() == 1
    ended = get(client, world, "amal", f"referrals/{key}").json()
    assert (ended["status"], ended["outcome"], ended["due_at"]) == ("failed", caretaking.EXPIRED, None)
    assert get(client, world, "amal", f"referrals/{other}").json()["status"] == "requested"
    assert counted(place) == (1, 0, 0)
    with owner():
        assert Share.objects.get(referral=key).closed_at
        assert ReferralMove.objects.get(name="expire").author == "system"
    assert refer(client, world).status_code == 201


def test_a_share_of_today_is_not_over(client, world):
    key = refer(client, world).json()["id"]
    with owner():
        Share.objects.filter(referral=key).update(until=timezone.localdate())
    assert caretaking.take_care() == 0


def test_a_cancelled_batch_ends_the_referrals_that_wait_for_it(client, world):
    seat = {"to": "carla", "kind": "training", "batch": str(world.batch)}
    key = refer(client, world, person="A son", **seat).json()["id"]
    other = refer(client, world, to="carla", kind="training", person="A mother").json()["id"]
    answer = post(client, world, "carla", f"batches/{world.batch}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled"), answer.content
    ended = get(client, world, "amal", f"referrals/{key}").json()
    assert (ended["status"], ended["outcome"]) == ("cancelled", caretaking.BATCH_CANCELLED)
    assert get(client, world, "amal", f"referrals/{other}").json()["status"] == "requested"
    assert get(client, world, "carla", f"persons/{world.people['A son'].pk}").status_code == 404
    with owner():
        assert ReferralMove.objects.get(name="batch_cancelled").agency_id == world.agencies["carla"].pk
        assert Application.objects.get().status == "declined"
        assert Batch.objects.get(pk=world.batch).seats_taken == 0


def test_another_office_cancels_no_batch(client, world):
    seat = {"to": "carla", "kind": "training", "batch": str(world.batch)}
    key = refer(client, world, person="A son", **seat).json()["id"]
    assert post(client, world, "amal", f"batches/{world.batch}/cancel").status_code in (403, 409)
    assert get(client, world, "amal", f"referrals/{key}").json()["status"] == "requested"
