"""Lists and reads through HTTP."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from households.register.models import Share
from tests.conftest import owner

pytestmark = pytest.mark.django_db


def share(world, mark, agency, purpose, people):
    with owner():
        return Share.objects.create(
            household=world.households[mark],
            agency=world.agencies[agency],
            purpose=purpose,
            subjects=[world.people[f"{mark} {who}"].pk for who in people],
            until=timezone.localdate() + timedelta(days=30),
        )


def test_everybody_sees_the_agencies(client, world):
    answer = client.get("/api/v1/agencies", headers=world.headers("basim"))
    assert answer.status_code == 200, answer.content
    assert len(json.loads(answer.content)["data"]) == 7


def test_dinsos_sees_its_families(client, world):
    answer = client.get("/api/v1/households", headers=world.headers("amal"))
    assert answer.status_code == 200, answer.content

    assert len(json.loads(answer.content)["data"]) == 2


def test_education_sees_shared(client, world):
    share(world, "A", "basim", "schooling", ["daughter", "mother"])
    answer = client.get("/api/v1/households", headers=world.headers("basim"))
    assert answer.status_code == 200, answer.content

    [household] = json.loads(answer.content)["data"]
    assert len(household["people"]) == 2
    answer = client.get(f"/api/v1/persons/{world.people['A daughter'].pk}", headers=world.headers("basim"))
    assert answer.status_code == 200, answer.content
    answer = client.get(f"/api/v1/persons/{world.people['A son'].pk}", headers=world.headers("basim"))
    assert answer.status_code == 404, answer.content
    answer = client.get(f"/api/v1/persons/{world.people['A daughter'].pk}/history", headers=world.headers("amal"))
    assert answer.status_code == 200, answer.content


def test_lookup_create_patch(client, world):
    h = world.headers("amal")
    a = client.post(
        "/api/v1/persons:lookup",
        {
            "items": [
                {"nik": world.numbers["A son"]},
                {"family_card_number": world.numbers["A card"]},
                {"nik": world.numbers["D son"]},
            ]
        },
        content_type="application/json",
        headers=h,
    )
    assert a.status_code == 200, a.content

    a = client.post(
        "/api/v1/households",
        {"region": "62.71.04.1004", "family_card_number": "6271010101230001"},
        content_type="application/json",
        headers={**h, "Idempotency-Key": "k1"},
    )
    assert a.status_code == 201, a.content
    b = client.post(
        "/api/v1/households",
        {"region": "62.71.04.1004", "family_card_number": "6271010101230001"},
        content_type="application/json",
        headers={**h, "Idempotency-Key": "k1"},
    )
    assert b.content == a.content and b["Idempotency-Replayed"] == "true"
    hid = json.loads(a.content)["id"]
    a = client.post(
        "/api/v1/persons",
        {"household": hid, "name": "Siti", "sex": "F", "birth_date": "2015-02-03", "relation": "child"},
        content_type="application/json",
        headers={**h, "Idempotency-Key": "k2"},
    )
    assert a.status_code == 201, a.content
    pid = json.loads(a.content)["id"]
    b = client.patch(f"/api/v1/persons/{pid}", {"phone": "0811"}, content_type="application/json", headers=h)
    assert b.status_code == 428
    b = client.patch(
        f"/api/v1/persons/{pid}",
        {"phone": "0811"},
        content_type="application/json",
        headers={**h, "If-Match": a["ETag"]},
    )
    assert b.status_code == 200, b.content
    b = client.patch(
        f"/api/v1/persons/{pid}",
        {"phone": "0812"},
        content_type="application/json",
        headers={**h, "If-Match": a["ETag"]},
    )
    assert b.status_code == 412, b.content
    b = client.get(f"/api/v1/persons/{pid}/history", headers=h)

    b = client.post(
        f"/api/v1/persons/{world.people['A son'].pk}/reveal",
        {"number": "nik", "reason": "check"},
        content_type="application/json",
        headers=h,
    )
    assert b.status_code == 200, b.content
    assert json.loads(b.content)["value"] == world.numbers["A son"]
    b = client.post(
        f"/api/v1/persons/{pid}/move",
        {"household": str(world.households["B"].pk), "since": "2026-11-24", "relation": "child"},
        content_type="application/json",
        headers={**h, "Idempotency-Key": "k3"},
    )
    assert b.status_code == 200, b.content
