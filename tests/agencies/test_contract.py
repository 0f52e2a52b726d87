"""The contract: routes, documented operations and the access table are one; each agency reads its own part."""

import json
import re
from pathlib import Path

import pytest
from django.urls import URLResolver, get_resolver
from openapi_spec_validator import validate

from agencies.access import policy
from agencies.access.documents import derived
from agencies.web.openapi import document, document_text
from agencies.web.problems import KINDS
from agencies.web.routes import machine_routes

pytestmark = pytest.mark.django_db

AGENCIES = [(kind, role) for kind, role in policy.GRANTS if role in policy.ROLES]
# Accounts are kept in the admin; the rest is what PostgreSQL must let the role do for another call of it.
NOT_OVER_HTTP = {
    *((resource, action) for resource in ("officer", "client") for action in ("read", "create", "change")),
    ("client", "list"),
    ("job", "create"),  # begun by `imports`
    ("membership", "create"),  # made by `persons/{id}/move`
    ("membership", "change"),  # ended by it
    ("family_card", "create"),  # comes with its household
    ("family_card", "lookup"),  # asked by `persons:lookup`
    ("listing", "change"),  # `exit` is the change
    ("share", "change"),  # `close` is the change
    ("profile", "match"),  # what `batches/{id}/people` ranks first
    ("placement", "create"),  # made, kept and given up by the work on a case
    ("placement", "change"),
    ("case_move", "create"),  # written by each move of a case
    ("visit", "create"),
    ("verification", "create"),
    ("follow_up", "create"),
    ("joint_leave", "create"),  # kept in the admin
    ("joint_leave", "change"),
    ("trainee", "change"),  # by tests, and by the end of the batch
    ("group_member", "create"),  # by who joins and leaves a group
    ("group_member", "change"),
    ("outcome", "create"),  # set when the batch is finished
    ("queue_count", "count"),  # stands in the answer of the queue
    ("referral_move", "create"),  # comes with the move itself
}


def read(path):
    return document()["paths"][path]


def documented(contract):
    return {(path, method) for path, methods in contract["paths"].items() for method in methods}


def properties(contract, name):
    return set(contract["components"]["schemas"][name]["properties"])


def test_every_route_is_documented_and_nothing_else():
    assert documented(document()) == {(route.path, route.method) for route in machine_routes()}


def test_no_route_for_programs_escapes_the_walk():
    walked = {route.path for route in machine_routes()}
    patterns = [p for p in get_resolver().url_patterns if not isinstance(p, URLResolver)]
    for pattern in patterns:
        text = str(pattern.pattern).removeprefix("^")
        if text.startswith(("api/", "oauth/", "livez", "readyz")):
            plain = re.sub(r"\(\?P<(\w+)>\[\^/\]\+\)", r"{\1}", text.removesuffix("/?$")).replace("\\", "")
            assert f"/{plain}" in walked


def test_routes_and_actions_of_the_table_are_the_same_set():
    routed = {(route.resource, route.granted_action) for route in machine_routes() if route.resource}
    granted = {
        (resource, action)
        for kind, role in AGENCIES
        for resource, found in policy.GRANTS[kind, role].items()
        for action in found.actions.split()
    }
    assert routed <= granted
    assert granted - routed == NOT_OVER_HTTP, "a granted action without a call, or an excuse without need"


def test_operation_ids_are_unique_and_every_operation_has_its_words():
    operations = [found for methods in document()["paths"].values() for found in methods.values()]
    names = [found["operationId"] for found in operations]
    assert len(names) == len(set(names))
    for found in operations:
        assert found["summary"] and found["description"], found["operationId"]
        assert any(status >= "400" for status in found["responses"]), found["operationId"]


def test_the_whole_contract_is_valid_openapi():
    validate(document())


@pytest.mark.parametrize(("kind", "role"), AGENCIES)
def test_the_contract_of_each_agency_is_valid_openapi(kind, role):
    validate(document(kind, role))


