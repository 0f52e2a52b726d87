"""Whom a queue may name: nobody whom the office may not see, and nobody any more once a share has ended."""

import json
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from agencies.access.caller import acting_as
from coordination.queue.models import QueueCount, QueueItem
from coordination.referrals.models import PullRequest, Referral
from households.register.models import Household, Listing, Person, Share
from tests.agencies.test_database_net import caller, refused
from tests.conftest import owner
from tests.coordination.queue_table import asked, assert_consistent
from tests.coordination.test_queue import queue, set_person, waits
from tests.coordination.test_referrals import move, post, refer
from tests.sharing import share

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def nameless(client, world, who="basim"):
    return [row for row in queue(client, world, who)["data"] if row["person"] is None]


def test_education_is_told_of_a_child_whom_it_may_not_see_by_its_reason_alone(client, world):
    body = queue(client, world, "basim")
    rows = body["data"]
    assert body["counts"]["region"] == {}
    assert rows == [
        {
            "id": row["id"],
            "urgency": row["urgency"],
            "kind": "child_out_of_school",
            "person": None,
            "household": None,
            "referral": None,
            "schooling_case": None,
            "pull_request": None,
            "region": "62.71",
            "reason": "no_longer_in_school",
            "assignee": None,
            "since": "2022-01-01",
            "due_on": None,
            "is_escalated": False,
            "reason_id": "Anak usia sekolah yang tidak bersekolah lagi",
            "reason_en": "Of school age and no longer in a school",
            "is_overdue": False,
        }
        for row in rows
    ]
    assert len(rows) == 2
    text = json.dumps(rows)
    for label in ("A daughter", "B daughter"):
        assert str(world.people[label].pk) not in text
    for mark in "AB":
        assert str(world.households[mark].pk) not in text
        assert world.households[mark].region_id not in text


def test_the_days_of_a_nameless_item_tell_no_birthday(world):
    set_person(world, "A daughter", birth_date=date(2014, 9, 5))
    days = asked(
        "SELECT starts_on, ends_on, since FROM queue_queueitem WHERE about = %s AND NOT named",
        world.people["A daughter"].pk,
    )
    assert days == [(date(2021, 10, 1), date(2033, 8, 31), date(2022, 1, 1))]


@contextmanager
def asleep(table):
    """Arrange while no trigger of a table notices."""
    with owner(), connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_a_share_names_the_child_and_its_end_takes_the_name_away_at_once(client, world):
    opened = share(world, "basim", "A daughter", "A mother")
    assert waits(client, world, "basim") == ["no_longer_in_school"]
    assert len(nameless(client, world)) == 1
    assert_consistent()
    with owner():
        Share.objects.filter(pk=opened.pk).update(closed_at=timezone.now())
    assert waits(client, world, "basim") == []
    assert len(nameless(client, world)) == 2
    assert_consistent()


def test_a_share_whose_last_day_has_passed_names_nobody_though_nothing_was_written(client, world):
    share(world, "basim", "A daughter", until=timezone.localdate())
    assert (waits(client, world, "basim"), len(nameless(client, world))) == (["no_longer_in_school"], 1)
    counts = queue(client, world, "basim")["counts"]
    assert (counts["region"], counts["unnamed"]["total"]) == ({"62.71.04.1004": 1}, 1)
    with asleep("register_share"):  # a day goes by: the clock of the rows, not of the machine
        Share.objects.update(until=timezone.localdate() - DAY)
    assert waits(client, world, "basim") == []
    today = timezone.localdate()
    with owner():
        QueueItem.objects.filter(named=True, ends_on=today).update(ends_on=today - DAY)
        QueueItem.objects.filter(starts_on=today + DAY).update(starts_on=today)
    assert len(nameless(client, world)) == 2
    counts = queue(client, world, "basim")["counts"]
    assert (counts["region"], counts["unnamed"]["total"]) == ({}, 2)


def test_a_share_of_another_child_or_purpose_names_nobody(client, world):
    share(world, "basim", "A mother")
    share(world, "basim", "B daughter", purpose="training")
    share(world, "carla", "A daughter", purpose="training")
    assert (waits(client, world, "basim"), len(nameless(client, world))) == ([], 2)
    assert queue(client, world, "carla")["data"] == []
    assert_consistent()


def test_an_old_cursor_shows_nothing_after_a_share_has_ended(client, world):
    opened = share(world, "basim", "A daughter", "B daughter")
    cursor = queue(client, world, "basim", limit=1)["next_cursor"]
    with owner():
        Share.objects.filter(pk=opened.pk).update(closed_at=timezone.now())
    rows = queue(client, world, "basim", cursor=cursor)["data"]
    assert [row["person"] for row in rows] in ([], [None], [None, None])


def test_a_referral_outlives_its_share_as_work_without_a_name(client, world):
    made = refer(client, world).json()["id"]
    move(client, world, "basim", made, "accept")
    with owner():
        Share.objects.filter(pk=Referral.objects.get(pk=made).share_id).update(closed_at=timezone.now())
    row = next(row for row in nameless(client, world) if row["kind"] == "case_to_open")
    assert (row["referral"], row["household"], row["region"]) == (made, None, "62.71")
    assert_consistent()


def test_the_database_alone_shows_no_item_of_another_office_and_no_hidden_column(world):
    share(world, "basim", "A daughter")
    for name, kind in (("amal", "social"), ("basim", "education"), ("carla", "manpower"), ("dina", "social")):
        with acting_as(caller(world, name)):
            agencies = set(QueueItem._base_manager.values_list("agency", flat=True))
            assert agencies <= {world.agencies[name].pk}, kind
            assert set(QueueCount._base_manager.values_list("agency", flat=True)) <= {world.agencies[name].pk}
            for column in ("about", "place", "subject", "named"):
                assert refused(lambda column=column: list(QueueItem._base_manager.values_list(column, flat=True)))
            for function in ("queue_awaiting(ARRAY[]::uuid[])", "refresh_queue(ARRAY[]::uuid[])"):
                assert refused(lambda function=function: call(f"SELECT {function}"))
            assert refused(lambda: QueueItem._base_manager.update(reason="never_enrolled"))


