"""Streams: events of several resources about one family as one list, newest first, each under its own grant.

Like documents, a statement is composed by the ORM once per (kind, role, sources) and kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject

from agencies.access import policy
from agencies.access.caller import Caller, ask
from agencies.access.documents import LOG, Page, log_values, shown
from agencies.access.expressions import Given, model_of
from agencies.access.prepared import compiled
from agencies.access.scopes import in_scope


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of event: `resource` tells of it, `at` is the field that dates it, `household` leads to the family.

    `shows` names the fields that come with it, as far as the caller may read them; who may not read `at` is told
    nothing of it. `words` are Indonesian and English.
    """

    name: str
    resource: str
    at: str
    words: tuple[str, str]
    shows: str = ""
    household: str = "household"
    person: str = ""


STREAM = (
    "WITH seen AS MATERIALIZED (SELECT count(*) AS households FROM ({household}) h),"
    " page AS MATERIALIZED (SELECT * FROM ({events}) e WHERE (SELECT households FROM seen) > 0"
    " AND (%(_after)s::text IS NULL OR (e.e_at, e.e_key) < (%(_after_at)s::timestamptz, %(_after)s::text))"
    " ORDER BY e.e_at DESC, e.e_key DESC LIMIT %(_limit)s + 1),"
    " answer AS MATERIALIZED (SELECT * FROM page LIMIT %(_limit)s),"
    " logged AS (" + LOG + ", CASE WHEN (SELECT households FROM seen) > 0 THEN 'granted' ELSE 'nothing' END, count(*),"
    " %(_asked)s::uuid[] || coalesce(array_agg(DISTINCT e_id), '{{}}') FROM answer)"
    " SELECT coalesce(string_agg(e_told, ',' ORDER BY e_at DESC, e_key DESC), ''), count(*),"
    " (SELECT count(*) FROM page) > %(_limit)s,"
    " (array_agg(e_at::text || '|' || e_key ORDER BY e_at DESC, e_key DESC))[count(*)::int],"
    " (SELECT households FROM seen) FROM answer"
)


class CityDay(Func):
    """The day of a moment in the city's zone."""

    template = f"(%(expressions)s AT TIME ZONE '{settings.TIME_ZONE}')::date"
    output_field = models.DateField()


class DayBegins(Func):
    """The first moment of a day in the city's zone."""

    template = f"(%(expressions)s::timestamp AT TIME ZONE '{settings.TIME_ZONE}')"
    output_field = models.DateTimeField()


def told_to(kind: str, role: str, sources: tuple[Source, ...]) -> Iterator[Source]:
    """The sources of which a role is told: those whose date it may read."""
    return (source for source in sources if source.at in policy.readable(kind, role, source.resource))


@lru_cache(maxsize=100)
def _statement(kind: str, role: str, sources: tuple[Source, ...]) -> tuple[str, Mapping[str, Any]]:
    first, *rest = (_events(kind, role, source) for source in told_to(kind, role, sources))
    events, constants = compiled(first.union(*rest, all=True))
    family = in_scope(kind, role, "household").filter(pk=Given("_household", models.UUIDField()))
    household, more = compiled(family.values("pk"), prefix="_h")
    return STREAM.format(events=events, household=household), {**constants, **more}


def _events(kind: str, role: str, source: Source) -> QuerySet[Any]:
    """The rows of one source that the caller may see, as events."""
    field = model_of(source.resource)._meta.get_field(source.at)
    at = F(source.at) if isinstance(field, models.DateTimeField) else DayBegins(F(source.at))
    rows = in_scope(kind, role, source.resource).filter(
        Q(**{source.household: Given("_household", models.UUIDField())}), ~Q(**{source.at: None})
    )
    text = models.TextField()
    return rows.order_by().values(
        e_at=at,
        e_key=Concat(Value(f"{source.name} "), Cast("pk", text), output_field=text),
        e_id=F("pk"),
        e_told=Cast(JSONObject(**_told(kind, role, source, at)), text),
    )


def _told(kind: str, role: str, source: Source, at: Any) -> dict[str, Any]:
    readable = policy.readable(kind, role, source.resource)
    meta = model_of(source.resource)._meta
    details = {name: shown(meta.get_field(name)) for name in source.shows.split() if name in readable}
    return {
        "at": shown(models.DateTimeField(), at),
        "on": CityDay(at),
        "event": _typed(source.name),
        "words_id": _typed(source.words[0]),
        "words_en": _typed(source.words[1]),
        "resource": _typed(source.resource),
        "id": F("pk"),
        "person": F(source.person) if source.person else Cast(Value(None), models.UUIDField()),
        "details": JSONObject(**details),
    }


def _typed(text: str) -> Cast:
    """A constant that says its type, which a prepared statement of PostgreSQL 15 cannot guess inside JSON."""
    return Cast(Value(text), models.TextField())


def stream(
    caller: Caller, sources: tuple[Source, ...], household: UUID, *, after: str | None = None, limit: int = 50
) -> Page | None:
    """Up to `limit` events about a family, newest first, logged in the same statement; None when it is out of rows.

    `after` is the `last` of the page before.
    """
    sql, constants = _statement(caller.kind, caller.role, sources)
    moment, _, key = (None, None, None) if after is None else after.partition("|")
    values = {
        **constants,
        **caller.settings,
        **log_values(caller, "timeline", "household", "timeline"),
        "_household": household,
        "_asked": [household],
        "_after_at": moment,
        "_after": key,
        "_limit": limit,
    }
    row = ask(caller, sql, values, often=True)
    if row is None:
        raise RuntimeError("an aggregate always gives one row")
    return Page(*row[:4]) if row[4] else None
