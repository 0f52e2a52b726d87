"""What every call meets before and behind its use case: purpose, paging, retries, preconditions, limits, problems."""

import json
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from agencies.models import AccessToken, Client
from households.register.models import Household, Person
from tests.conftest import owner
from tests.sharing import share

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


def is_problem(answer, status, code):
    assert answer["Content-Type"] == PROBLEM, answer.content
    told = answer.json()
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code), told
    return told


def post(client, path, body, headers, **more):
    return client.post(path, json.dumps(body), content_type="application/json", headers={**headers, **more})


def patch(client, path, body, headers, **more):
    return client.patch(path, json.dumps(body), content_type="application/json", headers={**headers, **more})


def new_family(world):
    return {"region": "62.71.04.1004", "address": "Jl. Baru 1"}


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer unknown", "Basic token-of-amal-officer", "Bearer \u00e9"])
def test_without_a_live_token_nothing_opens(client, world, token):
    told = client.get("/api/v1/persons", headers={"Authorization": token})
    is_problem(told, 401, "not_authenticated")
    assert told["WWW-Authenticate"].startswith("Bearer")


def test_a_personal_call_states_a_purpose_that_law_or_agreement_covers(client, world):
    for purpose, status, code in (
        ("", 400, "purpose_missing"),
        ("nonsense", 403, "purpose_not_covered"),
        ("schooling", 403, "purpose_not_covered"),
    ):
        answer = client.get("/api/v1/persons", headers=world.headers("amal", **{"X-Purpose": purpose}))
        is_problem(answer, status, code)
    for purpose in ("registry", "casework"):
        answer = client.get("/api/v1/persons", headers=world.headers("amal", **{"X-Purpose": purpose}))
        assert answer.status_code == 200


def test_a_purpose_that_the_client_does_not_have_is_refused_though_the_law_covers_it(client, world):
    with owner():
        Client.objects.filter(client_id="amal-officer").update(purposes=["casework"])
    is_problem(client.get("/api/v1/persons", headers=world.headers("amal")), 403, "purpose_not_covered")


def test_a_purpose_opens_only_what_was_shared_for_it(client, world):
    share(world, "basim", "A daughter", purpose="training")
    answer = client.get("/api/v1/persons", headers=world.headers("basim"))
    assert answer.json()["data"] == []


def test_a_token_without_the_scope_is_refused(client, world):
    AccessToken.objects.filter(client__client_id="amal-officer").update(scopes=["agencies:read"])
    is_problem(client.get("/api/v1/persons", headers=world.headers("amal")), 403, "scope_missing")
    assert client.get("/api/v1/agencies", headers=world.headers("amal")).status_code == 200


@pytest.mark.parametrize("initiator", ["two words", "x" * 65, "a;b", "<script>"])
def test_a_malformed_initiator_is_refused(client, world, initiator):
    answer = client.get("/api/v1/agencies", headers=world.headers("amal", **{"X-Initiator": initiator}))
    is_problem(answer, 400, "initiator_invalid")


def test_the_request_id_comes_back_or_is_made(client, world):
    answer = client.get("/api/v1/agencies", headers=world.headers("amal", **{"X-Request-Id": "mine-12345"}))
    assert answer["X-Request-Id"] == "mine-12345"
    refused = client.get("/api/v1/agencies", headers={"X-Request-Id": "not good!"})
    assert refused["X-Request-Id"] != "not good!"
    assert refused.json()["request_id"] == refused["X-Request-Id"]


# ---- retries


def test_a_create_needs_a_key(client, world):
    answer = post(client, "/api/v1/households", new_family(world), world.headers("amal"))
    is_problem(answer, 400, "idempotency_key_missing")
    answer = post(client, "/api/v1/households", {}, world.headers("amal"), **{"Idempotency-Key": "x" * 256})
    is_problem(answer, 400, "idempotency_key_invalid")


def test_a_retry_gets_the_first_answer_and_acts_no_second_time(client, world):
    headers = world.headers("amal", **{"Idempotency-Key": "retry-1"})
    first = post(client, "/api/v1/households", new_family(world), headers)
    again = post(client, "/api/v1/households/", new_family(world), headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again["Location"]) == (first.content, first["Location"])
    assert again["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first
    with owner():
        assert Household.objects.filter(address="Jl. Baru 1").count() == 1


def test_a_key_with_another_payload_is_refused(client, world):
    headers = world.headers("amal", **{"Idempotency-Key": "retry-2"})
    post(client, "/api/v1/households", new_family(world), headers)
    answer = post(client, "/api/v1/households", {**new_family(world), "rt": "01"}, headers)
    is_problem(answer, 422, "idempotency_key_reused")


def test_the_same_key_of_another_client_is_another_call(client, world):
    for who in ("amal officer", "amal supervisor"):
        headers = world.headers(who, **{"Idempotency-Key": "retry-3"})
        answer = post(client, "/api/v1/households", new_family(world), headers)
        assert answer.status_code == 201 and "Idempotency-Replayed" not in answer


def test_a_call_whose_twin_is_still_running_is_told_so_and_does_nothing(client, world):
    headers = world.headers("amal", **{"Idempotency-Key": "twin"})
    lock = f"{world.clients['amal officer'].pk}:POST /api/v1/households:twin"
    settings = {k: v for k, v in connection.get_connection_params().items() if k in ("dbname", "user", "host", "port")}
    with psycopg.connect(**settings, autocommit=True) as twin:
        twin.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [lock])
        answer = post(client, "/api/v1/households", new_family(world), headers)
        assert is_problem(answer, 409, "idempotency_in_flight") and answer["Retry-After"] == "1"
        twin.execute("SELECT pg_advisory_unlock_all()")
    assert post(client, "/api/v1/households", new_family(world), headers).status_code == 201