def call(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_database_alone_hides_the_name_once_the_share_is_over(world):
    opened = share(world, "basim", "A daughter")
    with asleep("register_share"):
        Share.objects.filter(pk=opened.pk).update(closed_at=timezone.now())
    assert asked("SELECT count(*) FROM queue_queueitem WHERE agency_id = %s AND named", world.agencies["basim"].pk) == [
        (1,)
    ]
    with acting_as(caller(world, "basim")):
        assert set(QueueItem._base_manager.values_list("person", flat=True)) == {None}


def crowd(world, **villages):
    """So many children out of school in each village, in families of Amal's city."""
    with owner():
        for village, number in villages.items():
            family = Household.objects.create(region_id=village.replace("_", "."))
            for order in range(number):
                child = Person(
                    household=family,
                    city="62.71",
                    name=f"{village} {order}",
                    sex="F",
                    birth_date=date(2014, 1, 1),
                    relation="child",
                    school_participation="never",
                )
                child.save(force_insert=True)
                Listing.objects.create(
                    person=child,
                    household=family,
                    city="62.71",
                    source="DTKS",
                    register_number=f"{village}{order}",
                    entered_on=date(2022, 1, 1),
                    entry_reason="registered",
                )


def test_districts_with_a_few_children_are_hidden_and_so_is_one_more(client, world):
    crowd(world, **{"62.71.02.1001": 8, "62.71.03.1001": 9, "62.71.05.1001": 10})
    assert queue(client, world, "basim")["counts"]["unnamed"] == {
        "total": 29,
        "district": {"62.71.01": None, "62.71.02": None, "62.71.03": 9, "62.71.04": None, "62.71.05": 10},
    }
    assert queue(client, world, "amal")["counts"]["region"]["62.71.05.1001"] == 10
    assert "62.71.05" not in json.dumps(queue(client, world, "basim")["data"])


def test_a_district_filter_finds_no_nameless_child(client, world):
    crowd(world, **{"62.71.02.1001": 6})
    for region in ("62.71.02", "62.71.02.1001"):
        assert queue(client, world, "basim", region=region)["data"] == []
    assert len(queue(client, world, "basim", region="62.71")["data"]) == 8


def ask(client, world, item, who="basim", **headers):
    return post(client, world, who, f"queue/{item}/ask", {"reason": "We have a place"}, **headers)


def test_education_asks_for_a_nameless_child_and_dinsos_refers_it(client, world):
    item = nameless(client, world)[0]["id"]
    answer = ask(client, world, item)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert answer.headers["Location"] == f"/api/v1/pull-requests/{told['id']}"
    assert "person" not in told and "daughter" not in answer.content.decode()
    assert nameless(client, world)[0]["pull_request"] == told["id"]
    mine = queue(client, world, "amal", kind="pull_request_to_answer")["data"]
    assert [(row["pull_request"], row["reason"]) for row in mine] == [(told["id"], "asked")]
    assert mine[0]["person"] in {str(world.people[f"{mark} daughter"].pk) for mark in "AB"}
    assert_consistent()
    post(client, world, "amal", f"pull-requests/{told['id']}/answer")
    assert queue(client, world, "amal", kind="pull_request_to_answer")["data"] == []
    assert [row["reason"] for row in queue(client, world, "basim", kind="referral_to_answer")["data"]] == [
        "not_answered"
    ]
    assert_consistent()


def test_nobody_asks_twice_nor_for_a_child_whom_it_sees_nor_for_another_offices_item(client, world):
    share(world, "basim", "B daughter")
    named = next(row["id"] for row in queue(client, world, "basim")["data"] if row["person"])
    item = nameless(client, world)[0]["id"]
    assert ask(client, world, named).json()["code"] == "conflict"
    assert ask(client, world, item).status_code == 201
    assert ask(client, world, item).json()["code"] == "exists"
    foreign = queue(client, world, "amal")["data"][0]["id"]
    for who in ("basim", "carla"):
        assert ask(client, world, foreign, who=who).status_code == 404
    assert ask(client, world, item, who="amal").status_code == 403
    with owner():
        assert PullRequest.objects.count() == 1


@pytest.mark.parametrize(("known", "region"), [(True, "62.71.04.1004"), (False, "62.71")])
def test_a_request_by_number_awaits_dinsos_whether_anybody_has_the_number_or_not(client, world, known, region):
    number = world.numbers["A daughter"] if known else "6271010101909999"
    body = {"kind": "schooling", "nik": number, "reason": "She came to our office"}
    made = post(client, world, "basim", "pull-requests", body).json()["id"]
    row = queue(client, world, "amal", kind="pull_request_to_answer")["data"][0]
    person = str(world.people["A daughter"].pk) if known else None
    assert (row["pull_request"], row["person"], row["region"]) == (made, person, region)
    assert_consistent()
    post(client, world, "amal", f"pull-requests/{made}/decline", {"reason": "Is in school"})
    assert queue(client, world, "amal", kind="pull_request_to_answer")["data"] == []
    assert_consistent()


def test_analysts_auditors_and_partners_have_no_queue(client, world):
    for who in ("amal analyst", "basim analyst", "emil", "farah"):
        assert queue(client, world, who, status=403)["code"] == "not_granted"
