"""Every reading call for every caller: exactly the rows and fields of the table, and nothing else in any answer.

Routes and callers are read from the product, rows from tests/city.py, and who should see them is worked out a second
time in tests/oracle.py; what is added later is walked without a change here, and fails while it has no rows.
"""

import json
import re

import pytest

from agencies.access import policy
from agencies.access.documents import derived
from agencies.access.expressions import model_of
from agencies.web.views import PAGING
from tests.canaries import text_fields
from tests.contracted import conforms
from tests.oracle import SEES
from tests.sharing import share
from tests.walking import CALLERS, ROUTES, headers_of, is_open, keyed_by, never, told

pytestmark = pytest.mark.django_db
READING = [route for route in ROUTES if route.method == "get"]
LISTS = [route for route in READING if route.action == "list"]
# Only Social Affairs hands in files.
NONE_TO_SEE = {("basim", "job"), ("carla", "job"), ("gita", "job")}
DETAILS = [route for route in READING if "{id}" in route.path]


def test_the_walk_knows_the_routes():
    assert len(READING) >= 20
    assert ("/api/v1/households/{id}", "retrieve") in {(route.path, route.action) for route in DETAILS}


@pytest.mark.parametrize("resource", policy.FIELDS)
def test_the_city_holds_rows_of_every_resource_with_a_canary_in_every_text(city, resource):
    assert city.rows[resource], f"no row of {resource} in the world: settle some in tests/city.py"
    for field in text_fields(resource):
        values = [json.dumps(getattr(row, field.attname), default=str) for row in city.rows[resource]]
        assert any("canary-" in value for value in values), f"no canary in {resource}.{field.name}"


def test_the_oracle_has_an_opinion_on_every_grant_and_on_nothing_else():
    granted = {(f.rows, resource) for key in policy.GRANTS for resource, f in policy.GRANTS[key].items()}
    assert granted == set(SEES)


@pytest.mark.parametrize(("who", "role"), CALLERS)
def test_every_resource_that_is_granted_has_rows_to_see_and_most_have_rows_to_hide(city, who, role):
    kind = city.world.agencies[who].kind
    for resource, found in policy.GRANTS[kind, role].items():
        seen = len(city.seen(who, role, resource))
        assert seen or (who, resource) in NONE_TO_SEE, f"{who} sees no row of {resource}: settle some in tests/city.py"
        assert found.rows == "every" or seen < len(city.rows[resource]), f"nothing of {resource} is hidden from {who}"


@pytest.mark.parametrize(("who", "role"), CALLERS)
def test_lists_show_what_is_granted_and_nothing_else(client, city, who, role):
    kind = city.world.agencies[who].kind
    for route in LISTS:
        answer = client.get(route.path, {"limit": 200}, headers=headers_of(city.world, who, role))
        city.check(answer, who, role)
        conforms(route, answer)
        if not is_open(kind, role, route):
            assert answer.status_code == 403, (route.path, answer.content)
            continue
        assert answer.status_code == 200, (route.path, answer.content)
        shown, seen = answer.json()["data"], city.seen(who, role, route.resource)
        allowed = set(policy.readable(kind, role, route.resource))
        for item in shown:
            told = derived(route.resource, allowed)
            assert set(item) - set(policy.NESTED.get(route.resource, {})) == {*allowed, *told}, route.path
        if route.resource == "access_record":  # grows with each call of this very walk
            assert {str(row.pk) for row in seen} <= {str(item["id"]) for item in shown}
        else:
            assert sorted(str(item["id"]) for item in shown) == sorted(str(row.pk) for row in seen), route.path


@pytest.mark.parametrize(("who", "role"), CALLERS)
def test_records_are_shown_or_answer_as_if_they_never_were(client, city, who, role):
    kind, tags = city.world.agencies[who].kind, tags_of_others(client, city, who)
    for route in DETAILS:
        resource = keyed_by(route)
        seen = {row.pk for row in city.seen(who, role, resource)}
        headers = headers_of(city.world, who, role, **{"If-None-Match": ", ".join(tags)})
        unknown = never(resource)
        nothing = told(client.get(route.path.replace("{id}", unknown), headers=headers), unknown)
        assert nothing[0] == (404 if is_open(kind, role, route) else 403), (route.path, nothing)
        for row in city.some(resource):
            shown = row.pk in seen and nothing[0] == 404
            asked = headers_of(city.world, who, role) if shown else headers
            answer = client.get(route.path.replace("{id}", str(row.pk)), headers=asked)
            city.check(answer, who, role, str(row.pk))
            conforms(route, answer)
            if shown:
                # No paper is drawn of a holder out of sight.
                assert answer.status_code == 200 or route.action == "pdf", (route.path, answer.content)
            else:
                assert told(answer, row.pk) == nothing, (route.path, row)


