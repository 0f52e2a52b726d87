"""Documents: JSON text that PostgreSQL writes from exactly the granted columns, with its access-log row.

A statement is composed by the ORM once per (grant, filters, fields) and kept; a request only fills in values.
Hidden parameters begin with `_`, so that no filter of a request can overwrite one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Func, OuterRef, Q, QuerySet, Subquery

from agencies.access import policy
from agencies.access.caller import Caller, ask
from agencies.access.expressions import PARAMETERS, Given, model_of
from agencies.access.prepared import compiled
from agencies.access.scopes import in_scope

LOG = """INSERT INTO access_accessrecord (agency, city, client, officer, initiator, purpose, basis, agreement,
 request_id, action, resource, fields, decision, count, subjects)
 SELECT nullif(current_setting('app.agency', true), '')::uuid, current_setting('app.city', true), %(_client)s::uuid,
 %(_officer)s::uuid, %(_initiator)s, %(_purpose)s, %(_basis)s, %(_agreement)s::uuid, %(_request_id)s, %(_action)s,
 %(_resource)s, %(_groups)s"""
PAGE = (
    "WITH page AS MATERIALIZED ({rows} LIMIT %(_limit)s + 1),"
    " answer AS MATERIALIZED (SELECT * FROM page LIMIT %(_limit)s),"
    " logged AS (" + LOG + ", CASE WHEN count(*) > 0 THEN 'granted' ELSE 'nothing' END, count(*),"
    " CASE WHEN count(*) > 0 THEN {subjects} ELSE %(_asked)s::uuid[] END FROM answer)"
    " SELECT coalesce(string_agg(row_to_json(shown)::text, ',' ORDER BY {order}), ''), count(*),"
    " (SELECT count(*) FROM page) > %(_limit)s, (array_agg({last} ORDER BY {order}))[count(*)::int]::text"
    " FROM (SELECT {shown} FROM answer) shown"
)
COUNT = "WITH logged AS (" + LOG + ", 'granted', 0, '{{}}'::uuid[]) SELECT count(*) FROM ({rows}) counted"


class Rfc3339(Func):
    """A moment as text in UTC with a Z."""

    template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    output_field = models.TextField()


class Nested(Subquery):
    """The children of a row as one value: their JSON, and their keys for the access log."""

    template = (
        "(SELECT ROW(coalesce(json_agg(item), '[]'), coalesce(array_agg(item.id), '{}'))::nested_document"
        " FROM (SELECT %(shown)s FROM (%(subquery)s) child) item)"
    )
    output_field = models.TextField()


@dataclass(frozen=True, slots=True)
class Question:
    """What makes one statement different from another; the values come with each request.

    `order` is `id`, or a readable number by which the list comes first, lowest first, and then by id.
    """

    kind: str
    role: str
    resource: str
    lookups: tuple[str, ...] = ()
    after: bool = False
    backwards: bool = False
    fields: tuple[str, ...] = ()
    order: str = "id"

    @property
    def grant(self) -> policy.Grant:
        """The grant behind it. Raises KeyError when there is none; ask `policy.allows` first."""
        return policy.GRANTS[self.kind, self.role][self.resource]


@dataclass(frozen=True, slots=True)
class Page:
    """Documents as JSON text, separated by commas; how many; whether more follow; the key of the last."""

    text: str
    count: int
    has_more: bool
    last: str | None


def document_fields(question: Question) -> tuple[list[str], dict[str, list[str]]]:
    """The fields of the document and, for each nested list, those of its items; `fields` narrows both."""
    own = policy.readable(question.kind, question.role, question.resource)
    own = [*own, *derived(question.resource, own)]
    nested = dict(_nested_fields(question))
    if not question.fields:
        return own, nested
    wanted = {*question.fields, question.order}
    parts = {name: [n for n in names if name in wanted or f"{name}.{n}" in wanted] for name, names in nested.items()}
    return _with_key(name for name in own if name in wanted), {
        name: _with_key(names) for name, names in parts.items() if names
    }


def derived(resource: str, readable: Iterable[str]) -> dict[str, Any]:
    """What documents tell beyond columns: each with its expression, for readers of the field that it comes from."""
    known = set(readable)
    return {name: told for name, (base, told) in _derived(resource).items() if base in known}


def _derived(resource: str) -> Mapping[str, tuple[str, Any]]:
    return getattr(model_of(resource), "DERIVED", {})


def _with_key(names: Iterable[str]) -> list[str]:
    return ["id", *(name for name in names if name != "id")]


def _nested_fields(question: Question) -> Iterable[tuple[str, list[str]]]:
    """Nested lists without the link back and without bookkeeping."""
    for name, (child, link) in policy.NESTED.get(question.resource, {}).items():
        found = policy.grant(question.kind, question.role, child)
        if found:
            yield name, [item for item in policy.fields(child, f"key {found.read}") if item != link]


@lru_cache(maxsize=2000)
def page_statement(question: Question) -> tuple[str, Mapping[str, Any]]:
    """The SQL that answers a page, and its constants."""
    own, nested = document_fields(question)
    rows = _rows(question).values(**_columns(question.resource, own), **_children(question, nested))
    sql, constants = compiled(rows)
    text = PAGE.format(
        rows=sql,
        subjects=_subjects(question.resource, nested),
        **_order(question),
        shown=", ".join([_renamed(own), *(f"(d_{name}).document AS {name}" for name in nested)]),
    )
    return text, constants


@lru_cache(maxsize=500)
def count_statement(question: Question) -> tuple[str, Mapping[str, Any]]:
    """The SQL that counts the rows of a list, and its constants."""
    sql, constants = compiled(_rows(question).order_by().values("pk"))
    return COUNT.format(rows=sql), constants


def _order(question: Question) -> dict[str, str]:
    """The order of the documents in the answer, and what a cursor keeps of the last."""
    if question.order == "id":
        return {"order": f"shown.id{' DESC' if question.backwards else ''}", "last": "shown.id"}
    return {"order": f"shown.{question.order}, shown.id", "last": f"shown.{question.order} || ' ' || shown.id"}


def _renamed(names: Iterable[str]) -> str:
    return ", ".join(f'd_{name} AS "{name}"' for name in names)


def _subjects(resource: str, nested: Iterable[str]) -> str:
    """The ids of everybody and everything in the answer."""
    own = "array_agg(d_id)" if isinstance(model_of(resource)._meta.pk, models.UUIDField) else "'{}'::uuid[]"
    return own + "".join(
        f" || coalesce((SELECT array_agg(k) FROM answer, unnest((d_{name}).keys) k), '{{}}')" for name in nested
    )


def _columns(resource: str, names: Iterable[str]) -> dict[str, Any]:
    """Each field as `d_field`: an annotation may not bear a field's own name."""
    meta, told = model_of(resource)._meta, _derived(resource)
    return {f"d_{name}": told[name][1] if name in told else shown(meta.get_field(name)) for name in names}


