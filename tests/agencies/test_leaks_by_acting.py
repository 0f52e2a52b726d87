"""Every acting call for every caller: a hidden record in the path, the body or a retry answers as if it never was.

Each call happens inside a savepoint and is undone, so that all of them meet the same city.
"""

import json

import pytest
from rest_framework import serializers

from agencies.access import policy
from agencies.web.inputs import Key, Reference
from tests.city import move_client
from tests.conftest import owner
from tests.contracted import conforms
from tests.walking import CALLERS, ROUTES, is_open, keyed_by, never, references, send, told, undone

pytestmark = pytest.mark.django_db
ACTING = [route for route in ROUTES if route.method != "get"]
ON_ONE = [route for route in ACTING if "{id}" in route.path]
NAMING = [route for route in ACTING if references(route)]


def test_the_walk_knows_the_routes():
    assert len(ON_ONE) >= 20
    assert len(NAMING) >= 6


def test_every_key_in_a_body_is_checked_against_the_callers_rows():
    """A key that is no Reference would be looked up by nobody."""
    for route in ACTING:
        shape = route.view.inputs.get(route.action)
        for name, field in (shape().fields if shape else {}).items():
            inner = getattr(field, "child", field)
            checked = isinstance(inner, Reference | Key)  # a Key is answered item by item
            assert checked or not isinstance(inner, serializers.UUIDField), (route.path, name)


def act(client, city, who, role, route, key, *, may_open=(), **given):
    """The answer of a call that is undone again; it may name what was sent and the numbers that the call opens."""
    with undone():
        answer = send(client, city.world, who, role, route, key, **given)
    city.check(answer, who, role, str(key), given, *may_open)
    conforms(route, answer)
    assert answer.status_code < 500, (route.path, answer.content)
    return answer


def numbers_of(city, person):
    return [number for label, number in city.world.numbers.items() if city.world.people.get(label) == person]


@pytest.mark.parametrize(("who", "role"), CALLERS)
def test_acting_on_a_hidden_record_answers_as_if_it_never_was(client, city, who, role):
    kind = city.world.agencies[who].kind
    for route in ON_ONE:
        resource = keyed_by(route)
        seen = {row.pk for row in city.seen(who, role, resource)}
        unknown = never(resource)
        nothing = told(act(client, city, who, role, route, unknown), unknown)
        if not is_open(kind, role, route):
            assert nothing[0] == 403, (route.path, nothing)
            continue
        for row in city.some(resource):
            opened = numbers_of(city, row) if route.action == "reveal" and row.pk in seen else ()
            answer = act(client, city, who, role, route, row.pk, may_open=opened)
            if row.pk in seen:
                # What a call of one resource does with the key of another is its own affair.
                assert answer.status_code != 404 or resource != route.resource, (route.path, answer.content)
            else:
                assert told(answer, row.pk) == nothing, (route.path, row)


@pytest.mark.parametrize(("who", "role"), CALLERS)
def test_a_hidden_record_named_in_a_body_answers_as_if_it_never_was(client, city, who, role):
    kind = city.world.agencies[who].kind
    for route in NAMING:
        if not is_open(kind, role, route):
            continue
        needed = references(route, needed=True)
        named = {name: visible_key(city, who, role, resource) for name, resource in needed.items()}
        key = visible_key(city, who, role, keyed_by(route)) if "{id}" in route.path else ""
        for name, resource in references(route).items():
            seen, unknown = {row.pk for row in city.seen(who, role, resource)}, never(resource)
            nothing = told(act(client, city, who, role, route, key, **named | {name: unknown}), unknown)
            assert (f"/{name}", "does_not_exist") in faults(nothing[1]), (route.path, name, nothing)
            for row in city.some(resource):
                answer = act(client, city, who, role, route, key, **named | {name: str(row.pk)})
                if row.pk in seen:
                    assert (f"/{name}", "does_not_exist") not in faults(answer.content), (route.path, name)
                else:
                    assert told(answer, row.pk) == nothing, (route.path, name, row)


def visible_key(city, who, role, resource):
    return str(next((row.pk for row in city.seen(who, role, resource)), never(resource)))


def faults(text):
    return {(fault["pointer"], fault["code"]) for fault in json.loads(text).get("errors", ())}


@pytest.mark.parametrize(("who", "role"), [case for case in CALLERS if case.values[0] not in ("dina", "gita")])
def test_a_retry_shows_nothing_that_its_client_may_no_longer_see(client, city, who, role):
    """What was answered to a client is not answered again once the client works for another office."""
    kind, replayed = city.world.agencies[who].kind, 0
    for route in ACTING:
        if not is_open(kind, role, route) or route.method != "post" or route.action in ("lookup", "reveal"):
            continue
        for key in rows_to_act_on(city, who, role, route):
            with undone():
                replayed += replay_after_a_move(client, city, who, role, route, key)
    assert replayed or not any(is_open(kind, role, route) for route in ACTING), f"{who} {role} replayed nothing"


def rows_to_act_on(city, who, role, route):
    return [row.pk for row in city.seen(who, role, keyed_by(route))] if "{id}" in route.path else [""]


def replay_after_a_move(client, city, who, role, route, key):
    """Whether there was an answer to replay; then it must not come back."""
    needed = references(route, needed=True)
    given = {name: visible_key(city, who, role, resource) for name, resource in needed.items()}
    headers = {"Idempotency-Key": "once"}
    first = send(client, city.world, who, role, route, key, headers=headers, **given)
    if first.status_code >= 300:
        return False
    again = send(client, city.world, who, role, route, key, headers=headers, **given)
    assert (again.status_code, again.content) == (first.status_code, first.content), route.path
    assert again["Idempotency-Replayed"] == "true"
    with owner():
        move_client(city.world, f"{who} {role}")
    after = send(client, city.world, who, role, route, key, headers=headers, **given)
    everybodys = policy.grant(city.world.agencies[who].kind, role, route.resource).rows == "every"
    assert after.status_code == (first.status_code if everybodys else 404), (route.path, after.content)
    assert everybodys or first.json()["id"] not in after.content.decode().replace(str(key), "")
    return True