@pytest.mark.parametrize(("kind", "role"), AGENCIES)
def test_an_agency_is_told_of_no_field_that_it_may_not_read(kind, role):
    contract = document(kind, role)
    for resource in policy.MODELS:
        name = "".join(part.title() for part in resource.split("_"))
        if name in contract["components"]["schemas"]:
            nested = set(policy.NESTED.get(resource, {}))
            readable = policy.readable(kind, role, resource)
            assert properties(contract, name) - nested == {*readable, *derived(resource, readable)}


def test_education_is_told_nothing_of_welfare_health_or_addresses():
    text = json.dumps(document("education", "officer"))
    for hidden in ("decile", "disabilities", "pregnant", "mother_name", "birth_place", "occupation", "address", "rank"):
        assert f'"{hidden}"' not in text
    patch = document("education", "officer")["components"]["schemas"]["PersonInputPatch"]
    assert set(patch["properties"]) == {"school_participation", "nisn"}


def test_education_is_told_of_no_filter_on_a_hidden_field():
    names = [p.get("name") for p in document("education", "officer")["paths"]["/api/v1/persons"]["get"]["parameters"]]
    assert "sex" in names
    assert "status" not in names


def test_each_agency_kind_reads_another_contract():
    texts = {document_text(kind, role) for kind, role in AGENCIES if role in ("officer", "auditor")}
    assert len(texts) == 5


def test_without_a_token_the_whole_contract_is_read(client, world):
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert json.loads(answer.content) == document()


def test_with_a_token_the_agencys_own_contract_is_read(client, world):
    answer = client.get("/api/v1/openapi.json", headers=world.headers("basim"))
    assert json.loads(answer.content) == document("education", "officer")


def test_a_dead_token_reads_no_contract(client, world):
    answer = client.get("/api/v1/openapi.json", headers={"Authorization": "Bearer nobody"})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_the_written_contract_is_current():
    assert Path("docs/openapi.json").read_text() == document_text()


def test_calls_do_not_change_the_contract(client, world):
    before = document_text()
    for path in ("/api/v1/persons", "/api/v1/me", "/livez"):
        assert client.get(path, headers=world.headers("amal")).status_code == 200
    assert document_text() == before


def test_lists_declare_their_filters_and_bounds():
    parameters = {p["name"]: p for p in read("/api/v1/persons")["get"]["parameters"] if "name" in p}
    assert parameters["limit"]["schema"]["maximum"] == 200
    assert parameters["born_from"]["schema"] == {"type": "string", "format": "date"}


def test_acting_calls_declare_the_idempotency_key_and_changes_the_etag():
    key, tag = ({"$ref": f"#/components/parameters/{name}"} for name in ("IdempotencyKey", "IfMatch"))
    assert key in read("/api/v1/persons")["post"]["parameters"]
    assert key not in read("/api/v1/persons:lookup")["post"]["parameters"]
    assert tag in read("/api/v1/persons/{id}")["patch"]["parameters"]


def test_the_docs_load_nothing_from_elsewhere(client):
    answer = client.get("/docs/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not re.search(r"(https?:)?//", page.replace("<!DOCTYPE", ""))
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        found = client.get(address)
        assert found.status_code == 200, address
        found.close()


def test_the_root_leads_to_the_docs(client):
    for path in ("/", "/docs"):
        assert client.get(path)["Location"] == "/docs/"


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_problem_has_a_page_in_both_languages(client, code):
    page = client.get(f"/docs/problems/{code}").content.decode()
    assert code in page
    assert KINDS[code].title_id.split(":")[0] in page
    assert 'lang="en"' in page


def test_an_unknown_problem_has_no_page_and_the_index_names_all(client):
    assert client.get("/docs/problems/nonsense").status_code == 404
    index = client.get("/docs/problems", headers={"Accept-Language": "en"}).content.decode()
    assert all(f"/docs/problems/{code}" in index for code in KINDS)
