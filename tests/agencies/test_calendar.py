"""Working days: weekends, national holidays and joint leave of Indonesia, in the zone of the city."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from agencies import calendar
from agencies.access.caller import Caller, acting_as
from agencies.calendar import Calendar, calendar_of, end_of, zone_of
from agencies.models import JointLeave
from tests.conftest import owner

PLAIN = Calendar()


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 24), 3, date(2026, 11, 27)),  # Tuesday to Friday
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # over a weekend
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # from a Saturday
        (date(2026, 12, 23), 1, date(2026, 12, 28)),  # joint leave, Christmas, weekend
        (date(2026, 3, 17), 1, date(2026, 3, 25)),  # Nyepi and Idul Fitri with their joint leave: a week
        (date(2026, 8, 14), 1, date(2026, 8, 18)),  # Independence Day is a Monday
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # over the year
        (date(2026, 11, 30), -1, date(2026, 11, 27)),
        (date(2026, 11, 28), 0, date(2026, 11, 28)),
    ],
)
def test_working_days_are_counted_as_offices_work(start, days, end):
    assert PLAIN.add(start, days) == end


@pytest.mark.parametrize("days", [-7, -1, 0, 1, 5, 22])
def test_between_undoes_add(days):
    start = date(2026, 3, 16)
    assert PLAIN.between(start, PLAIN.add(start, days)) == days


def test_the_table_adds_days_and_takes_back_what_was_revoked():
    monday, leave = date(2026, 11, 30), date(2026, 12, 24)
    told = calendar_of([(monday, False), (leave, True)])
    assert not told.is_working_day(monday) and PLAIN.is_working_day(monday)
    assert told.is_working_day(leave) and not PLAIN.is_working_day(leave)


def test_a_revoked_day_is_still_no_work_on_a_holiday_or_weekend():
    told = calendar_of([(date(2026, 12, 25), True), (date(2026, 11, 28), True)])
    assert not told.is_working_day(date(2026, 12, 25)) and not told.is_working_day(date(2026, 11, 28))


@pytest.mark.parametrize(
    ("region", "hours"), [("62.71", 7), ("61", 7), ("63.71", 8), ("64", 8), ("51.71", 8), ("81", 9), ("94.71", 9)]
)
def test_a_city_has_its_own_zone(region, hours):
    moment = datetime(2026, 11, 24, tzinfo=UTC).astimezone(zone_of(region))
    assert moment.utcoffset().total_seconds() == hours * 3600


def test_a_day_ends_at_midnight_of_the_city():
    assert end_of(date(2026, 11, 24), "62.71").astimezone(UTC) == datetime(2026, 11, 24, 16, 59, 59, tzinfo=UTC)
    assert end_of(date(2026, 11, 24), "63.71").astimezone(UTC) == datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)


@pytest.mark.django_db
def test_the_file_is_loaded_twice_into_one_set_of_days_and_says_what_the_package_says(world):
    with owner():
        call_command("load_joint_leave")
        call_command("load_joint_leave")
        days = set(JointLeave.objects.values_list("day", flat=True))
    assert days == {day for year in (2026, 2027) for day in calendar.joint_leave_of(year)}


@pytest.mark.django_db
def test_an_office_counts_with_the_days_of_the_table(world):
    with owner():
        JointLeave.objects.create(day=date(2026, 11, 25), name="Hari jadi", decree="Perwali")
    calendar._calendar.cache_clear()
    basim = Caller(kind="education", role="officer", agency=world.agencies["basim"].pk, city="62.71")
    with acting_as(basim):
        assert calendar.add_working_days(date(2026, 11, 24), 1) == date(2026, 11, 26)
        assert calendar.working_days_between(date(2026, 11, 24), date(2026, 11, 27)) == 2
    calendar._calendar.cache_clear()


@pytest.mark.django_db
def test_offices_read_joint_leave_and_its_decree(client, world):
    with owner():
        JointLeave.objects.create(day=date(2026, 12, 24), name="Natal", decree="SKB")
    answer = client.get("/api/v1/joint-leaves?from=2026-12-01", headers=world.headers("basim"))
    assert [(item["day"], item["decree"]) for item in answer.json()["data"]] == [("2026-12-24", "SKB")]
    assert client.get("/api/v1/joint-leaves", headers=world.headers("emil")).status_code == 403
