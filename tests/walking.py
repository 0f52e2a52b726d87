"""How the walks call: who is walked, what they are told, which of it they may know, and what a call's body is."""

import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser

from agencies.access import policy
from agencies.access.expressions import model_of
from agencies.access.models import Shielded
from agencies.web.examples import BY_NAME
from agencies.web.inputs import Day, Reference
from agencies.web.routes import Route, machine_routes
from tests.oracle import label_of, reads, sees
from tests.world import World

ROUTES = [route for route in machine_routes() if route.resource]
# What stands nowhere else: planted canaries, keys, moments, days, and the last four digits of a number.
TOKEN = re.compile(
    r"canary-[\w-]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?|(?<=\")\d{4}(?=\")"
)
# One person for each fate: shared with one office or the other, once shared, never shared, of another city.
FATES = ("A daughter", "A son", "A toddler", "B daughter", "B son", "D daughter", "A", "B", "D")
KEYS = count(1)


def callers() -> list[Any]:
    """(Member of the cast, role): roles of a kind that are granted the same things are walked once."""
    seen: list[tuple[str, Any]] = []
    found = []
    for kind, role in policy.GRANTS:
        grants = (kind, policy.GRANTS[kind, role])
        if role in policy.ROLES and grants not in seen:
            seen.append(grants)
            found.append((HOME[kind], role))
    return [pytest.param(*who, id=" ".join(who)) for who in [*found, ("dina", "officer"), ("gita", "officer")]]


HOME = {"social": "amal", "education": "basim", "manpower": "carla", "oversight": "emil", "partner": "farah"}
CALLERS = callers()


LISTED = {route.path: route.resource for route in ROUTES if route.action == "list"}


def keyed_by(route: Route) -> str:
    """The resource whose key stands in a path: that of the list above it, or the call's own."""
    return LISTED.get(route.path.partition("/{id}")[0], route.resource)


def is_open(kind: str, role: str, route: Route) -> bool:
    return policy.allows(kind, role, route.resource, route.granted_action)


class City:
    """The rows of the city as the owner sees them, and where each of their values stands."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rows: dict[str, list[Any]] = {}
        self.places: dict[str, list[tuple[str, str, Any]]] = defaultdict(list)
        for resource in policy.FIELDS:
            self.rows[resource] = list(_with_parents(model_of(resource)))
            for row in self.rows[resource]:
                if referral := getattr(row, "referral", None):
                    _ = referral.share  # the oracle asks for it later, when nobody may load it
                for field in row._meta.concrete_fields:
                    for token in TOKEN.findall(f'"{_as_told(getattr(row, field.attname))}"'):
                        self.places[token].append((resource, field.name, row))

    def some(self, resource: str) -> list[Any]:
        """A row of each fate, and all rows of what belongs to nobody."""
        labels = [(label_of(self.world, row), row) for row in self.rows[resource]]
        return [row for label, row in labels if not label or label in FATES]

    def seen(self, who: str, role: str, resource: str) -> list[Any]:
        """The rows that a caller should see."""
        agency = self.world.agencies[who]
        return [row for row in self.rows[resource] if sees(self.world, agency, role, resource, row)]

    def check(self, answer: Any, who: str, role: str, *sent: Any) -> None:
        """Nothing in the whole answer that the caller neither sent nor may read."""
        text = f"{text_of(answer)} {list(answer.headers.values())}"
        agency, known = self.world.agencies[who], json.dumps(sent, default=str)
        for token in set(TOKEN.findall(text)):
            places = self.places.get(token, [])
            may = not places or token in known or any(reads(self.world, agency, role, *place) for place in places)
            assert may, f"{who} {role} was told {token}, which is {[place[:2] for place in places]}: {text[:500]}"
        assert "canary-of-the-deleted" not in text
        assert "\\x" not in text, "raw bytes"
        for number in self.world.numbers.values():
            assert number not in text or number in known, "a whole identity number"
        assert "292929" not in text and "929292" not in text, "a whole student number"


def _with_parents(model: Any) -> Any:
    """All rows, each with the records that it hangs on: the oracle asks them later, when nobody may read any more."""
    return model._base_manager.select_related(*_ways_up(model, 3)).order_by("pk")


def _ways_up(model: Any, depth: int) -> list[str]:
    ways = []
    for field in model._meta.concrete_fields if depth else ():
        if field.is_relation and issubclass(field.related_model, Shielded):
            ways += [field.name, *(f"{field.name}__{way}" for way in _ways_up(field.related_model, depth - 1))]
    return ways


def _as_told(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return json.dumps(value, default=str).strip('"')


def text_of(answer: Any) -> str:
    """The body as text; of a workbook, all that is in it."""
    if answer.content[:2] != b"PK":
        return str(answer.content.decode(errors="replace"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def told(answer: Any, key: Any) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers, without what changes from call to call, and with the asked key left out."""
    headers = {name: value for name, value in answer.headers.items() if name != "RateLimit"}  # counts calls
    text = text_of(answer).replace(str(key), "{id}")
    return answer.status_code, text, {name: value.replace(str(key), "{id}") for name, value in headers.items()}


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def never(resource: str) -> str:
    """A key that no record ever had."""
    return str(uuid4()) if model_of(resource)._meta.pk.get_internal_type() == "UUIDField" else "999999999999"


def headers_of(world: World, who: str, role: str, **more: str) -> dict[str, str]:
    return world.headers(f"{who} {role}", **{"X-Request-Id": "the-same-for-all", **more})


def send(
    client: Any, world: World, who: str, role: str, route: Route, key: Any, *, headers: Any = None, **given: Any
) -> Any:
    """Call a route with a body that fits, as if for the first time, whatever state the record is in."""
    usual = {"Idempotency-Key": f"walk-{next(KEYS)}", "If-Match": "*"}
    headers = headers_of(world, who, role, **usual | (headers or {}))
    path = route.path.replace("{id}", str(key))
    body = body_of(route, **given)
    if MultiPartParser in route.view.parser_classes:
        return client.generic(
            route.method.upper(), path, encode_multipart(BOUNDARY, body), MULTIPART_CONTENT, headers=headers
        )
    return client.generic(
        route.method.upper(), path, json.dumps(body), content_type="application/json", headers=headers
    )


def references(route: Route, *, needed: bool = False) -> dict[str, str]:
    """The fields of a body that name another record, or those that must, and of which resource."""
    shape = route.view.inputs.get(route.action)
    fields = shape().fields if shape else {}
    return {n: f.resource for n, f in fields.items() if isinstance(f, Reference) and (f.required or not needed)}


def body_of(route: Route, **given: Any) -> dict[str, Any]:
    """The smallest body that fits the route; `given` names values of one's own."""
    shape = route.view.inputs.get(route.action)
    fields = shape().fields if shape else {}
    return {name: given.get(name) or _value(name, f) for name, f in fields.items() if f.required or name in given}


def _value(name: str, field: Any) -> Any:
    if isinstance(field, Reference):
        return str(uuid4())
    if isinstance(field, serializers.ListField):
        return [_value(name, field.child)]
    if isinstance(field, serializers.ChoiceField):
        return next(iter(field.choices))
    if isinstance(field, serializers.BooleanField):
        return True
    if isinstance(field, serializers.IntegerField):
        return field.min_value or 1
    if isinstance(field, serializers.FileField):
        return SimpleUploadedFile("file.csv", b"x")
    if isinstance(field, Day):
        return timezone.localdate().isoformat()
    return BY_NAME.get(name, "word")
