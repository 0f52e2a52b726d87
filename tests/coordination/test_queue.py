"""The day's work: what stands in whose queue, in which order, and that it follows every change."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from dateutil.relativedelta import relativedelta
from django.utils import timezone

from coordination.queue.models import QueueItem
from coordination.referrals.models import Referral
from coordination.work import keep_time
from households.register.models import Household, Listing, Person
from tests.conftest import owner
from tests.coordination.queue_table import asked, assert_consistent
from tests.coordination.test_referrals import move, refer
from tests.sharing import share

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def queue(client, world, who, status=200, **query):
    answer = client.get("/api/v1/queue", query, headers=world.headers(who))
    assert answer.status_code == status, answer.content
    return answer.json()


def items(client, world, who, **query):
    return [(row["kind"], row["reason"]) for row in queue(client, world, who, **query)["data"]]


def waits(client, world, who="amal", label="A daughter"):
    """Why a person stands in an office's queue."""
    key = str(world.people[label].pk)
    return [row["reason"] for row in queue(client, world, who)["data"] if row["person"] == key]


def set_person(world, label, **values):
    with owner():
        Person.objects.filter(pk=world.people[label].pk).update(**values)


def years_ago(years, *, days=0):
    """The birth date of who is that old since that many days."""
    return timezone.localdate() - timedelta(days=days) - relativedelta(years=years)


def test_a_child_in_no_school_stands_in_the_queue_of_dinsos_by_itself(client, world):
    body = queue(client, world, "amal", region="62.71.04")
    assert body["data"] == [
        {
            "id": body["data"][0]["id"],
            "urgency": body["data"][0]["urgency"],
            "kind": "child_out_of_school",
            "person": str(world.people["A daughter"].pk),
            "household": str(world.households["A"].pk),
            "referral": None,
            "schooling_case": None,
            "pull_request": None,
            "region": "62.71.04.1004",
            "reason": "no_longer_in_school",
            "assignee": None,
            "since": "2022-01-01",
            "due_on": None,
            "is_escalated": False,
            "reason_id": "Anak usia sekolah yang tidak bersekolah lagi",
            "reason_en": "Of school age and no longer in a school",
            "is_overdue": False,
        }
    ]
    assert body["counts"] == {
        "kind": {"child_out_of_school": 2},
        "region": {"62.71.01.1001": 1, "62.71.04.1004": 1},
        "assignee": {},
        "unnamed": {"total": 0, "district": {}},
    }
    assert items(client, world, "dina") == [("child_out_of_school", "no_longer_in_school")]
    assert_consistent()


@pytest.mark.parametrize(
    ("changes", "awaits"),
    [
        ({"school_participation": "never"}, ["never_enrolled"]),
        ({"school_participation": "in_school"}, []),
        ({"school_participation": "unknown"}, []),
        ({"status": "moved_out"}, []),
        ({"birth_date": years_ago(7)}, ["no_longer_in_school"]),
        ({"birth_date": years_ago(7) + DAY}, []),
        ({"birth_date": years_ago(19) + DAY}, ["no_longer_in_school"]),
        ({"birth_date": years_ago(19)}, []),
    ],
)
def test_it_follows_what_the_register_says_of_the_child(client, world, changes, awaits):
    set_person(world, "A daughter", **changes)
    assert waits(client, world) == awaits
    assert_consistent()


def test_who_was_born_on_29_february_is_seven_on_1_march(world):
    set_person(world, "A daughter", birth_date=date(2016, 2, 29), school_participation="never")
    daughter = world.people["A daughter"].pk
    starts = asked("SELECT starts_on, ends_on FROM queue_queueitem WHERE about = %s AND named", daughter)
    assert starts == [(date(2023, 3, 1), date(2035, 2, 28))]


def test_a_family_that_is_on_no_register_awaits_nobody(client, world):
    with owner():
        entry = Listing.objects.get(person=world.people["A daughter"])
        Listing.objects.filter(pk=entry.pk).update(exited_on=timezone.localdate(), exit_reason="no_longer_poor")
    assert waits(client, world) == []
    with owner():
        Listing.objects.filter(pk=entry.pk).update(exited_on=None, exit_reason="")
    assert waits(client, world) == ["no_longer_in_school"]
    assert_consistent()


def test_a_family_that_moves_takes_its_item_along(client, world):
    with owner():
        Household.objects.filter(pk=world.households["A"].pk).update(region_id="62.71.01.1001")
    assert len(items(client, world, "amal", region="62.71.01.1001")) == 2
    assert queue(client, world, "amal")["counts"]["region"] == {"62.71.01.1001": 2}
    assert_consistent()


def test_a_referral_awaits_whoever_must_move_next_and_then_nobody(client, world):
    made = refer(client, world, send=False).json()["id"]
    assert waits(client, world) == ["not_sent"]
    move(client, world, "amal", made, "send")
    assert (waits(client, world), waits(client, world, "basim")) == ([], ["not_answered"])
    for name, reason in (("accept", "case_to_open"), ("start", "case_to_open"), ("hold", "on_hold")):
        move(client, world, "basim", made, name)
        assert waits(client, world, "basim") == [reason]
        assert_consistent()
    move(client, world, "basim", made, "return")
    assert (waits(client, world), waits(client, world, "basim")) == (["returned"], [])
    move(client, world, "amal", made, "cancel")
    assert waits(client, world) == ["no_longer_in_school"]
    assert waits(client, world, "basim") == []
    assert_consistent()


