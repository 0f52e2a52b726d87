"""Statements that PostgreSQL parses and plans once per connection, and several of them in one message."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections, models
from django.db.models.expressions import DatabaseDefault
from django.db.models.sql import InsertQuery

# SQL and the values of its parameters, by name or in order.
Statement = tuple[str, Mapping[str, Any] | Sequence[Any]]
Rows = list[tuple[Any, ...]]


@contextmanager
def preparing() -> Iterator["psycopg.Cursor[Any]"]:
    """A cursor on Django's own connection for `execute(..., prepare=True)`; its errors are Django's.

    Not for searches by a range or a beginning: their plan must be made for the value.
    """
    django = connections[DEFAULT_DB_ALIAS]
    django.ensure_connection()
    with django.wrap_database_errors:
        yield psycopg.Cursor(django.connection)


def together(*statements: Statement) -> list[Rows]:
    """The rows of each statement; all are sent in one message, and none runs after one that failed."""
    if not statements:
        return []
    with preparing() as first:
        if len(statements) == 1:
            first.execute(*statements[0], prepare=True)
            return [_rows(first)]
        cursors = [first, *(psycopg.Cursor(first.connection) for _ in statements[1:])]
        with first.connection.pipeline():
            for cursor, (sql, values) in zip(cursors, statements, strict=True):
                cursor.execute(sql, values, prepare=True)
        return [_rows(cursor) for cursor in cursors]


def _rows(cursor: "psycopg.Cursor[Any]") -> Rows:
    """Its rows; none of a statement that gives none. The cursor's own description would cost as much as a row."""
    return cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []


def first_of_call(sql: str, values: Mapping[str, Any]) -> Rows:
    """The rows of a call's first statement; a connection that died since the last call is made anew for it."""
    connection.health_check_done = True  # type: ignore[attr-defined] # Django's own: a message before every call
    try:
        return together((sql, values))[0]
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block or connection.is_usable():
            raise
    connection.close()
    return together((sql, values))[0]


def inserting(record: models.Model) -> Statement:
    """The statement that makes a new row of a record, as `save(force_insert=True)` would."""
    columns, words, values = [], [], []
    for field in record._meta.concrete_fields:
        if not field.generated:
            value = getattr(record, field.attname)
            is_plain = not hasattr(value, "resolve_expression")
            columns.append(f'"{field.column}"')
            words.append("%s" if is_plain else _expressed(value, record))
            values += [field.get_db_prep_save(value, connection)] if is_plain else []
    return f'INSERT INTO "{record._meta.db_table}" ({", ".join(columns)}) VALUES ({", ".join(words)})', values


def _expressed(value: Any, record: models.Model) -> str:
    """What PostgreSQL sets itself: the column's default, or the time."""
    if isinstance(value, DatabaseDefault):
        return "DEFAULT"
    sql, _ = InsertQuery(type(record)).get_compiler(connection=connection).compile(value)
    return str(sql)


def compiled(rows: models.QuerySet[Any, Any], prefix: str = "_c") -> tuple[str, dict[str, Any]]:
    """SQL whose constants are named parameters, so that it may be kept and sent with the values of each request."""
    sql, values = rows.query.get_compiler(connection=connection).as_sql()
    constants = {f"{prefix}{number}": value for number, value in enumerate(values)}
    names = iter(constants)
    text = re.sub("%[%s]", lambda found: "%%" if found[0] == "%%" else f"%({next(names)})s", sql)
    return text, constants
