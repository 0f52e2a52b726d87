"""Who is calling, and how PostgreSQL is told: nothing else sets a database role."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, cast
from uuid import UUID

from django.db import connection, transaction

from agencies.access import policy
from agencies.access.prepared import Rows, Statement, together

Row = tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated agency client or officer, with the purpose stated for this one call."""

    kind: str
    role: str
    agency: UUID
    city: str
    client: UUID | None = None
    officer: UUID | None = None
    initiator: str = ""
    purpose: str = ""
    basis: str = ""
    agreement: UUID | None = None
    request_id: str = ""
    scopes: frozenset[str] = field(default_factory=frozenset)

    is_authenticated = True

    @property
    def settings(self) -> dict[str, str]:
        """The values of ENTER."""
        who = {
            "client": _text(self.client),
            "officer": _text(self.officer),
            "initiator": self.initiator,
            "request_id": self.request_id,
            "basis": self.basis,
            "agreement": _text(self.agreement),
        }
        return {
            "_role": policy.database_role(self.kind, self.role),
            "_agency": str(self.agency),
            "_city": self.city,
            "_purpose": self.purpose,
            "_caller": json.dumps(who),
        }


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None


ENTER = (
    "SELECT set_config('role', %(_role)s, true), set_config('app.agency', %(_agency)s, true),"
    " set_config('app.city', %(_city)s, true), set_config('app.purpose', %(_purpose)s, true),"
    " set_config('app.caller', %(_caller)s, true)"
)
# A plan for any agency walks a city for an office with three families: a list is planned for whom it is.
ANEW = ", set_config('plan_cache_mode', 'force_custom_plan', true)"
OUTSIDE = {"_role": "none", "_agency": "", "_city": "", "_purpose": "", "_caller": ""}

_current: ContextVar[Caller | None] = ContextVar("sinergi_caller", default=None)


def current_caller() -> Caller | None:
    """The caller under whose role this thread's transaction runs, if any."""
    return _current.get()


def ask(caller: Caller, sql: str, parameters: Mapping[str, Any], *, often: bool = False, anew: bool = False) -> Row:
    """One row of one statement: role, settings and question in one message: one transaction for PostgreSQL.

    What is asked `often` is parsed once per connection; it may also be planned once for all values, unless it is to
    be planned `anew` each time.
    """
    if connection.in_atomic_block:
        with acting_as(caller):
            return _answer(sql, parameters, often)
    if often:
        return _first(together((ENTER + ANEW if anew else ENTER, caller.settings), (sql, parameters))[1])
    with connection.cursor() as cursor:
        cursor.execute(f"{ENTER}; {sql}", {**parameters, **caller.settings})
        cursor.nextset()
        return cast(Row, cursor.fetchone())


def _answer(sql: str, parameters: Mapping[str, Any], often: bool) -> Row:
    if often:
        return _first(together((sql, parameters))[0])
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cast(Row, cursor.fetchone())


def _first(rows: Rows) -> Row:
    return rows[0] if rows else None


@dataclass(slots=True)
class Acting:
    """A caller's transaction: the rows of its `first` statements, and those that are to go out with its COMMIT."""

    rows: list[Rows]
    last: list[Statement] = field(default_factory=list)


@contextmanager
def acting_as(caller: Caller, *first: Statement) -> Iterator[Acting]:
    """One transaction in which PostgreSQL shows and accepts what the caller's role may see and change.

    The `first` statements travel in the message that begins it.
    Raises RuntimeError inside another caller's transaction.
    """
    current = _current.get()
    if current is not None:
        if current != caller:
            raise RuntimeError("already acting as another caller")
        acting = Acting(together(*first))
        yield acting
        together(*acting.last)
        return
    nested, before = connection.in_atomic_block, OUTSIDE
    with transaction.atomic():
        if nested:  # the end of a savepoint keeps SET LOCAL, so the outer role is put back by hand
            before = {**OUTSIDE, "_role": together(("SELECT current_setting('role')", ()))[0][0][0]}
        acting = Acting(together((ENTER, caller.settings), *first)[1:])
        token = _current.set(caller)
        try:
            yield acting
        finally:
            _current.reset(token)
        if nested:
            together(*acting.last, (ENTER, before))
        elif acting.last and not connection.needs_rollback:
            together(*acting.last, ("COMMIT", ()))  # Django's own then finds nothing to commit


@contextmanager
def standing_in(*, kind: str, role: str, agency: UUID, city: str) -> Iterator[Caller]:
    """Go on in the caller's transaction in another agency's name, for what the caller's move sets off there.

    Who called stays on record. Raises RuntimeError when nobody is acting.
    """
    before = _current.get()
    if before is None:
        raise RuntimeError("nobody to stand in for")
    other = replace(before, kind=kind, role=role, agency=agency, city=city)
    together((ENTER, other.settings))
    token = _current.set(other)
    try:
        yield other
    finally:
        _current.reset(token)
    together((ENTER, before.settings))  # not after a fault: its rollback puts the role back
