"""Attendance, certificates and groups under many callers at once, on connections of their own that commit."""

import json
from itertools import count

import pytest
from django.db import connection
from django.test import Client

from agencies.access.caller import Caller, acting_as
from agencies.web.problems import Problem
from coordination.business_groups.models import BusinessGroup, GroupMember
from coordination.business_groups.services import form_group, join_group
from coordination.trainees.attendance import locked_session, record_sheet
from coordination.trainees.certificates import issue_certificate
from coordination.trainees.models import Attendance, Certificate, Outcome, Trainee
from coordination.training.models import Application, Batch, Programme, Session
from households.register.models import Person, Share
from tests.conftest import owner
from tests.coordination.courses import TODAY, Course
from tests.coordination.test_seats_race import at_once

PEOPLE = 20


@pytest.fixture
def course(world, django_db_blocker):
    """A course of twenty with eight sessions, committed; everything is taken away afterwards."""
    with django_db_blocker.unblock():
        found = Course(world, Client(), people=PEOPLE, sessions=8)
        try:
            yield found
        finally:
            with owner():
                clear(found)
            connection.close()


def clear(course):
    batch, people = course.batch, [one.person_id for one in course.people]
    GroupMember.objects.filter(group__batch=batch).delete()
    BusinessGroup.objects.filter(batch=batch).delete()
    for model in (Outcome, Certificate):
        model.objects.filter(trainee__batch=batch).delete()
    Attendance.objects.filter(session__batch=batch).delete()
    for model in (Trainee, Session, Application):
        model.objects.filter(batch=batch).delete()
    Batch.objects.filter(pk=batch.pk).delete()
    Programme.objects.filter(pk=batch.programme_id).delete()
    Share.objects.filter(subjects__overlap=people).delete()
    Person.objects.filter(pk__in=people).delete()


def acting(world, work):
    """A call in a transaction of its own; gives what it made, or the refusal's code."""
    caller = Caller("manpower", "officer", world.agencies["carla"].pk, "62.71", purpose="training")

    def call(given):
        try:
            with acting_as(caller):
                return work(given, caller)
        except Problem as problem:
            return problem.code

    return call


def test_of_many_trainers_who_saw_the_same_sheet_one_records_and_the_others_are_told(world, course):
    seen, path = course.sheet()["ETag"], f"/api/v1/sessions/{course.sessions[0].pk}/attendance"

    def call(number):
        items = [{"application": str(one.pk), "status": "present"} for one in course.people[: number + 1]]
        headers = world.headers("carla", **{"If-Match": seen})
        answer = Client().put(path, json.dumps({"items": items}), content_type="application/json", headers=headers)
        return answer.status_code, len(items)

    answers = at_once(call, list(range(10)))
    recorded = [size for status, size in answers if status == 200]
    assert sorted(status for status, _ in answers) == [200, *[412] * 9]
    with owner():
        assert Attendance.objects.filter(session=course.sessions[0]).count() == recorded[0]


def test_sessions_that_are_recorded_at_once_are_all_counted(world, course):
    everybody = {one.pk: "absent" for one in course.people}

    def record(session, me):
        record_sheet(locked_session(session.pk, me), everybody, by=me)
        return True

    assert at_once(acting(world, record), course.sessions) == [True] * 8
    with owner():
        counts = set(Trainee.objects.filter(batch=course.batch).values_list("recorded", "absent", "absent_in_a_row"))
    assert counts == {(8, 8, 8)}


def graduated(course):
    with owner():
        for one in course.people:
            Trainee.objects.create(
                id=one.pk,
                application=one,
                batch=course.batch,
                person=one.person,
                household=one.household,
                provider=course.batch.provider,
                source="own",
                result="competent",
                finished_on=TODAY,
            )
        Batch.objects.filter(pk=course.batch.pk).update(status="finished")


def test_certificates_issued_at_once_have_numbers_of_their_own_and_one_each_is_in_force(world, course):
    graduated(course)

    def issue(key, me):
        return issue_certificate(trainee=key, kind="competence", issued_on=TODAY, by=me)

    keys = [one.pk for one in course.people]
    answers = at_once(acting(world, issue), keys * 2)
    assert answers.count("exists") == PEOPLE
    with owner():
        numbers = set(Certificate.objects.filter(trainee__in=keys).values_list("number", flat=True))
    assert len(numbers) == PEOPLE


def test_somebody_wanted_by_many_groups_at_once_is_in_one(world, course):
    graduated(course)
    names = count(1)

    def form(person, me):
        member = {"person": person, "role": "chair"}
        region, batch = "62.71.04.1004", course.batch.pk
        name = f"KUBE {next(names)}"
        return form_group(name=name, sector=4, region=region, members=[member], batch=batch, by=me)

    person = course.people[0].person_id
    answers = at_once(acting(world, form), [person] * 20)
    assert answers.count("conflict") == 19
    [group] = [answer for answer in answers if answer != "conflict"]

    def join(other, me):
        return join_group(group, person=other, role="treasurer", by=me)

    answers = at_once(acting(world, join), [one.person_id for one in course.people[1:]])
    assert sorted(answers, key=str) == sorted([group, *["conflict"] * 18], key=str)
    with owner():
        assert GroupMember.objects.filter(group=group).count() == 2
