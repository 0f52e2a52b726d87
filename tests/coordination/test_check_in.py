"""Checking in with the session's QR code and the code of one's seat; and lists kept without a network."""

import re
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.access import keys
from agencies.access.models import AccessRecord
from coordination.trainees import codes
from coordination.trainees.models import Attendance
from coordination.training.models import Batch, Session
from tests.conftest import owner
from tests.coordination.courses import TODAY, Course
from tests.coordination.test_referrals import get, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(world, client):
    """With a session today."""
    found = Course(world, client)
    with owner():
        found.sessions.append(found.meet(0))
    return found


def token_of(course, place=-1, who="carla"):
    answer = post(course.client, course.world, who, f"sessions/{course.sessions[place].pk}/check-in")
    return answer.json()["address"].rpartition("/")[2] if answer.status_code == 200 else answer.status_code


def codes_of(course, who="carla"):
    told = get(course.client, course.world, who, f"batches/{course.batch.pk}/participation-codes").json()["data"]
    return {item["application"]: item["code"] for item in told}


def scan(course, token, code):
    return course.client.post(f"/check-in/{token}", {"code": code}, headers={"Accept-Language": "en"})


def came(course):
    with owner():
        rows = Attendance.objects.filter(session__batch=course.batch).values_list("application", "status", "way")
        return sorted(rows)


def test_the_token_of_the_venue_and_the_code_of_a_seat_make_present(course, settings):
    settings.LATE_AFTER_MINUTES = 0  # the session began at midnight
    mine = str(course.people[1].pk)
    page = scan(course, token_of(course), codes_of(course)[mine])
    assert (page.status_code, "on record" in page.content.decode()) == (200, True)
    assert came(course) == [(course.people[1].pk, "late", "code")]
    assert course.trainee(1)["came"] == 1
    with owner():
        log = AccessRecord.objects.get(action="check_in")
    assert (log.agency, log.subjects, log.fields) == (course.batch.provider_id, [course.people[1].person_id], "mark")


def test_before_a_quarter_of_an_hour_is_over_nobody_is_late(course, settings):
    settings.LATE_AFTER_MINUTES = 24 * 60
    token, mine = token_of(course), codes_of(course)
    for one in course.people:
        assert scan(course, token, mine[str(one.pk)].lower().replace("-", " ")).status_code == 200
    assert [status for _, status, _ in came(course)] == ["present"] * 3


def test_what_a_trainer_recorded_stands(course):
    course.record(-1, "excused")
    assert scan(course, token_of(course), codes_of(course)[str(course.people[0].pk)]).status_code == 200
    assert came(course) == [(course.people[0].pk, "excused", "sheet")]


def test_every_refusal_reads_the_same_and_names_nobody(course, world, client):
    other = Course(world, client, people=1)
    token, mine = token_of(course), codes_of(course)[str(course.people[0].pk)]
    stale = codes.new_token(course.sessions[0].pk)[0]  # of a day that is over
    forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    pages = {
        re.sub(r'value="[^"]*"', "", scan(course, *given).content.decode())
        for given in (
            (token, "0000-0000"),
            (token, ""),
            (token, "\0"),
            (token, "\u0661" * 8),
            (token, next(iter(codes_of(other).values()))),
            (stale, mine),
            (forged, mine),
            ("nonsense", mine),
            ("\u0661", mine),
        )
    }
    assert len(pages) == 1
    assert "canary" not in pages.pop()
    assert came(course) == []


def test_a_token_rotates_and_dies(course, settings, monkeypatch):
    token, mine = token_of(course), codes_of(course)[str(course.people[0].pk)]
    now = time.time()
    monkeypatch.setattr(codes.time, "time", lambda: now + settings.CHECK_IN_SECONDS)
    assert token_of(course) != token
    assert codes.session_of(token) == course.sessions[-1].pk
    monkeypatch.setattr(codes.time, "time", lambda: now + 2 * settings.CHECK_IN_SECONDS)
    assert codes.session_of(token) is None
    monkeypatch.undo()
    assert scan(course, token, mine).status_code == 200


@pytest.mark.parametrize(("model", "change"), [(Batch, {"status": "finished"}), (Session, {"is_cancelled": True})])
def test_nobody_checks_in_to_what_does_not_take_place(course, model, change):
    token, mine = token_of(course), codes_of(course)[str(course.people[0].pk)]
    with owner():
        model.objects.filter(pk=course.batch.pk if model is Batch else course.sessions[-1].pk).update(**change)
    assert scan(course, token, mine).status_code == 422
    assert token_of(course) == 409