def test_the_id_of_an_item_stays_while_it_waits(client, world):
    share(world, "carla", "A son")
    made = refer(client, world, to="carla", person="A son", kind="training").json()["id"]
    move(client, world, "carla", made, "accept")
    first = queue(client, world, "carla", kind="referral_to_work")["data"][0]
    move(client, world, "carla", made, "start")
    second = queue(client, world, "carla", kind="referral_to_work")["data"][0]
    assert (first["id"], first["reason"], second["reason"]) == (second["id"], "not_started", "in_progress")


def test_an_unchanged_record_rewrites_no_item(client, world):
    before = asked("SELECT xmin::text, id FROM queue_queueitem ORDER BY id")
    set_person(world, "A daughter", school_participation="no_longer", phone="0812")
    assert asked("SELECT xmin::text, id FROM queue_queueitem ORDER BY id") == before


def test_an_assigned_referral_counts_for_its_officer(client, world):
    made = refer(client, world).json()["id"]
    move(client, world, "basim", made, "accept")
    move(client, world, "basim", made, "assign")
    with owner():
        officer = str(Referral.objects.get(pk=made).assignee_id)
    body = queue(client, world, "basim", assignee=officer)
    assert [row["assignee"] for row in body["data"]] == [officer]
    assert body["counts"]["assignee"] == {officer: 1}
    assert items(client, world, "basim", assignee=str(uuid4())) == []


@pytest.fixture
def crowd(world):
    """Four referrals of A's and B's people to Basim, due long ago, yesterday, in a week and not at all."""
    today = timezone.localdate()
    with owner():
        for label, due in (("A son", None), ("A mother", 7), ("B son", -1), ("B mother", -30)):
            Referral.objects.create(
                from_agency=world.agencies["amal"],
                to_agency=world.agencies["basim"],
                household=world.households[label[0]],
                person=world.people[label],
                kind="schooling",
                status="requested",
                reason="crowd",
                due_on=None if due is None else today + due * DAY,
                sent_at=timezone.now(),
            )


def walk(client, world, who, **query):
    found, cursor = [], None
    while True:
        page = queue(client, world, who, **query, **({"cursor": cursor} if cursor else {}))
        found += page["data"]
        cursor = page["next_cursor"]
        if not cursor:
            return found


def test_the_most_overdue_comes_first_then_what_is_due_then_the_oldest(client, world, crowd):
    rows = walk(client, world, "basim", limit=1)
    today = timezone.localdate()
    days = [None if row["due_on"] is None else (date.fromisoformat(row["due_on"]) - today).days for row in rows]
    assert days[:3] == [-30, -1, 7]
    assert days[3:] == [None] * 3
    assert [row["is_overdue"] for row in rows] == [True, True, False, False, False, False]
    since = [row["since"] for row in rows[3:]]
    assert since == sorted(since)
    assert [row["id"] for row in rows] == [row["id"] for row in queue(client, world, "basim")["data"]]


def test_overdue_shows_only_that(client, world, crowd):
    assert len(items(client, world, "basim", overdue="true")) == 2
    for value in ("false", "1", ""):
        assert queue(client, world, "basim", status=400, overdue=value)["code"] == "parameter_invalid"


def test_a_cursor_is_of_its_list_and_its_caller(client, world, crowd):
    cursor = queue(client, world, "basim", limit=1)["next_cursor"]
    for who, query in (("amal", {}), ("basim", {"kind": "referral_to_answer"})):
        assert queue(client, world, who, status=400, cursor=cursor, **query)["code"] == "cursor_invalid"
    forged = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    assert queue(client, world, "basim", status=400, cursor=forged)["code"] == "cursor_invalid"


def test_no_other_order_is_known(client, world):
    for order in ("id", "-id", "-urgency", "due_on", "place", ""):
        assert queue(client, world, "amal", status=400, order=order)["code"] == "parameter_invalid"
    assert queue(client, world, "amal", order="urgency") == queue(client, world, "amal")


def test_fields_narrow_an_item_and_keep_its_place(client, world):
    row = queue(client, world, "amal", fields="reason_en,is_overdue")["data"][0]
    assert set(row) == {"id", "urgency", "reason_en", "is_overdue"}
    for field in ("about", "place", "subject", "starts_on"):
        assert queue(client, world, "amal", status=400, fields=field)["code"] == "parameter_invalid"


def test_what_is_past_is_added_up_and_counts_the_same(client, world, crowd):
    set_person(world, "A toddler", school_participation="never", birth_date=years_ago(7) + DAY)
    before = queue(client, world, "basim")["counts"]
    rows = asked("SELECT count(*) FROM queue_queuecount")[0][0]
    keep_time()
    assert queue(client, world, "basim")["counts"] == before
    assert asked("SELECT count(*) FROM queue_queuecount")[0][0] < rows
    added_up = asked("SELECT id FROM queue_queuecount ORDER BY id")
    keep_time()
    assert asked("SELECT id FROM queue_queuecount ORDER BY id") == added_up
    assert_consistent()
    asked("SELECT tend_queue(%s)", timezone.localdate() + 5000 * DAY)
    assert asked("SELECT count(*) FROM queue_queueitem WHERE kind = 'child_out_of_school'") == [(0,)]


def test_an_office_that_opens_or_closes_gains_or_loses_its_queue(world):
    gita = world.agencies["gita"]
    with owner():
        rows = QueueItem.objects.filter(agency=gita)
        assert rows.count() == 1
        type(gita).objects.filter(pk=gita.pk).update(is_active=False)
        assert rows.count() == 0
        type(gita).objects.filter(pk=gita.pk).update(is_active=True)
        assert rows.count() == 1
    assert_consistent()
