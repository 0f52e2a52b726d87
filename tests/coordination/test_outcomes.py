"""After a course: checks at 3, 6 and 12 months, what they find, and what stands in the timeline."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from agencies.calendar import due_day
from coordination.referrals.models import Referral
from coordination.trainees.models import Outcome
from households.register.models import Share
from tests.conftest import owner
from tests.coordination.courses import TODAY, Course
from tests.coordination.test_referrals import get, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(world, client):
    """Finished: two graduates, and one who was hardly there."""
    found = Course(world, client, source="referral")
    found.attend("ppppp", "ppppp", "aaaaa")
    assert found.move("finish").status_code == 200
    return found


def checks(course, place=0, who="carla"):
    rows = get(course.client, course.world, who, f"outcomes?trainee={course.people[place].pk}").json()["data"]
    return sorted(rows, key=lambda row: row["months"])


def long_over(course):
    """The course was finished more than a year ago."""
    with owner():
        for check in Outcome.objects.filter(trainee__batch=course.batch):
            Outcome.objects.filter(pk=check.pk).update(due_on=check.due_on - timedelta(days=420))


def answer(course, check, said, on=TODAY, who="carla", **more):
    body = {"answer": said, "answered_on": on.isoformat(), **more}
    return post(course.client, course.world, who, f"outcomes/{check['id']}/answer", body)


def test_graduates_are_asked_after_3_6_and_12_months_on_working_days(course):
    with owner():
        days = [due_day(TODAY, months).isoformat() for months in (3, 6, 12)]
    assert [(row["months"], row["due_on"], row["answer"]) for row in checks(course)] == [
        (3, days[0], "pending"),
        (6, days[1], "pending"),
        (12, days[2], "pending"),
    ]
    assert checks(course, 2) == []


def test_the_provider_sees_graduates_until_after_the_last_check_and_others_no_longer(course):
    with owner():
        until = [Share.objects.get(subjects=[one.person_id]).until for one in course.people]
        last = due_day(TODAY, 12)
    assert until == [last + timedelta(days=60)] * 2 + [TODAY + timedelta(days=30)]


def test_a_share_that_has_ended_is_not_opened_again(world, client):
    course = Course(world, client, people=1)
    course.attend("ppppp")
    with owner():
        Share.objects.filter(subjects=[course.people[0].person_id]).update(closed_at="2026-01-01T00:00Z")
    course.move("finish")
    with owner():
        assert Share.objects.get(subjects=[course.people[0].person_id]).until == TODAY + timedelta(days=30)


def test_what_a_graduate_does_and_earns_is_put_on_record_in_order(course):
    long_over(course)
    first, second, third = checks(course)
    early = answer(course, second, "employed")
    assert (early.status_code, early.json()["detail"]) == (409, "The check after 3 months comes first.")
    told = answer(course, first, "self_employed", income_band="from_1m", words="sells fish").json()
    assert (told["answer"], told["answered_on"], told["income_band"], told["author"], told["words"]) == (
        "self_employed",
        TODAY.isoformat(),
        "from_1m",
        "carla",
        "sells fish",
    )
    assert answer(course, first, "employed").status_code == 409
    for check, said in ((second, "business_group"), (third, "studying")):
        assert answer(course, check, said).status_code == 200
    assert [row["answer"] for row in checks(course)] == ["self_employed", "business_group", "studying"]


def test_no_check_is_answered_before_it_is_due(course):
    refused = answer(course, checks(course)[0], "employed")
    assert refused.status_code == 409
    assert "due on" in refused.json()["detail"]


def test_whoever_was_not_reached_may_be_reached_later(course):
    long_over(course)
    first, second, _ = checks(course)
    assert answer(course, first, "not_reached").status_code == 200
    assert answer(course, second, "none").status_code == 200
    assert answer(course, first, "employed", income_band="from_3m").status_code == 200
    assert answer(course, second, "employed").status_code == 409


def test_only_who_works_has_an_income(course):
    long_over(course)
    refused = answer(course, checks(course)[0], "studying", income_band="below_1m")
    assert [fault["code"] for fault in refused.json()["errors"]] == ["no_income"]


def test_late_checks_are_found_by_their_day(course):
    long_over(course)
    path = f"outcomes?answer=pending&due_until={TODAY.isoformat()}"
    assert len(get(course.client, course.world, "carla", path).json()["data"]) == 6


def test_dinsos_reads_what_became_of_whom_it_sent_but_not_what_they_earn(course):
    long_over(course)
    answer(course, checks(course)[0], "employed", income_band="from_2m", words="canary-words")
    told = checks(course, who="amal")[0]
    assert set(told) == {"id", "trainee", "months", "due_on", "answer", "answered_on", "version", "updated_at"}
    assert told["answer"] == "employed"
    assert answer(course, told, "none", who="amal").status_code == 403
    for who, status in (("basim", 403), ("dina", 403), ("farah", 404)):
        assert answer(course, told, "none", who=who).status_code == status


def test_the_timeline_tells_each_office_its_part(course):
    long_over(course)
    answer(course, checks(course)[0], "employed", income_band="from_2m")
    course.certify(0, "completion")
    path = f"households/{course.world.households['B'].pk}/timeline?limit=200"
    told = {row["event"]: row["details"] for row in get(course.client, course.world, "carla", path).json()["data"]}
    assert told["left_course"]["result"] in ("completed", "dropped_out")
    assert told["certified"]["kind"] == "completion"
    assert told["outcome_told"]["income_band"] == "from_2m"
    told = {row["event"]: row["details"] for row in get(course.client, course.world, "amal", path).json()["data"]}
    assert set(told["outcome_told"]) == {"trainee", "months", "answer"}
    assert told["certified"]["number"]


def test_a_day_of_the_future_is_no_answer(course):
    long_over(course)
    refused = answer(course, checks(course)[0], "employed", on=date(TODAY.year + 1, 1, 1))
    assert [fault["code"] for fault in refused.json()["errors"]] == ["not_done_yet"]


def test_a_check_awaits_the_office_from_two_weeks_before_and_goes_once_it_is_answered(course):
    def waiting():
        told = get(course.client, course.world, "carla", "queue?kind=follow_up_due").json()["data"]
        return [(row["person"], row["due_on"], row["is_overdue"]) for row in told]

    assert waiting() == []
    with owner():
        check = Outcome.objects.get(trainee=course.people[0].pk, months=3)
        Outcome.objects.filter(pk=check.pk).update(due_on=TODAY + timedelta(days=14))
    person = str(course.people[0].person_id)
    assert waiting() == [(person, (TODAY + timedelta(days=14)).isoformat(), False)]
    with owner():
        Outcome.objects.filter(pk=check.pk).update(due_on=TODAY - timedelta(days=1))
    assert waiting() == [(person, (TODAY - timedelta(days=1)).isoformat(), True)]
    assert answer(course, {"id": check.pk}, "employed").status_code == 200
    assert waiting() == []


def test_the_referral_that_brought_a_graduate_waits_for_each_check_and_ends_with_the_last(course):
    with owner():
        one = course.people[0]
        referral = Referral.objects.create(
            from_agency=course.world.agencies["amal"],
            to_agency=course.world.agencies["carla"],
            household=one.household,
            person=one.person,
            kind="training",
            status="in_progress",
            batch=course.batch,
            sent_at=timezone.now(),
            decided_at=timezone.now(),
            share=Share.objects.get(subjects=[one.person_id]),
        )
    long_over(course)
    found = []
    for check in checks(course):
        assert answer(course, check, "employed").status_code == 200
        with owner():
            referral.refresh_from_db()
        found.append((referral.status, referral.due_at and timezone.localdate(referral.due_at).isoformat()))
    days = [check["due_on"] for check in checks(course)]
    assert found[:2] == [("in_progress", days[1]), ("in_progress", days[2])]
    assert (referral.status, referral.outcome) == ("completed", "employed")
    with owner():
        assert Share.objects.get(pk=referral.share_id).closed_at