def shown(field: Any, column: Any = None) -> Any:
    """The value of a field, or of another expression of its type, as it stands in a document."""
    column = column or F(field.attname)
    return Rfc3339(column) if isinstance(field, models.DateTimeField) else column


def _children(question: Question, nested: Mapping[str, list[str]]) -> dict[str, Nested]:
    found = {}
    for name, names in nested.items():
        child, link = policy.NESTED[question.resource][name]
        rows = in_scope(question.kind, question.role, child).filter(**{link: OuterRef("pk")})
        found[f"d_{name}"] = Nested(rows.order_by("pk").values(**_columns(child, names)), shown=_renamed(names))
    return found


def _rows(question: Question) -> QuerySet[Any]:
    """The caller's rows that pass the filters, beyond the cursor, in the order of their keys."""
    meta = model_of(question.resource)._meta
    beyond = Given("_after", meta.pk) if question.after else None
    if (question.grant.rows, question.resource) == ("shared", "household"):
        rows = _shared_households(beyond)
    else:
        rows = in_scope(question.kind, question.role, question.resource)
    if (question.grant.rows, question.resource) == ("shared", "person"):
        # Else PostgreSQL asks of one resident of the city after the other whether a share names him.
        rows = rows.filter(household__in=_open_shares().values("household"))
    for lookup in question.lookups:
        rows = rows.filter(**{lookup: Given(lookup, meta.get_field(lookup.split("__")[0]))})  # type: ignore[arg-type]
    if question.order != "id":
        return _in_order(rows, question.order, beyond)
    if beyond is not None:
        rows = rows.filter(Q(pk__lt=beyond) if question.backwards else Q(pk__gt=beyond))
    return rows.order_by("-pk" if question.backwards else "pk")


