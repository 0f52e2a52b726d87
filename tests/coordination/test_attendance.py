"""Attendance: a sheet for a whole session, two trainers at once, and warnings of absence."""

from datetime import timedelta

import pytest

from coordination.training.models import Application, Batch, Session
from households.register.models import Share
from tests.conftest import owner
from tests.coordination.courses import TODAY, Course
from tests.coordination.queue_table import assert_consistent
from tests.coordination.test_referrals import get

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(world, client):
    return Course(world, client)


def marks(course, place=0):
    return [item["status"] for item in course.sheet(place).json()["data"]]


def rows(course, place=0):
    found = get(course.client, course.world, "carla", f"attendance?session={course.sessions[place].pk}")
    return sorted(found.json()["data"], key=lambda row: row["application"])


def test_a_sheet_names_everybody_with_a_seat_and_is_recorded_in_one_call(course):
    before = course.sheet()
    assert [item["application"] for item in before.json()["data"]] == [str(one.pk) for one in course.people]
    assert marks(course) == [None, None, None]
    recorded = course.record(0, "present", "late", "absent", tag=before["ETag"])
    assert (recorded.status_code, recorded["ETag"]) == (200, course.sheet()["ETag"])
    assert recorded.json() == {
        "session": str(course.sessions[0].pk),
        "batch": str(course.batch.pk),
        "data": [
            {"application": str(one.pk), "person": str(one.person_id), "status": status, "way": "sheet"}
            for one, status in zip(course.people, ("present", "late", "absent"), strict=True)
        ],
    }
    first = rows(course)[0]
    assert (first["status"], first["author"], first["version"]) == ("present", "carla", 1)


def test_recording_the_same_again_changes_nothing_and_whoever_is_not_named_keeps_the_mark(course):
    first = course.record(0, "present", "late", "absent")
    assert course.record(0, "present", "late", "absent").content == first.content
    course.record(0, None, None, "excused")
    assert marks(course) == ["present", "late", "excused"]
    assert [row["version"] for row in rows(course)] == [1, 1, 2]


def test_a_trainer_who_has_not_seen_what_another_recorded_is_refused(course):
    seen = course.sheet()["ETag"]
    assert course.record(0, "present", tag=seen).status_code == 200
    late = course.record(0, "absent", tag=seen)
    assert (late.status_code, late.json()["code"]) == (412, "etag_stale")
    assert course.record(0, "absent", tag=late["ETag"]).status_code == 200
    assert course.put(f"sessions/{course.sessions[0].pk}/attendance", {"items": []}, tag="").status_code == 428


def test_whoever_has_no_seat_is_named_and_nothing_is_recorded(course):
    with owner():
        Application.objects.filter(pk=course.people[1].pk).update(status="withdrawn", seat=None)
    refused = course.record(0, "present", "present", "present")
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/items/1/application"]
    assert marks(course) == [None, None]


@pytest.mark.parametrize(
    ("change", "words"),
    [({"is_cancelled": True}, "cancelled"), ({"day": TODAY + timedelta(days=365)}, "This session is on")],
)
def test_only_a_session_that_takes_place_and_has_come_is_recorded(course, change, words):
    with owner():
        Session.objects.filter(pk=course.sessions[0].pk).update(**change)
    refused = course.record(0, "present")
    assert refused.status_code == 409
    assert words in refused.json()["detail"]


@pytest.mark.parametrize("status", ["open", "finished"])
def test_only_while_the_batch_runs(course, status):
    with owner():
        Batch.objects.filter(pk=course.batch.pk).update(status=status)
    assert course.record(0, "present").status_code == 409


def test_a_participant_named_twice_is_refused(course):
    item = {"application": str(course.people[0].pk), "status": "present"}
    refused = course.put(f"sessions/{course.sessions[0].pk}/attendance", {"items": [item, item]})
    assert [fault["code"] for fault in refused.json()["errors"]] == ["twice"]


def test_counts_say_how_often_each_came(course):
    course.attend("ppplp", "ppepa", "ppppp")
    told = course.trainee(1)
    assert {name: told[name] for name in ("sessions", "recorded", "came", "excused", "absent", "absent_percent")} == {
        "sessions": 5,
        "recorded": 5,
        "came": 3,
        "excused": 1,
        "absent": 1,
        "absent_percent": 20,
    }
    assert (told["is_warned"], told["warned_on"], told["result"]) == (False, None, "taking_part")


