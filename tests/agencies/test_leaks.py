"""Every GET route for every caller: the status that the table gives, and no canary that the caller's grant lacks.

Routes and callers are read from the product, so that what is added later is walked without a change here. Which rows
a caller should see is worked out here a second time, in plain Python, without the product's scopes.
"""

import json
import re
from uuid import uuid4

import pytest
from django.utils import timezone

from agencies.access import policy
from agencies.access.scopes import model_of
from agencies.models import Agreement
from agencies.web.views import ACTIONS, PAGING, ResourceViewSet
from coordination.urls import urlpatterns
from households.register.models import Person, Share
from tests.conftest import owner
from tests.world import PURPOSE

pytestmark = pytest.mark.django_db
CALLERS = [key for key in policy.GRANTS if key[1] in policy.ROLES]
CITIES = {"A": "62.71", "B": "62.71", "D": "63.71"}
SHARED = {"education": ["A daughter", "A mother"], "manpower": ["A son"], "partner": []}
CANARY = re.compile(r"canary-[a-z]+-[A-Z][A-Za-z0-9-]*")
PLACES = ("mother", "son", "daughter", "toddler")
# Kind of canary -> resource and field group that must be granted.
GROUPS = {
    "name": ("person", "identity"),
    "birthplace": ("person", "origin"),
    "mother": ("person", "origin"),
    "phone": ("person", "contact"),
    "dis": ("person", "health"),
    "address": ("household", "address"),
    "decree": ("listing", "entry"),
}


def routes():
    """(path with {id}, view class, method of the view) of each GET route of the table."""
    for pattern in urlpatterns:
        view = getattr(getattr(pattern, "callback", None), "cls", None)
        if isinstance(view, type) and issubclass(view, ResourceViewSet) and "get" in pattern.callback.actions:
            path = "/" + re.sub(r"\(\?P<\w+>[^)]*\)", "{id}", str(pattern.pattern)).strip("^$").removesuffix("/?")
            yield path.replace("\\", ""), view, pattern.callback.actions["get"]


ROUTES = list(routes())


@pytest.fixture
def shares(world):
    """Basim and Carla have people of A; of B they had some, closed or past its day; Gita has nobody."""
    today, now = timezone.localdate(), timezone.now()
    day_before = today - timezone.timedelta(days=2)
    with owner():
        Agreement.objects.create(
            from_agency=world.agencies["dina"],
            to_agency=world.agencies["gita"],
            purpose="schooling",
            legal_basis="PKS",
            number="PKS-gita",
            region_id="63.71",
            starts=day_before,
            until=today,
        )
        for name in ("basim", "carla"):
            kind = world.agencies[name].kind
            b_people = [label.replace("A", "B") for label in SHARED[kind]]
            for people, until, closed in (
                (SHARED[kind], today, None),
                (b_people, today, now),
                (b_people, day_before, None),
            ):
                Share.objects.create(
                    household=world.households[people[0][0]],
                    agency=world.agencies[name],
                    purpose=PURPOSE[kind],
                    subjects=[world.people[label].pk for label in people],
                    until=until,
                    closed_at=closed,
                )


def sees_person(agency, scope, label):
    if scope == "registrar":
        return CITIES[label[0]] == agency.region_id
    return scope == "shared" and agency.region_id == "62.71" and label in SHARED[agency.kind]


def sees_household(agency, scope, mark):
    return any(sees_person(agency, scope, f"{mark} {who}") for who in PLACES)


def label_of(world, row, resource):
    """Of whom a row is: a person's label, or a household's mark."""
    person = row.pk if resource == "person" else getattr(row, "person_id", None)
    household = row.pk if resource == "household" else getattr(row, "household_id", None)
    named = {p.pk: label for label, p in world.people.items()}
    return named.get(person) or {h.pk: mark for mark, h in world.households.items()}.get(household)