def test_a_call_that_failed_may_be_tried_again_under_its_key(client, world):
    headers = world.headers("amal", **{"Idempotency-Key": "retry-4"})
    assert post(client, "/api/v1/households", {"region": "99.99.99.9999"}, headers).status_code == 422
    assert post(client, "/api/v1/households", new_family(world), headers).status_code == 201


def test_a_replay_shows_nothing_that_the_caller_no_longer_sees(client, world):
    headers = world.headers("amal", **{"Idempotency-Key": "retry-5"})
    first = post(client, "/api/v1/households", new_family(world), headers)
    with owner():
        Household.objects.filter(pk=first.json()["id"]).update(region_id="63.71.01.1001")
    answer = post(client, "/api/v1/households", new_family(world), headers)
    is_problem(answer, 404, "not_found")
    assert b"Jl. Baru" not in answer.content


def test_what_would_leave_the_callers_rows_is_refused_and_undone(client, world):
    headers = world.headers("amal", **{"Idempotency-Key": "away"})
    answer = post(client, "/api/v1/households", {"region": "63.71.01.1001", "address": "Jl. Lain"}, headers)
    is_problem(answer, 403, "out_of_scope")
    with owner():
        assert not Household.objects.filter(address="Jl. Lain").exists()


def test_a_hidden_parent_answers_like_one_that_never_was(client, world):
    told = []
    for household in (world.households["D"].pk, uuid4()):
        body = {"household": str(household), "name": "X", "sex": "F", "birth_date": "2015-01-01", "relation": "child"}
        answer = post(client, "/api/v1/persons", body, world.headers("amal"), **{"Idempotency-Key": str(household)})
        told.append({k: v for k, v in is_problem(answer, 422, "invalid").items() if k != "request_id"})
    assert told[0] == told[1]
    assert told[0]["errors"] == [{"pointer": "/household", "code": "does_not_exist", "detail": "No such record."}]


def test_a_field_that_does_not_exist_or_may_not_be_set_is_named_not_dropped(client, world):
    share(world, "basim", "A daughter")
    path, headers = f"/api/v1/persons/{world.people['A daughter'].pk}", world.headers("basim")
    tag = client.get(path, headers=headers)["ETag"]
    for field, value, code in (("nonsense", 1, "unknown_field"), ("name", "Ani", "not_writable")):
        answer = patch(client, path, {"school_participation": "never", field: value}, headers, **{"If-Match": tag})
        assert is_problem(answer, 422, "invalid")["errors"][0] | {"detail": ""} == {
            "pointer": f"/{field}",
            "code": code,
            "detail": "",
        }
    with owner():
        assert Person.objects.get(pk=world.people["A daughter"].pk).school_participation == "no_longer"


# ---- preconditions


def test_an_unchanged_record_is_not_sent_again(client, world):
    path = f"/api/v1/persons/{world.people['A son'].pk}"
    tag = client.get(path, headers=world.headers("amal"))["ETag"]
    answer = client.get(path, headers=world.headers("amal", **{"If-None-Match": f'"other", {tag}'}))
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert client.get(path, headers=world.headers("amal", **{"If-None-Match": '"other"'})).status_code == 200


def test_the_second_of_two_officers_does_not_overwrite_the_first(client, world):
    path, headers = f"/api/v1/persons/{world.people['A son'].pk}", world.headers("amal")
    is_problem(patch(client, path, {"phone": "1"}, headers), 428, "if_match_missing")
    tag = client.get(path, headers=headers)["ETag"]
    assert patch(client, path, {"phone": "1"}, headers, **{"If-Match": tag}).status_code == 200
    is_problem(patch(client, path, {"phone": "2"}, headers, **{"If-Match": tag}), 412, "etag_stale")
    with owner():
        assert Person.objects.get(pk=world.people["A son"].pk).phone == "1"


# ---- pages


