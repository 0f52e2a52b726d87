"""Statements that PostgreSQL parses and plans once per connection: what every call asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def preparing() -> Iterator["psycopg.Cursor[Any]"]:
    """A cursor on Django's own connection for `execute(..., prepare=True)`; its errors are Django's.

    Not for searches by a range or a beginning: their plan must be made for the value.
    """
    with connection.cursor() as cursor, connection.wrap_database_errors:
        yield psycopg.Cursor(cursor.connection)
