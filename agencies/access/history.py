"""History of every change, written by PostgreSQL itself: a table beside each governed one, filled by triggers."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection

from agencies.access import policy
from agencies.access.caller import Caller, acting_as
from agencies.access.expressions import column_of, model_of
from agencies.access.log import log_call
from agencies.access.policy import database_role
from agencies.access.resealing import RESEALING
from agencies.access.scopes import visible

# Resources whose every change is kept; the rest is bookkeeping or never changes.
KEPT = (
    "household",
    "family_card",
    "person",
    "membership",
    "assessment",
    "listing",
    "share",
    "referral",
    "programme",
    "batch",
    "session",
    "application",
    "trainee",
    "attendance",
    "certificate",
    "outcome",
    "business_group",
    "group_member",
    "school",
    "place",
    "placement",
    "schooling_case",
    "follow_up",
    "pupil",
    "agreement",
    "client",
)
# Each version carries when, which operation, and the caller of the transaction.
STAMP = {
    "changed_at": "timestamptz NOT NULL DEFAULT clock_timestamp()",
    "change": "text NOT NULL",
    "changed_agency": "uuid",
    "changed_purpose": "text",
    "changed_by": "jsonb",
    "change_id": "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
}
# Each in a sub-select of its own, which PostgreSQL reads once a statement instead of once a row.
SETTINGS = (
    "(SELECT nullif(current_setting('app.agency', true), '')::uuid),"
    " (SELECT nullif(current_setting('app.purpose', true), '')),"
    " (SELECT nullif(current_setting('app.caller', true), '')::jsonb)"
)

# The owner of the tables makes ciphertexts anew under another key: nothing of the record changes. The web server's
# log-in cannot claim so, not even within a function that runs with the owner's rights.
SEEN = (
    "session_user = 'sinergi_app' OR current_user <> 'sinergi_owner'"
    f" OR coalesce(current_setting('{RESEALING}', true), '') = ''"
)


def history_table(resource: str) -> str:
    """The name of the table that keeps the versions of a resource."""
    return f"{model_of(resource)._meta.db_table}_history"


def history_statements() -> Iterator[str]:
    """Tables, columns, triggers and grants of the history; each may run again and follows the models."""
    for resource in KEPT:
        yield from _table(resource)
        yield from _triggers(resource)
        yield from _grants(resource)


def _columns(resource: str) -> list[tuple[str, str]]:
    return [(f'"{field.column}"', _type(field)) for field in model_of(resource)._meta.concrete_fields]


def _type(field: Any) -> str:
    """The column type without identity or generation: history stores plain values."""
    return str(field.rel_db_type(connection) if field.is_relation else field.cast_db_type(connection))


def _table(resource: str) -> Iterator[str]:
    table = history_table(resource)
    stamp = ", ".join(f"{name} {kind}" for name, kind in STAMP.items())
    yield f'CREATE TABLE IF NOT EXISTS "{table}" ({stamp})'
    for column, kind in _columns(resource):
        yield f'ALTER TABLE "{table}" ADD COLUMN IF NOT EXISTS {column} {kind}'
    yield f'CREATE INDEX IF NOT EXISTS "{table}_id" ON "{table}" (id, change_id)'
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY'
    yield f'CREATE POLICY owner ON "{table}" TO sinergi_owner USING (true)'


def _triggers(resource: str) -> Iterator[str]:
    """Statement triggers: one INSERT ... SELECT for all rows of a statement costs a tenth of a row trigger."""
    base, table = model_of(resource)._meta.db_table, history_table(resource)
    names = ", ".join(column for column, _ in _columns(resource))
    for operation, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        function = f"{base}_history_{operation.lower()}"
        yield (
            f'CREATE OR REPLACE FUNCTION "{function}"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER'
            f" SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN"
            f' INSERT INTO public."{table}" (change, changed_agency, changed_purpose, changed_by, {names})'
            f" SELECT '{operation.lower()}', {SETTINGS}, {names} FROM changed; RETURN NULL; END $$"
        )
        yield f'REVOKE ALL ON FUNCTION "{function}"() FROM PUBLIC'
        seen = f" WHEN ({SEEN})" if operation == "UPDATE" else ""
        yield (
            f'CREATE OR REPLACE TRIGGER history_{operation.lower()} AFTER {operation} ON "{base}"'
            f' REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT{seen} EXECUTE FUNCTION "{function}"()'
        )


def _grants(resource: str) -> Iterator[str]:
    """Whoever may read the history reads the columns that it may read of the record itself, of rows it sees today."""
    base, table = model_of(resource)._meta.db_table, history_table(resource)
    for (kind, role), grants in policy.GRANTS.items():
        found = grants.get(resource)
        if found is None or "history" not in found.actions.split():
            continue
        names = policy.fields(resource, f"key {found.read} system")
        read = ", ".join([*STAMP, *(f'"{column_of(resource, name)}"' for name in names)])
        yield f'GRANT SELECT ({read}) ON "{table}" TO {database_role(kind, role)}'
        yield (
            f'CREATE POLICY {database_role(kind, role)}_read ON "{table}" FOR SELECT TO {database_role(kind, role)}'
            f' USING (EXISTS(SELECT 1 FROM "{base}" b WHERE b.id = "{table}".id OFFSET 0))'
        )


def versions(caller: Caller, resource: str, key: UUID, *, limit: int = 200) -> list[dict[str, Any]] | None:
    """The changes of one record, newest first, as far as the caller may read its fields; None when it sees none.

    Each has `at`, `change` (insert, update, delete), `agency`, `purpose`, `by` and the fields that changed with
    their value before and after.
    """
    with acting_as(caller):
        if not visible(caller, resource).filter(pk=key).exists():
            return None
        rows = _rows(caller, resource, key, limit + 1)
        log_call(caller, "history", resource, subjects=[key], groups=_read_groups(caller, resource))
    older = [*rows[1:], None] if len(rows) <= limit else rows[1:]
    return [_change(row, before) for row, before in zip(rows, older, strict=False)]


def _read_groups(caller: Caller, resource: str) -> str:
    return policy.GRANTS[caller.kind, caller.role][resource].read


def _rows(caller: Caller, resource: str, key: UUID, limit: int) -> list[dict[str, Any]]:
    names = policy.readable(caller.kind, caller.role, resource)
    shown = ", ".join(f'"{column_of(resource, name)}" AS "{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT changed_at, change, changed_agency, changed_purpose, changed_by, {shown}"
            f' FROM "{history_table(resource)}" WHERE id = %s ORDER BY change_id DESC LIMIT %s',
            [key, limit],
        )
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _change(row: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    fields = [name for name in row if name not in STAMP and name not in ("id", "version", "updated_at")]
    before = before or {}
    return {
        "at": row["changed_at"],
        "change": row["change"],
        "agency": row["changed_agency"],
        "purpose": row["changed_purpose"],
        "by": json.loads(row["changed_by"]) if row["changed_by"] else None,
        "fields": {
            name: {"before": before.get(name), "after": row[name]} for name in fields if before.get(name) != row[name]
        },
    }