def _in_order(rows: QuerySet[Any], name: str, beyond: Given | None) -> QuerySet[Any]:
    """By a number and then by key; the bound stands on the number alone too, where an index can use it."""
    if beyond is not None:
        bound = Given("_after_number", rows.model._meta.get_field(name))
        rows = rows.filter(Q(**{f"{name}__gte": bound}) & (Q(**{f"{name}__gt": bound}) | Q(pk__gt=beyond)))
    return rows.order_by(name, "pk")


def _shared_households(beyond: Given | None) -> QuerySet[Any]:
    """From the open shares to their households; the cursor's bound stands on both, or the walk starts at the first."""
    shares = _open_shares()
    if beyond is not None:
        shares = shares.filter(household__gt=beyond)
    return model_of("household")._base_manager.filter(pk__in=shares.values("household"))


def _open_shares() -> QuerySet[Any]:
    return model_of("share").objects.open().filter(agency=PARAMETERS.agency, purpose=PARAMETERS.purpose)  # type: ignore[attr-defined, no-any-return]


def log_values(caller: Caller, action: str, resource: str, groups: str) -> dict[str, Any]:
    """The values of LOG."""
    return {
        "_client": caller.client,
        "_officer": caller.officer,
        "_initiator": caller.initiator,
        "_purpose": caller.purpose,
        "_basis": caller.basis,
        "_agreement": caller.agreement,
        "_request_id": caller.request_id,
        "_action": action,
        "_resource": resource,
        "_groups": groups,
    }


def page(
    caller: Caller,
    resource: str,
    *,
    action: str = "list",
    filters: Mapping[str, Any] | None = None,
    after: Any = None,
    backwards: bool = False,
    limit: int = 50,
    fields: Sequence[str] = (),
    asked: Sequence[UUID] = (),
    order: str = "id",
) -> Page:
    """Up to `limit` documents that the caller may see, logged in the same statement; `filters` are ORM look-ups.

    `after` is the `last` of the page before.
    """
    filters = filters or {}
    asking = (caller.kind, caller.role, resource, tuple(sorted(filters)))
    question = Question(*asking, after is not None, backwards, tuple(sorted(fields)), order)
    sql, constants = page_statement(question)
    number, _, key = ("", "", None) if after is None else str(after).rpartition(" ")
    values = {
        **filters,
        **constants,
        **caller.settings,
        "_after": key,
        "_after_number": number,
        "_limit": limit,
        "_asked": list(asked),
    }
    exact = all("__" not in lookup for lookup in question.lookups)
    values |= log_values(caller, action, resource, question.grant.read)
    row = ask(caller, sql, values, often=exact, anew="id" not in filters)
    if row is None:
        raise RuntimeError("an aggregate always gives one row")
    return Page(*row)


def one(caller: Caller, resource: str, key: Any, *, action: str = "read", fields: Sequence[str] = ()) -> str | None:
    """One document as JSON text, or None when it is out of the caller's rows or never was."""
    asked = [key] if isinstance(key, UUID) else []
    found = page(caller, resource, action=action, filters={"id": key}, limit=1, fields=fields, asked=asked)
    return found.text or None


def count(caller: Caller, resource: str, filters: Mapping[str, Any]) -> int:
    """How many rows a list would walk through in all."""
    question = Question(caller.kind, caller.role, resource, tuple(sorted(filters)))
    sql, constants = count_statement(question)
    values = {**filters, **constants, **caller.settings, **log_values(caller, "count", resource, "")}
    row = ask(caller, sql, values)
    if row is None:
        raise RuntimeError("count(*) always gives one row")
    return int(row[0])
