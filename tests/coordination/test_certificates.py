"""The competency test, the end of a batch, certificates, and what anybody may know of one."""

from datetime import date

import pytest

from coordination.trainees.certificates import NUMBER, validity_of
from coordination.trainees.models import Certificate, Trainee
from coordination.training.models import Application, Batch
from households.register.models import Person, Share
from tests.conftest import owner
from tests.coordination.courses import TODAY, UNITS, Course
from tests.coordination.test_referrals import get, post

pytestmark = pytest.mark.django_db
BOTH = [{"code": unit["code"], "is_competent": True} for unit in UNITS]
ONE = [BOTH[0], {**BOTH[1], "is_competent": False}]


@pytest.fixture
def course(world, client):
    """In its test; the last of three was absent too often."""
    found = Course(world, client, units=UNITS)
    found.attend("ppppp", "ppppe", "paapp")
    assert found.move("test").status_code == 200
    return found


def results(course):
    with owner():
        return [Trainee.objects.get(pk=one.pk).result for one in course.people]


def test_competent_is_who_is_so_in_every_unit_and_others_try_again(course):
    first = course.test(0, units=ONE)
    assert first.status_code == 201, first.content
    told = first.json()
    assert (told["attempt"], told["is_competent"], told["units"], told["tester"]) == (1, False, ONE, "Pak Budi")
    assert results(course)[0] == "not_yet_competent"
    again = course.test(0, units=BOTH).json()
    assert (again["attempt"], again["is_competent"]) == (2, True)
    assert results(course) == ["competent", "taking_part", "taking_part"]
    assert course.test(0, units=BOTH).status_code == 409


def test_units_must_be_those_of_the_course_and_may_not_be_contradicted(course):
    for units, more, code in (
        (BOTH[:1], {}, "not_of_the_course"),
        ([BOTH[0], {**BOTH[1], "code": "A.999"}], {}, "not_of_the_course"),
        ([], {"is_competent": True}, "not_of_the_course"),
        (ONE, {"is_competent": True}, "contradicts_units"),
    ):
        refused = course.test(0, units=units, **more)
        assert [fault["code"] for fault in refused.json()["errors"]] == [code], units
    assert results(course)[0] == "taking_part"


def test_whoever_was_absent_too_often_or_left_takes_no_test(course):
    refused = course.test(2, units=BOTH)
    assert (refused.status_code, refused.json()["detail"], refused.json()["absent"]) == (409, "Absent too often.", 2)
    with owner():
        Application.objects.filter(pk=course.people[1].pk).update(status="withdrawn", seat=None)
    assert course.test(1, units=BOTH).status_code == 409


def test_no_test_before_the_course_is_over(world, client):
    running = Course(world, client)
    running.attend("ppppp", "ppppp", "ppppp")
    assert running.test(0, is_competent=True).status_code == 409
    running.move("test")
    assert [fault["code"] for fault in running.test(0).json()["errors"]] == ["required"]
    assert running.test(0, is_competent=True).status_code == 201


def test_a_batch_in_its_test_is_not_finished_while_somebody_waits_for_it(course):
    course.test(0, units=BOTH)
    refused = course.move("finish")
    assert (refused.status_code, refused.json()["untested"]) == (409, 1)
    with owner():
        assert Batch.objects.get(pk=course.batch.pk).status == "testing"
    course.test(1, units=ONE)
    assert course.move("finish").status_code == 200
    assert results(course) == ["competent", "not_yet_competent", "dropped_out"]
    assert [course.trainee(place)["finished_on"] for place in range(3)] == [TODAY.isoformat()] * 3
    assert course.test(1, units=BOTH).status_code == 201  # a test held again after the end


def test_a_short_course_without_a_test_is_completed_by_coming(world, client):
    running = Course(world, client)
    running.attend("ppppp", "aaaaa", "ppppp")
    with owner():
        Application.objects.filter(pk=running.people[2].pk).update(status="withdrawn", seat=None)
    assert running.move("finish").status_code == 200
    assert results(running) == ["completed", "dropped_out", "dropped_out"]


