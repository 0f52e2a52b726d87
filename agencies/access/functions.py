"""Functions that PostgreSQL runs with the rights of its owner: what they may look at, their caller may not."""

from typing import Any

from django.db import connection


def call(name: str, *values: Any) -> Any:
    """The one value that a function of the database gives; the table's FUNCTIONS say who may call it."""
    with connection.cursor() as cursor:
        cursor.callproc(name, values)
        row = cursor.fetchone()
    return row[0] if row else None