def tags_of_others(client, city, who):
    """ETags that somebody else is given for records that this caller may not see."""
    other = "dina" if who != "dina" else "amal"
    found = ['"*"', "*"]
    for resource, path in (("person", "persons"), ("household", "households"), ("share", "shares")):
        for row in city.some(resource):
            answer = client.get(f"/api/v1/{path}/{row.pk}", headers=headers_of(city.world, other, "officer"))
            found += [answer["ETag"]] if "ETag" in answer.headers else []
    assert len(found) > 4
    return found


@pytest.mark.parametrize(("who", "role"), CALLERS)
def test_what_was_deleted_answers_as_if_it_never_was(client, city, who, role):
    headers = headers_of(city.world, who, role)
    for route in DETAILS:
        if key := city.world.gone.get(route.resource):
            unknown = never(route.resource)
            nothing = told(client.get(route.path.replace("{id}", unknown), headers=headers), unknown)
            assert told(client.get(route.path.replace("{id}", str(key)), headers=headers), key) == nothing


def test_a_tag_is_answered_with_304_only_to_whoever_sees_the_record(client, city):
    path = f"/api/v1/persons/{city.world.people['A son'].pk}"
    tag = client.get(path, headers=headers_of(city.world, "amal", "officer"))["ETag"]
    for who, status in (("amal", 304), ("dina", 404), ("basim", 404), ("carla", 200)):
        headers = headers_of(city.world, who, "officer", **{"If-None-Match": tag})
        assert client.get(path, headers=headers).status_code == status, who


@pytest.mark.parametrize(("who", "role"), CALLERS)
def test_a_page_walk_meets_what_the_list_shows_and_no_cursor_serves_another(client, city, who, role):
    kind, headers = city.world.agencies[who].kind, headers_of(city.world, who, role)
    other = headers_of(city.world, "dina" if who != "dina" else "amal", "officer")
    for route in LISTS:
        if not is_open(kind, role, route) or route.resource == "access_record":
            continue
        met, cursor = [], {}
        for _ in range(20):
            page = client.get(route.path, {"limit": 5, **cursor}, headers=headers)
            city.check(page, who, role)
            met += [item["id"] for item in page.json()["data"]]
            if not page.json()["has_more"]:
                break
            cursor = {"cursor": page.json()["next_cursor"]}
            stolen = client.get(route.path, {"limit": 5, **cursor}, headers=other)
            assert stolen.status_code in (400, 403), (route.path, stolen.content)
        met = met if route.view.orders[0] == "id" else sorted(met)
        assert met == sorted(str(row.pk) for row in city.seen(who, role, route.resource)), route.path


def keys_for(city, route, name):
    """Keys worth asking a filter for: whatever some row carries there."""
    field = route.view.filters[name].field
    attribute = model_of(route.resource)._meta.get_field(field).attname
    values = [getattr(row, attribute) for row in city.rows[route.resource]]
    flat = [key for value in values for key in (value if isinstance(value, list) else [value])]
    return attribute, list(dict.fromkeys(key for key in flat if key))


@pytest.mark.parametrize(("who", "role"), CALLERS)
def test_a_filter_by_a_key_finds_only_rows_that_the_caller_sees(client, city, who, role):
    kind, headers = city.world.agencies[who].kind, headers_of(city.world, who, role)
    for route in LISTS:
        readable = policy.readable(kind, role, route.resource)
        if not is_open(kind, role, route) or route.resource == "access_record":
            continue
        for name, declared in route.view.filters.items():
            if declared.schema.get("format") != "uuid" or declared.field not in readable:
                continue
            attribute, keys = keys_for(city, route, name)
            for key in [*keys[:3], *keys[-2:], never("person")]:
                answer = client.get(route.path, {name: str(key)}, headers=headers)
                city.check(answer, who, role, str(key))
                wanted = {
                    str(row.pk)
                    for row in city.seen(who, role, route.resource)
                    if key == getattr(row, attribute) or key in (getattr(row, "subjects", None) or ())
                }
                assert {item["id"] for item in answer.json()["data"]} == wanted, (route.path, name, answer.content)


