"""The first net by itself: with PostgreSQL's rows thrown open, Python still shows only what the table grants."""

import pytest
from django.db import connection

from agencies.access import policy
from agencies.access.expressions import model_of
from households.register.models import Household
from tests.conftest import owner
from tests.sharing import share

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_row_security(world):
    """Inside this test PostgreSQL lets every role of the table see and make every row of the register."""
    roles = ", ".join(policy.database_roles())
    with owner(), connection.cursor() as cursor:
        for resource in ("household", "person", "family_card", "listing", "membership", "assessment", "share"):
            table = model_of(resource)._meta.db_table
            cursor.execute(f"CREATE POLICY thrown_open ON {table} TO {roles} USING (true) WITH CHECK (true)")


def names(answer):
    return {person["name"] for household in answer.json()["data"] for person in household["people"]}


def test_the_registrar_still_sees_its_own_city_only(client, world, without_row_security):
    answer = client.get("/api/v1/households", headers=world.headers("amal"))
    assert {name.split("-")[2] for name in names(answer)} == {"A", "B"}
    for path in ("persons", "family-cards", "listings", "memberships", "assessments"):
        other = {row["id"] for row in client.get(f"/api/v1/{path}", headers=world.headers("dina")).json()["data"]}
        own = {row["id"] for row in client.get(f"/api/v1/{path}", headers=world.headers("amal")).json()["data"]}
        assert own and other and not own & other


def test_the_receiver_still_sees_the_shared_people_only(client, world, without_row_security):
    share(world, "basim", "A daughter", "A mother")
    answer = client.get("/api/v1/households", headers=world.headers("basim"))
    assert names(answer) == {"canary-name-A-daughter", "canary-name-A-mother"}
    answer = client.get(f"/api/v1/persons/{world.people['A son'].pk}", headers=world.headers("basim"))
    assert answer.status_code == 404


def test_a_lookup_still_does_not_find_a_hidden_person(client, world, without_row_security):
    body = {"items": [{"nik": world.numbers["D son"]}]}
    answer = client.post("/api/v1/persons:lookup", body, content_type="application/json", headers=world.headers("amal"))
    assert answer.json()["results"] == [{"index": 0, "status": "not_found"}]


def test_a_hidden_record_can_still_not_be_changed(client, world, without_row_security):
    headers = world.headers("amal", **{"If-Match": "*"})
    path = f"/api/v1/persons/{world.people['D son'].pk}"
    assert client.patch(path, {"phone": "1"}, content_type="application/json", headers=headers).status_code == 404


def test_what_leaves_the_callers_rows_is_still_refused_and_undone(client, world, without_row_security):
    headers = world.headers("amal", **{"Idempotency-Key": "thrown-open"})
    body = {"region": "63.71.01.1001", "address": "Jl. Lain"}
    answer = client.post("/api/v1/households", body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")
    with owner():
        assert not Household.objects.filter(address="Jl. Lain").exists()