def sees(world, agency, resource, scope, row):
    """Whether the caller should see the row; None where this oracle has no opinion."""
    label = label_of(world, row, resource)
    if scope == "received":
        return row.agency_id == agency.pk
    if label and scope in ("registrar", "shared"):
        return sees_person(agency, scope, label) if " " in label else sees_household(agency, scope, label)
    if resource in ("agency", "programme") and scope == "every":
        return True
    if (resource, scope) == ("agreement", "party"):
        return agency.pk in (row.from_agency_id, row.to_agency_id)
    if (resource, scope) == ("access_record", "city"):
        return row.city == agency.region_id
    if (resource, scope) == ("access_record", "own"):
        return row.agency == agency.pk
    if scope == "offered":
        return row.provider_id == agency.pk or (row.city == agency.region_id and row.status != "draft")
    return None


def some_rows(world, resource):
    """Up to two rows of each person or household, and a few of what belongs to none."""
    with owner():
        rows = list(model_of(resource)._base_manager.order_by("pk"))
    chosen, seen = [], {}
    for row in rows:
        label = label_of(world, row, resource) or "none"
        seen[label] = seen.get(label, 0) + 1
        if seen[label] <= (8 if label == "none" else 2):
            chosen.append(row)
    return chosen


def may_hold(world, agency, role, canary):
    """Whether the grant covers the field and the row of a canary."""
    _, kind, mark, *rest = canary.split("-")
    who = rest[0] if rest else PLACES[int(mark[1]) - 1] if mark[1:] else ""
    resource, group = GROUPS[kind]
    found = policy.grant(agency.kind, role, resource)
    if found is None or group not in found.read.split():
        return False
    if who:
        return sees_person(agency, found.rows, f"{mark[0]} {who}")
    return sees_household(agency, found.rows, mark[0])


def check_body(world, agency, role, path, answer):
    text = answer.content.decode()
    for canary in set(CANARY.findall(text)):
        assert may_hold(world, agency, role, canary), f"{role} of {agency.name} saw {canary} at {path}"
    for number in world.numbers.values():
        assert number not in text, f"a whole identity number at {path}"
    assert "292929" not in text and "929292" not in text, f"a whole NISN at {path}"


def without_request(answer):
    body = json.loads(answer.content)
    return {name: value for name, value in body.items() if name not in ("request_id", "instance")}


def agencies_of(world, kind):
    return [(name, agency) for name, agency in world.agencies.items() if agency.kind == kind]


def is_open(kind, role, view, method):
    return policy.allows(kind, role, view.resource, view.actions.get(method) or ACTIONS.get(method, method))


def test_the_walk_knows_the_routes():
    assert len(ROUTES) >= 20
    assert ("/api/v1/households/{id}", "retrieve") in {(path, method) for path, _, method in ROUTES}


@pytest.mark.parametrize(("kind", "role"), CALLERS)
def test_lists_show_what_is_granted_and_nothing_else(client, world, shares, kind, role):
    for name, agency in agencies_of(world, kind):
        headers = world.headers(f"{name} {role}")
        for path, view, method in ROUTES:
            if "{id}" in path:
                continue
            answer = client.get(path, headers=headers)
            assert answer.status_code == (200 if is_open(kind, role, view, method) else 403), (path, answer.content)
            check_body(world, agency, role, path, answer)
            if method == "list" and answer.status_code == 200:
                check_list(world, agency, view.resource, policy.grant(kind, role, view.resource), answer)


def check_list(world, agency, resource, found, answer):
    """Each row of the list should be seen, each row that should be seen is in it, with the granted fields."""
    shown = {str(item["id"]): item for item in json.loads(answer.content)["data"]}
    nested = set(policy.NESTED.get(resource, {}))
    for item in shown.values():
        assert set(item) - nested == set(policy.fields(resource, f"key {found.read} system"))
    if resource == "access_record":
        return  # grows with each call of this very walk
    with owner():
        rows = list(model_of(resource)._base_manager.all())
    for row in rows:
        expected = sees(world, agency, resource, found.rows, row)
        assert expected in (None, str(row.pk) in shown), (resource, label_of(world, row, resource))