@pytest.mark.parametrize(("who", "role"), CALLERS)
def test_a_lookup_finds_only_people_whom_the_caller_sees(client, city, who, role):
    if not policy.allows(city.world.agencies[who].kind, role, "person", "lookup"):
        return
    items = []
    for label, number in city.world.numbers.items():
        items.append({"family_card_number": number} if label.endswith("card") else {"nik": number})
    items.append({"nik": "6271047001990001"})
    body = json.dumps({"items": items})
    headers = headers_of(city.world, who, role)
    answer = client.post("/api/v1/persons:lookup", body, content_type="application/json", headers=headers)
    city.check(answer, who, role, body)
    seen = {row.pk for row in city.seen(who, role, "person")}
    cards = {row.household_id for row in city.seen(who, role, "family_card")}
    for label, result in zip([*city.world.numbers, "nobody"], answer.json()["results"], strict=True):
        person, household = city.world.people.get(label), city.world.households.get(label[0])
        found = person.pk in seen if person else label.endswith("card") and household.pk in cards
        assert result["status"] == ("found" if found else "not_found"), label
        assert found or set(result) == {"index", "status"}


def test_the_canaries_are_really_in_what_is_granted(client, city):
    """Without this the walk would pass on empty answers."""
    text = client.get("/api/v1/households", headers=headers_of(city.world, "amal", "health_officer")).content.decode()
    for canary in ("name-A-mother", "address-B", "phone-A3", "dis-A3", "mother-B-son"):
        assert f"canary-{canary}" in text
    text = client.get("/api/v1/listings", headers=headers_of(city.world, "amal", "officer")).content.decode()
    assert "canary-decree-A1" in text
    shared = client.get("/api/v1/households", headers=headers_of(city.world, "basim", "officer")).content.decode()
    assert set(re.findall(r"canary-[\w-]+", shared)) == {
        "canary-name-A-daughter",
        "canary-name-A-mother",
        "canary-phone-A3",
        "canary-phone-A1",
    }


@pytest.mark.parametrize(("who", "role"), CALLERS)
def test_a_filter_on_a_field_that_may_not_be_read_does_not_exist(client, city, who, role):
    kind, headers = city.world.agencies[who].kind, headers_of(city.world, who, role)
    for route in LISTS:
        if not is_open(kind, role, route):
            continue
        readable, filters = policy.readable(kind, role, route.resource), route.view.filters
        hidden = [name for name, declared in filters.items() if declared.field not in readable]
        stored = {f for names in policy.FIELDS[route.resource].values() for f in names.split()}
        for name in [*hidden, *(stored - {*filters, *PAGING})]:
            answer = client.get(route.path, {name: "zz"}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (400, "parameter_unknown"), (route.path, name)


@pytest.mark.parametrize(("who", "role"), CALLERS)
def test_neither_fields_nor_order_reach_beyond_the_grant(client, city, who, role):
    kind, headers = city.world.agencies[who].kind, headers_of(city.world, who, role)
    for route in LISTS:
        if not is_open(kind, role, route):
            continue
        readable = set(policy.readable(kind, role, route.resource))
        stored = {f for names in policy.FIELDS[route.resource].values() for f in names.split()}
        for field in stored - readable - set(policy.NESTED.get(route.resource, {})):
            answer = client.get(route.path, {"fields": f"id,{field}"}, headers=headers)
            assert answer.status_code == 400, (route.path, field)
        for field in stored - {order.removeprefix("-") for order in route.view.orders}:
            answer = client.get(route.path, {"order": field}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (400, "parameter_invalid"), (route.path, field)


def test_hidden_fields_of_nested_people_cannot_be_asked_for(client, world):
    share(world, "basim", "A daughter")
    for field in ("people.disabilities", "people.mother_name", "people.nik_cipher", "people.household", "family_cards"):
        answer = client.get("/api/v1/households", {"fields": f"id,{field}"}, headers=world.headers("basim"))
        assert answer.status_code == 400, field
    answer = client.get("/api/v1/households", {"fields": "id,people.name"}, headers=world.headers("basim"))
    assert {name for item in answer.json()["data"] for person in item["people"] for name in person} == {"id", "name"}
