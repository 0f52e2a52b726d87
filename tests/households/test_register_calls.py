"""The registrar's day through HTTP: register, find, open a number, move house."""

import pytest
from django.utils import timezone

from households.register.models import Membership
from tests.conftest import owner
from tests.sharing import share

pytestmark = pytest.mark.django_db


def post(client, path, body, headers, key="key"):
    headers = {**headers, "Idempotency-Key": key}
    return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def test_a_family_with_its_card_and_a_child_are_registered_and_found_by_card(client, world):
    headers = world.headers("amal")
    family = {"region": "62.71.04.1004", "family_card_number": "6271010101230001"}
    household = post(client, "households", family, headers, "family").json()["id"]
    child = {"household": household, "name": "Siti", "sex": "F", "birth_date": "2015-02-03", "relation": "child"}
    answer = post(client, "persons", child, headers, "child")
    assert answer.status_code == 201, answer.content
    asked = {"items": [{"family_card_number": "6271010101230001"}]}
    [found] = post(client, "persons:lookup", asked, headers).json()["results"]
    assert (found["household"], found["persons"]) == (household, [answer.json()["id"]])


def test_a_number_is_opened_for_a_reason_to_whoever_sees_the_person(client, world):
    reason = {"number": "nik", "reason": "enrolment"}
    answer = post(client, f"persons/{world.people['A son'].pk}/reveal", reason, world.headers("amal"))
    assert answer.json()["value"] == world.numbers["A son"]
    answer = post(client, f"persons/{world.people['D son'].pk}/reveal", reason, world.headers("amal"))
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("who", "label", "number", "reason", "refused"),
    [
        ("basim", "A daughter", "nik", "enrolment", None),
        ("basim", "A daughter", "nisn", "enrolment", None),
        ("basim", "A daughter", "nik", "certificate", "/reason"),
        ("basim", "A daughter", "nik", "verification", "/reason"),
        ("carla", "A son", "nik", "certificate", None),
        ("carla", "A son", "nik", "enrolment", "/reason"),
        ("carla", "A son", "nisn", "certificate", "/number"),
    ],
)
def test_an_office_opens_the_numbers_that_it_reads_for_the_reasons_that_it_has(
    client, world, who, label, number, reason, refused
):
    share(world, who, label)
    told = {"number": number, "reason": reason}
    answer = post(client, f"persons/{world.people[label].pk}/reveal", told, world.headers(who))
    if refused is None:
        assert answer.status_code == 200, answer.content
        assert len(answer.json()["value"]) == {"nik": 16, "nisn": 10}[number]
    else:
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [refused]
        assert answer.status_code == 422


def test_nobody_finds_a_person_by_a_kind_of_number_that_the_office_does_not_read(client, world):
    share(world, "basim", "A son")
    share(world, "carla", "A son")
    asked = {"items": [{"nisn": "0012929292"}]}
    for who, status in (("amal", "found"), ("basim", "found"), ("carla", "not_found")):
        [result] = post(client, "persons:lookup", asked, world.headers(who)).json()["results"]
        assert result["status"] == status, who


def test_a_person_who_moves_ends_one_membership_and_begins_another(client, world):
    today = timezone.localdate()
    move = {"household": str(world.households["B"].pk), "since": today.isoformat(), "relation": "child"}
    person = world.people["A son"].pk
    answer = post(client, f"persons/{person}/move", move, world.headers("amal"))
    assert answer.status_code == 200, answer.content
    assert answer.json()["household"] == str(world.households["B"].pk)
    with owner():
        kept = list(Membership.objects.filter(person=person).order_by("since").values_list("household", "until"))
    assert kept == [(world.households["A"].pk, today), (world.households["B"].pk, None)]


def test_a_move_into_a_hidden_family_is_refused(client, world):
    move = {"household": str(world.households["D"].pk), "since": "2026-01-01", "relation": "child"}
    answer = post(client, f"persons/{world.people['A son'].pk}/move", move, world.headers("amal"))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "does_not_exist")


def test_a_reason_in_free_text_is_refused_since_the_log_keeps_it(client, world):
    told = {"number": "nik", "reason": "canary-name-A-son"}
    answer = post(client, f"persons/{world.people['A son'].pk}/reveal", told, world.headers("amal"))
    assert answer.status_code == 422