def test_only_todays_session_of_ones_own_course_has_a_code(course, world, client):
    assert token_of(course, 0) == 409
    assert token_of(course, who="farah") == 403
    assert token_of(course, who="amal") == 403
    assert codes_of(course, "farah") == {}
    with owner():
        other = Course(world, client, who="farah", people=1)
        other.sessions.append(other.meet(0))
    assert token_of(other, who="carla") == 403
    assert codes_of(other, "carla") == {}


def test_trying_codes_is_slowed_down(course, settings):
    settings.PUBLIC_CALLS_PER_MINUTE = 3
    token, mine = token_of(course), codes_of(course)[str(course.people[0].pk)]
    assert [scan(course, token, "0000-0000").status_code for _ in range(4)] == [422, 422, 422, 429]
    assert scan(course, token, mine).status_code == 429
    assert came(course) == []


def test_keys_that_rotate_keep_the_codes_that_were_handed_out(course, ring):
    before = codes_of(course)[str(course.people[0].pk)]
    keys.write_with(ring.path, keys.add_key(ring.path))
    keys.drop_older(ring.path)
    assert codes_of(course)[str(course.people[0].pk)] == before
    assert scan(course, token_of(course), before).status_code == 200


def upload(course, text, who="carla", place=0, **more):
    body = {"file": SimpleUploadedFile("hadir.csv", text if isinstance(text, bytes) else text.encode()), **more}
    headers = course.world.headers(who, **{"Idempotency-Key": f"list-{time.time_ns()}"})
    path = f"/api/v1/sessions/{course.sessions[place].pk}/attendance-list"
    return course.client.post(path, body, headers=headers)


def verdicts(answer):
    assert answer.status_code == 200, answer.content
    return [(item["line"], item["code"]) for item in answer.json()["results"]]


def numbers(course):
    """The last four digits of each person's NIK."""
    return [
        get(course.client, course.world, "carla", f"persons/{one.person_id}").json()["nik_last4"]
        for one in course.people
    ]


def test_a_list_is_judged_row_by_row_and_its_good_rows_are_recorded(course):
    one, two, three = (codes_of(course)[str(person.pk)] for person in course.people)
    rows = (
        f"{one};;Hadir",
        f";{numbers(course)[1]};izin",
        f"{two};;alpa",
        f"{three};;menari",
        "ZZZZ-ZZZZ;;hadir",
        ";;",
    )
    answer = upload(course, "\ufeffKode;NIK_last4;Kehadiran\r\n" + "\r\n".join(rows))
    assert verdicts(answer) == [
        (2, "recorded"),
        (3, "recorded"),
        (4, "twice"),
        (5, "status_unknown"),
        (6, "unknown"),
    ]
    assert answer.json()["results"][3]["text_id"] == "Kehadiran tidak dikenal"
    assert came(course) == [(course.people[0].pk, "present", "list"), (course.people[1].pk, "excused", "list")]


def test_a_trial_run_records_nothing(course):
    text = f"code,status\n{codes_of(course)[str(course.people[0].pk)]},present"
    assert verdicts(upload(course, text, dry_run="true")) == [(2, "recorded")]
    assert came(course) == []


def test_numbers_that_end_alike_and_numbers_that_one_may_not_read_do_not_name_anybody(course, world, client):
    with owner():
        ends = course.people[0].person.nik_last4
        type(course.people[0].person).objects.filter(pk=course.people[1].person_id).update(nik_last4=ends)
    assert verdicts(upload(course, f"nik,status\n{ends},present")) == [(2, "ambiguous")]
    centre = Course(world, client, who="farah")
    assert verdicts(upload(centre, "nik,status\n7700,present", who="farah")) == [(2, "unknown")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file_empty"),
        ("name,status\na,present", "header_not_found"),
        (b"code,status\n\0,present", "file_not_text"),
        ('code,status\n"a,present\n' + "b,present\n" * 40 + '"', "quote_not_closed"),
        ("code,kode,status\na,a,present", "column_repeated"),
        ("code,status\n" + "a,present\n" * 1001, "too_many_rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused(course, text, code):
    refused = upload(course, text)
    assert refused.status_code == 422
    assert [fault["code"] for fault in refused.json()["errors"]] == [code]


def test_a_list_is_the_providers_alone(course):
    for who, status in (("amal", 403), ("basim", 403), ("farah", 403)):
        assert upload(course, "code,status\n", who=who).status_code == status, who
    with owner():
        Session.objects.filter(pk=course.sessions[0].pk).update(day=TODAY + timedelta(days=365))
    assert upload(course, "code,status\n").status_code == 409