def test_competence_is_certified_for_three_years_and_completion_for_good(course):
    course.test(0, units=BOTH)
    course.test(1, units=ONE)
    assert course.certify(0, "completion").status_code == 409
    course.move("finish")
    paper = course.certify(0, issued_on="2024-02-29")
    assert paper.status_code == 422  # before the course
    paper = course.certify(0, registration="REG-1")
    assert paper.status_code == 201, paper.content
    told = paper.json()
    assert NUMBER.fullmatch(told["number"]) and told["number"].startswith(f"{TODAY.year}-")
    end = date.fromisoformat(told["valid_until"])
    assert (end.year, end.month) == (TODAY.year + 3, TODAY.month)
    assert (told["issuer"], told["scheme"]) == ("Badan Nasional Sertifikasi Profesi (BNSP)", "Budidaya ikan")
    lasting = course.certify(1, "completion").json()
    assert (lasting["issuer"], lasting["valid_until"]) == ("Office of carla", None)
    for place, kind in ((1, "competence"), (2, "competence"), (2, "completion")):
        assert course.certify(place, kind).status_code == 409


def test_one_certificate_of_a_kind_is_in_force_and_a_revoked_one_may_be_replaced(course):
    course.test(0, units=BOTH)
    first = course.certify(0).json()
    assert (course.certify(0).status_code, course.certify(0).json()["code"]) == (409, "exists")
    revoked = revoke(course, first)
    assert (revoked.json()["revoked_on"], revoked.json()["revoked_reason"]) == (TODAY.isoformat(), "wrong name")
    assert revoke(course, first).status_code == 409
    second = course.certify(0).json()
    assert second["number"] != first["number"]
    changes = get(course.client, course.world, "carla", f"certificates/{first['id']}/history").json()["data"]
    assert [change["change"] for change in changes] == ["update", "insert"]


def revoke(course, paper, who="carla"):
    body = {"reason": "wrong name"}
    return post(course.client, course.world, who, f"certificates/{paper['id']}/revoke", body)


def test_anybody_learns_one_word_about_a_number(course):
    course.test(0, units=BOTH)
    paper = course.certify(0).json()
    number = paper["number"]
    assert validity_of(number) == "valid"
    assert validity_of(f" {number.lower()} ") == "valid"
    with owner():
        Certificate.objects.filter(pk=paper["id"]).update(issued_on=date(2020, 1, 1), valid_until=date(2023, 1, 1))
    assert validity_of(number) == "expired"
    revoke(course, paper)
    assert validity_of(number) == "revoked"
    for nonsense in ("", "2026-00000-00000", "\0", number[:-1], "x" * 5000, "\u0661" * 4 + number[4:]):
        assert validity_of(nonsense) == "unknown"


def test_only_the_provider_tests_certifies_and_revokes(course):
    for who, status in (("amal", 403), ("basim", 403), ("dina", 403), ("farah", 422)):
        assert course.test(0, who=who, units=BOTH).status_code == status, who
        assert course.certify(0, who=who).status_code == status, who
    course.test(0, units=BOTH)
    paper = course.certify(0).json()
    for who, status in (("amal", 403), ("basim", 403), ("farah", 404)):
        assert revoke(course, paper, who).status_code == status, who


def test_the_training_office_reads_a_centres_results_and_changes_none(world, client):
    course = Course(world, client, who="farah", people=1)
    course.attend("ppppp")
    course.move("test")
    assert course.test(0, who="carla", is_competent=True).json()["code"] == "out_of_scope"
    assert course.test(0, is_competent=True).status_code == 201
    paper = course.certify(0).json()
    assert get(client, world, "carla", f"certificates/{paper['id']}").status_code == 200
    assert revoke(course, paper, "carla").json()["code"] == "out_of_scope"