@pytest.mark.parametrize(("kind", "role"), CALLERS)
def test_records_are_shown_or_answer_as_if_they_never_were(client, world, shares, kind, role):
    for name, agency in agencies_of(world, kind):
        headers = world.headers(f"{name} {role}")
        for path, view, method in ROUTES:
            if "{id}" not in path:
                continue
            missing = "999999999999" if view.resource == "access_record" else str(uuid4())
            never = client.get(path.format(id=missing), headers=headers)
            if not is_open(kind, role, view, method):
                assert never.status_code == 403, (path, never.content)
            elif method in ("retrieve", "history"):
                assert never.status_code == 404, (path, never.content)
            scope = getattr(policy.grant(kind, role, view.resource), "rows", "")
            for row in some_rows(world, view.resource):
                answer = client.get(path.format(id=row.pk), headers=headers)
                check_body(world, agency, role, path, answer)
                check_status(world, agency, (path, view, method, scope), row, answer, never)


def check_status(world, agency, route, row, answer, never):
    path, view, method, scope = route
    where = (path, label_of(world, row, view.resource), answer.content[:300])
    if never.status_code == 403:
        assert answer.status_code == 403, where
        return
    seen = sees(world, agency, view.resource, scope, row)
    if method in ("retrieve", "history") and seen is not None:
        assert answer.status_code == (200 if seen else 404), where
    assert answer.status_code < 500, where
    if answer.status_code == 404:
        assert without_request(answer) == without_request(never), where


def test_the_canaries_are_really_in_what_is_granted(client, world, shares):
    """Without this the walk would pass on empty answers."""
    text = client.get("/api/v1/households", headers=world.headers("amal health_officer")).content.decode()
    for canary in (
        "canary-name-A-mother",
        "canary-address-B",
        "canary-phone-A3",
        "canary-dis-A3",
        "canary-mother-B-son",
    ):
        assert canary in text
    text = client.get("/api/v1/listings", headers=world.headers("amal")).content.decode()
    assert "canary-decree-A1" in text
    shared = client.get("/api/v1/households", headers=world.headers("basim")).content.decode()
    assert set(CANARY.findall(shared)) == {
        "canary-name-A-daughter",
        "canary-name-A-mother",
        "canary-phone-A3",
        "canary-phone-A1",
    }
    with owner():
        assert Person._base_manager.count() == len(world.people)


@pytest.mark.parametrize(("kind", "role"), CALLERS)
def test_a_filter_on_a_field_that_may_not_be_read_does_not_exist(client, world, shares, kind, role):
    name, _ = agencies_of(world, kind)[0]
    headers = world.headers(f"{name} {role}")
    for path, view, method in ROUTES:
        if method != "list" or not is_open(kind, role, view, method):
            continue
        readable = policy.readable(kind, role, view.resource)
        for parameter, declared in view.filters.items():
            answer = client.get(path, {parameter: "zz"}, headers=headers)
            if declared.field not in readable:
                assert (answer.status_code, answer.json()["code"]) == (400, "parameter_unknown"), (path, parameter)
        for field in {f for names in policy.FIELDS[view.resource].values() for f in names.split()} - {
            *view.filters,
            *PAGING,
        }:
            answer = client.get(path, {field: "x"}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (400, "parameter_unknown"), (path, field)


@pytest.mark.parametrize(("kind", "role"), CALLERS)
def test_neither_fields_nor_order_reach_beyond_the_grant(client, world, kind, role):
    name, _ = agencies_of(world, kind)[0]
    headers = world.headers(f"{name} {role}")
    for path, view, method in ROUTES:
        if method != "list" or not is_open(kind, role, view, method):
            continue
        readable = set(policy.readable(kind, role, view.resource))
        stored = {f for names in policy.FIELDS[view.resource].values() for f in names.split()}
        for field in stored - readable - set(policy.NESTED.get(view.resource, {})):
            answer = client.get(path, {"fields": f"id,{field}"}, headers=headers)
            assert answer.status_code == 400, (path, field)
        for field in stored - {"id"}:
            answer = client.get(path, {"order": field}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (400, "parameter_invalid"), (path, field)


def test_hidden_fields_of_nested_people_cannot_be_asked_for(client, world, shares):
    for field in ("people.disabilities", "people.mother_name", "people.nik_cipher", "people.household", "family_cards"):
        answer = client.get("/api/v1/households", {"fields": f"id,{field}"}, headers=world.headers("basim"))
        assert answer.status_code == 400, field
    answer = client.get("/api/v1/households", {"fields": "id,people.name"}, headers=world.headers("basim"))
    assert {name for item in answer.json()["data"] for person in item["people"] for name in person} == {"id", "name"}