def walk(client, path, headers, **query):
    seen, cursor = [], None
    for _ in range(100):
        page = client.get(path, {**query, **({"cursor": cursor} if cursor else {})}, headers=headers).json()
        seen += [item["id"] for item in page["data"]]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            return seen
    raise AssertionError("the walk does not end")


@pytest.mark.parametrize("order", ["id", "-id"])
@pytest.mark.parametrize("limit", [1, 3, 8, 200])
def test_a_walk_meets_every_record_once_in_order(client, world, order, limit):
    seen = walk(client, "/api/v1/persons", world.headers("amal"), limit=limit, order=order)
    wanted = sorted((str(p.pk) for label, p in world.people.items() if label[0] in "AB"), reverse=order == "-id")
    assert seen == wanted


def test_a_cursor_is_good_for_its_caller_list_and_purpose_only(client, world):
    amal = world.headers("amal")
    cursor = client.get("/api/v1/persons", {"limit": 1}, headers=amal).json()["next_cursor"]
    assert client.get("/api/v1/persons", {"limit": 1, "cursor": cursor}, headers=amal).status_code == 200
    for path, more, headers in (
        ("persons", {"cursor": ("A" if cursor[0] != "A" else "B") + cursor[1:]}, amal),
        ("persons", {"cursor": "nonsense"}, amal),
        ("persons", {"cursor": "\u00e9"}, amal),
        ("persons", {"cursor": cursor, "sex": "F"}, amal),
        ("memberships", {"cursor": cursor}, amal),
        ("persons", {"cursor": cursor}, world.headers("amal supervisor")),
        ("persons", {"cursor": cursor}, world.headers("dina")),
        ("persons", {"cursor": cursor}, {**amal, "X-Purpose": "casework"}),
    ):
        is_problem(client.get(f"/api/v1/{path}", {"limit": 1, **more}, headers=headers), 400, "cursor_invalid")


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1.5", "x", "", "9" * 21, "\u0661"])
def test_a_limit_out_of_bounds_is_refused(client, world, limit):
    answer = client.get("/api/v1/persons", {"limit": limit}, headers=world.headers("amal"))
    is_problem(answer, 400, "parameter_invalid")


@pytest.mark.parametrize("query", ["nonsense=1", "nik=6271", "household__city=62.71", "name__contains=a", "page=2"])
def test_an_unknown_parameter_is_refused(client, world, query):
    is_problem(client.get(f"/api/v1/persons?{query}", headers=world.headers("amal")), 400, "parameter_unknown")


def test_an_order_other_than_by_key_is_refused(client, world):
    for order in ("name", "-birth_date", "nik_digest", "household__address", ""):
        answer = client.get("/api/v1/persons", {"order": order}, headers=world.headers("amal"))
        is_problem(answer, 400, "parameter_invalid")


# ---- limits and edges


def test_too_many_calls_wait_and_another_client_does_not(client, world, settings):
    settings.RATE_LIMIT_PER_MINUTE = 2
    answers = [client.get("/api/v1/agencies", headers=world.headers("amal")) for _ in range(5)]
    is_problem(answers[-1], 429, "rate_limited")
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert answers[0].status_code == 200 and answers[0]["RateLimit"].startswith('"calls";r=1;')
    assert client.get("/api/v1/agencies", headers=world.headers("basim")).status_code == 200


def test_looking_up_numbers_has_a_limit_of_its_own(client, world, settings):
    settings.LOOKUPS_PER_HOUR = 2
    items = [{"nik": world.numbers["A son"]}] * 3
    answer = post(client, "/api/v1/persons:lookup", {"items": items}, world.headers("amal"))
    is_problem(answer, 429, "rate_limited")
    assert int(answer["Retry-After"]) <= 3600


@pytest.mark.parametrize("path", ["/api/v1/nonsense", "/api/", "/oauth/nonsense", "/api/v1/persons/x/y/z"])
def test_an_unknown_path_is_a_problem_not_a_page(client, world, path):
    is_problem(client.get(path, headers=world.headers("amal")), 404, "not_found")


def test_a_method_that_is_not_offered_is_named(client, world):
    answer = client.delete("/api/v1/persons", headers=world.headers("amal"))
    is_problem(answer, 405, "method_not_allowed")
    is_problem(client.get("/oauth/token"), 405, "method_not_allowed")


def test_problems_speak_indonesian_and_english(client, world):
    path = f"/api/v1/persons/{uuid4()}"
    titles = {
        language: client.get(path, headers=world.headers("amal", **{"Accept-Language": language})).json()["title"]
        for language in ("id", "en")
    }
    assert titles == {"id": "Tidak ditemukan", "en": "Nothing here that you may see"}


@pytest.mark.parametrize("key", ["x", "1", "0", "%00", "'%20or%201=1", "..", "6271010101230001"])
def test_a_malformed_key_answers_like_one_that_never_was(client, world, key):
    is_problem(client.get(f"/api/v1/persons/{key}", headers=world.headers("amal")), 404, "not_found")