@pytest.mark.parametrize(
    ("word", "longest", "warned"),
    [
        ("ppppp", 0, False),
        ("papppppppp", 1, False),
        ("apppapppp" + "p", 1, False),  # 20 percent, not more
        ("apapppppap", 1, True),  # 30 percent
        ("ppaappppppp"[:10], 2, True),  # twice in a row
        ("paeappppppp"[:10], 1, False),  # an excuse between
    ],
)
def test_absence_beyond_the_rule_is_warned_of(world, client, word, longest, warned):
    course = Course(world, client, people=2, sessions=len(word))
    course.attend(word, "p" * len(word))
    told = course.trainee(0)
    assert (told["absent_in_a_row"], told["is_warned"]) == (longest, warned)
    listed = get(client, world, "carla", f"trainees?batch={course.batch.pk}&is_warned=true").json()["data"]
    assert [row["id"] for row in listed] == ([str(course.people[0].pk)] if warned else [])


def test_who_is_absent_too_often_awaits_the_office_until_that_is_put_right_or_the_course_is_over(course):
    def waiting(who):
        told = get(course.client, course.world, who, "queue?kind=absence_to_follow_up").json()["data"]
        return [(row["person"], row["reason"], row["since"]) for row in told]

    course.attend("ppppp", "paaaa", "ppppp")
    absent = (str(course.people[1].person_id), "absent_too_often", TODAY.isoformat())
    assert (waiting("carla"), waiting("amal"), waiting("basim")) == ([absent], [], [])
    assert_consistent()
    for place in (1, 2, 3, 4):
        course.record(place, None, "excused")
    assert waiting("carla") == []
    for place in (1, 2, 3, 4):
        course.record(place, None, "absent")
    assert waiting("carla") == [absent]
    assert course.move("finish").status_code == 200
    assert waiting("carla") == []
    assert_consistent()


def test_the_rule_is_a_setting_and_a_mark_put_right_ends_the_warning(course, settings):
    settings.ABSENCE_PERCENT, settings.ABSENCES_IN_A_ROW = 50, 3
    course.attend("aappp", "aaapp", "ppppp")
    assert [course.trainee(place)["is_warned"] for place in range(3)] == [False, True, False]
    assert course.trainee(1)["warned_on"] == TODAY.isoformat()
    course.record(1, None, "excused")
    assert (course.trainee(1)["is_warned"], course.trainee(1)["warned_on"]) == (False, None)


def test_a_cancelled_session_does_not_count(course):
    course.attend("aappp", "ppppp", "ppppp")
    with owner():
        Session.objects.filter(pk=course.sessions[0].pk).update(is_cancelled=True)
    course.record(2, "present")
    told = course.trainee(0)
    assert (told["sessions"], told["absent"], told["is_warned"]) == (4, 1, True)


def test_the_training_office_reads_a_centres_sheet_but_only_the_centre_records(world, client):
    course = Course(world, client, who="farah")
    assert course.record(0, "present").status_code == 200
    assert course.sheet(who="carla").status_code == 200
    refused = course.record(0, "absent", who="carla")
    assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope")
    assert marks(course) == ["present", None, None]


def test_a_centre_sees_nothing_of_another_providers_course(course):
    assert course.sheet(who="farah").status_code == 200  # the city's course is offered to all
    assert course.sheet(who="farah").json()["data"] == []
    assert get(course.client, course.world, "farah", "trainees").json()["data"] == []
    for who in ("amal", "basim", "dina", "emil"):
        assert course.sheet(who=who).status_code == 403


def test_marks_outlive_the_share_but_tell_of_no_person(course):
    course.record(0, "present")
    with owner():
        Share.objects.filter(subjects__contains=[course.people[0].person_id]).update(closed_at="2026-01-01T00:00Z")
    assert marks(course) == ["present", None, None]
    assert get(course.client, course.world, "carla", f"persons/{course.people[0].person_id}").status_code == 404
