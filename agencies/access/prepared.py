"""Statements that PostgreSQL parses and plans once per connection, and several of them in one message."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, models
from django.db.models.sql import InsertQuery

# SQL and the values of its parameters, by name or in order.
Statement = tuple[str, Mapping[str, Any] | Sequence[Any]]
Rows = list[tuple[Any, ...]]


@contextmanager
def preparing() -> Iterator["psycopg.Cursor[Any]"]:
    """A cursor on Django's own connection for `execute(..., prepare=True)`; its errors are Django's.

    Not for searches by a range or a beginning: their plan must be made for the value.
    """
    with connection.cursor() as cursor, connection.wrap_database_errors:
        yield psycopg.Cursor(cursor.connection)


def together(*statements: Statement) -> list[Rows]:
    """The rows of each statement; all are sent in one message, and none runs after one that failed."""
    with preparing() as first:
        cursors = [first, *(psycopg.Cursor(first.connection) for _ in statements[1:])]
        with first.connection.pipeline():
            for cursor, (sql, values) in zip(cursors, statements, strict=True):
                cursor.execute(sql, values, prepare=True)
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]


def inserting(record: models.Model) -> Statement:
    """The statement that makes a new row of a record, as `save(force_insert=True)` would."""
    query = InsertQuery(type(record))
    query.insert_values([field for field in record._meta.concrete_fields if not field.generated], [record])
    [(sql, values)] = query.get_compiler(connection=connection).as_sql()
    return sql, values


def compiled(rows: models.QuerySet[Any, Any]) -> tuple[str, dict[str, Any]]:
    """SQL whose constants are named parameters, so that it may be kept and sent with the values of each request."""
    sql, values = rows.query.get_compiler(connection=connection).as_sql()
    constants = {f"_c{number}": value for number, value in enumerate(values)}
    names = iter(constants)
    text = re.sub("%[%s]", lambda found: "%%" if found[0] == "%%" else f"%({next(names)})s", sql)
    return text, constants
