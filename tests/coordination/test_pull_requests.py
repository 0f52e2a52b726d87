"""An office asks for somebody by number, and learns nothing but what it is answered."""

from uuid import uuid4

import pytest

from agencies.access.models import AccessRecord
from coordination.referrals.models import PullRequest, Referral
from households.register.models import Person
from households.register.numbers import sealed_number
from tests.conftest import owner
from tests.coordination.test_referrals import get, post, refer
from tests.province import HADI, province  # noqa: F401 a fixture

pytestmark = pytest.mark.django_db
FREE = "6271041201129999"


def ask(client, world, who="basim", **more):
    body = {"kind": "schooling", "reason": "Came to our school without papers", **more}
    return post(client, world, who, "pull-requests", body)


def without_own(document):
    return {k: v for k, v in document.items() if k not in ("id", "asked_at", "updated_at")}


def test_the_answer_is_the_same_whether_there_is_such_a_person_or_not(client, world):
    there, nowhere = world.numbers["A daughter"], FREE
    elsewhere = world.numbers["D daughter"]
    answers = [ask(client, world, nik=number) for number in (there, nowhere, elsewhere)]
    assert [answer.status_code for answer in answers] == [201, 201, 201], answers[0].content
    bodies = [without_own(answer.json()) for answer in answers]
    assert bodies[0] == bodies[1] == bodies[2]
    assert set(answers[0].headers) == set(answers[1].headers)
    assert "person" not in bodies[0] and "digests" not in bodies[0]
    for number in (there, nowhere, elsewhere):
        assert number not in get(client, world, "basim", "pull-requests").content.decode()
    with owner():
        found = list(PullRequest.objects.order_by("id").values_list("person", flat=True))
    assert found == [world.people["A daughter"].pk, None, None]
    assert get(client, world, "basim", f"persons/{world.people['A daughter'].pk}").status_code == 404


def test_dinsos_sees_whom_it_is_about_and_answers_with_a_referral(client, world):
    asked = ask(client, world, nik=world.numbers["A daughter"]).json()
    [waiting] = get(client, world, "amal", "pull-requests?status=asked").json()["data"]
    assert (waiting["id"], waiting["person"]) == (asked["id"], str(world.people["A daughter"].pk))
    answer = post(client, world, "amal", f"pull-requests/{asked['id']}/answer", {"reason": "Left school in class 6"})
    assert (answer.status_code, answer.json()["status"]) == (200, "answered"), answer.content
    key = answer.json()["referral"]
    mine = get(client, world, "basim", f"pull-requests/{asked['id']}").json()
    assert (mine["status"], mine["referral"]) == ("answered", key)
    assert get(client, world, "basim", f"referrals/{key}").json()["reason"] == "Left school in class 6"
    assert get(client, world, "basim", f"persons/{world.people['A daughter'].pk}").status_code == 200
    again = post(client, world, "amal", f"pull-requests/{asked['id']}/answer")
    assert (again.status_code, again.json()["code"], again.json()["allowed"]) == (409, "transition_refused", [])


def test_dinsos_may_decline_in_words(client, world):
    asked = ask(client, world, nik=world.numbers["A daughter"]).json()
    path = f"pull-requests/{asked['id']}/decline"
    assert post(client, world, "basim", path, {"reason": "x"}).status_code == 403
    assert post(client, world, "dina", path, {"reason": "x"}).status_code == 404
    answer = post(client, world, "amal", path, {"reason": "Cannot be shared"})
    assert answer.json()["status"] == "declined"
    assert get(client, world, "basim", f"pull-requests/{asked['id']}").json()["words"] == "Cannot be shared"
    with owner():
        assert not Referral.objects.exists()


def test_nobody_else_sees_that_it_was_asked(client, world):
    key = ask(client, world, nik=FREE).json()["id"]
    for who in ("gita", "carla", "dina"):
        purpose = {"X-Purpose": "statistics"}
        assert get(client, world, who, f"pull-requests/{key}", **purpose).status_code == 404
        assert get(client, world, who, "pull-requests", **purpose).json()["data"] == []
    assert get(client, world, "emil", "pull-requests").status_code == 403
    assert ask(client, world, who="amal", nik=FREE).status_code == 403


def test_whoever_comes_onto_the_register_later_is_found_when_it_is_answered(client, world):
    key = ask(client, world, nik=FREE).json()["id"]
    missing = post(client, world, "amal", f"pull-requests/{key}/answer")
    assert (missing.status_code, missing.json()["code"]) == (409, "conflict")
    with owner():
        child = world.people["B toddler"]
        Person.objects.filter(pk=child.pk).update(**sealed_number("nik", child.pk, FREE))
    answer = post(client, world, "amal", f"pull-requests/{key}/answer")
    assert (answer.status_code, answer.json()["person"]) == (200, str(child.pk)), answer.content


def test_what_is_open_already_is_told_to_dinsos_and_not_to_the_asker(client, world):
    refer(client, world)
    key = ask(client, world, nik=world.numbers["A daughter"])
    assert key.status_code == 201
    answer = post(client, world, "amal", f"pull-requests/{key.json()['id']}/answer")
    assert (answer.status_code, answer.json()["code"]) == (409, "exists")
    assert get(client, world, "basim", f"pull-requests/{key.json()['id']}").json()["status"] == "asked"


def test_a_student_number_will_do(client, world):
    assert ask(client, world, nisn="0013929292").status_code == 201
    with owner():
        assert PullRequest.objects.get().person_id == world.people["A daughter"].pk


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"nik": FREE, "nisn": "0013929292"},
        {"nik": "6271"},
        {"nisn": "13"},
        {"nik": FREE, "kind": "training"},
        {"nik": FREE, "kind": "x"},
        {"nik": FREE, "reason": ""},
        {"nik": FREE, "to_agency": str(uuid4())},
        {"nik": FREE, "person": str(uuid4())},
    ],
)
def test_a_request_of_another_shape_is_refused(client, world, wrong):
    answer = ask(client, world, **wrong)
    assert answer.status_code == 422
    assert FREE not in answer.content.decode()


def test_the_provinces_office_says_which_dinsos_it_asks(client, world, province):  # noqa: F811
    amal, dina = (str(world.agencies[name].pk) for name in ("amal", "dina"))
    assert ask(client, world, HADI, nik=FREE).status_code == 201  # one Dinsos in its province
    assert ask(client, world, HADI, nik=FREE, to_agency=amal).status_code == 201
    assert ask(client, world, HADI, nik=FREE, to_agency=dina).json()["errors"][0]["pointer"] == "/to_agency"


def test_asking_uses_up_the_quota_of_numbers(client, world, settings):
    settings.LOOKUPS_PER_HOUR = 2
    answers = [ask(client, world, nik=FREE).status_code for _ in range(3)]
    assert answers == [201, 201, 429]


def test_asking_is_on_record_without_the_number(client, world):
    ask(client, world, nik=world.numbers["A daughter"])
    with owner():
        record = AccessRecord.objects.get(action="create", resource="pull_request")
    assert (record.initiator, record.purpose) == ("basim", "schooling")
    assert world.people["A daughter"].pk not in record.subjects