@pytest.mark.parametrize(("source", "seen"), [("own", 0), ("referral", 1), ("social", 1)])
def test_dinsos_sees_the_result_of_whom_it_sent_and_no_test(world, client, source, seen):
    course = Course(world, client, people=1, source=source)
    course.attend("pppap")
    course.move("test")
    course.test(0, is_competent=True)
    course.certify(0)
    told = get(client, world, "amal", "trainees").json()["data"]
    assert [set(row) for row in told] == [
        {"id", "application", "batch", "person", "household", "result", "finished_on", "provider", "source"}
        | {"version", "updated_at"}
    ] * seen
    papers = get(client, world, "amal", "certificates").json()["data"]
    assert len(papers) == seen
    assert not {"revoked_reason", "author"} & {name for row in papers for name in row}
    assert get(client, world, "amal", "competency-tests").status_code == 403
    assert get(client, world, "amal", "attendance").status_code == 403
    for path in ("trainees", "certificates"):
        assert get(client, world, "dina", path).json()["data"] == []
        assert get(client, world, "basim", path).status_code == 403


def test_the_paper_names_the_holder_and_where_to_check(course):
    course.test(0, units=BOTH)
    paper = course.certify(0, registration="REG-4711").json()
    answer = get(course.client, course.world, "carla", f"certificates/{paper['id']}/pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    text = answer.content.decode("latin-1")
    with owner():
        name = course.people[0].person.name
    for part in (name, paper["number"], "REG-4711", "KOMPETENSI", "Berlaku sampai", f"/verify/{paper['number']}"):
        assert part in text, part
    assert "DICABUT" not in text
    revoke(course, paper)
    again = get(course.client, course.world, "carla", f"certificates/{paper['id']}/pdf").content.decode("latin-1")
    assert "DICABUT" in again


@pytest.mark.parametrize("name", ["Siti ~^", "\u0130brahim \u738b", "(a) \\ )", "x" * 120])
def test_any_name_is_drawn(course, name):
    course.test(0, units=BOTH)
    paper = course.certify(0).json()
    with owner():
        Person.objects.filter(pk=course.people[0].person_id).update(name=name)
    assert get(course.client, course.world, "carla", f"certificates/{paper['id']}/pdf").status_code == 200


def test_no_paper_of_whom_the_office_no_longer_sees(course):
    course.test(0, units=BOTH)
    paper = course.certify(0).json()
    with owner():
        Share.objects.filter(subjects__contains=[course.people[0].person_id]).update(closed_at="2026-01-01T00:00Z")
    assert get(course.client, course.world, "carla", f"certificates/{paper['id']}/pdf").status_code == 409
    for who, status in (("amal", 404), ("basim", 403), ("farah", 404)):
        assert get(course.client, course.world, who, f"certificates/{paper['id']}/pdf").status_code == status


def test_the_page_and_the_call_without_a_log_in_tell_validity_alone(course, client):
    course.test(0, units=BOTH)
    number = course.certify(0).json()["number"]
    english = {"Accept-Language": "en"}
    for path in (f"/verify/{number}", f"/verify?number={number}"):
        page = client.get(path, headers=english)
        assert "This certificate is valid." in page.content.decode()
        assert "canary" not in page.content.decode()
    assert client.get(f"/api/v1/certificate-checks?number={number}").json() == {"validity": "valid"}
    pages = {
        client.get(f"/verify/{text}", headers=english).content
        for text in ("2026-00000-00000", "x", "a/b", "%00", "%ff", "\u0661", "x" * 3000)
    }
    assert len(pages) == 1
    assert "No certificate has this number." in pages.pop().decode()
    for text in ("2026-00000-00000", "x", "%00", ""):
        answer = client.get(f"/api/v1/certificate-checks?number={text}")
        assert (answer.status_code, answer.json()) == (200, {"validity": "unknown"})


def test_asking_about_numbers_is_slowed_down(course, client, settings):
    settings.PUBLIC_CALLS_PER_MINUTE = 2
    asked = [client.get("/api/v1/certificate-checks?number=x").status_code for _ in range(3)]
    assert asked == [200, 200, 429]
    assert client.get("/verify/x").status_code == 429
    assert client.get("/verify").status_code == 200
    settings.CLIENT_ADDRESS_HEADER = "X-Real-IP"
    assert client.get("/verify/x", headers={"X-Real-IP": "203.0.113.9"}).status_code == 200
