"""Indexes as the catalogue of PostgreSQL tells them: none is kept twice, for each is paid with every row."""

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db
OURS = ("agencies.", "households.", "coordination.")
# An index's columns with how each is compared; the rows that it leaves out, if any.
INDEXES = """SELECT c.relname, i.indexrelid::regclass::text, i.indisunique,
  array(SELECT k || ' ' || o FROM unnest(i.indkey::int[], i.indclass::oid[]) AS one (k, o)), i.indpred IS NULL
 FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
 JOIN pg_am m ON m.oid = x.relam WHERE m.amname = 'btree' AND i.indexprs IS NULL AND c.relname = ANY(%s)"""


def indexes():
    """(table, index, is unique, columns, is whole) of each index of our tables."""
    tables = [model._meta.db_table for model in apps.get_models() if model.__module__.startswith(OURS)]
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, [tables])
        return cursor.fetchall()


def test_no_index_repeats_the_beginning_of_another():
    found = indexes()
    assert len(found) > 100
    repeated = [
        (name, other)
        for table, name, is_unique, columns, _ in found
        for other_table, other, _, others, is_whole in found
        if other_table == table and other != name and is_whole and not is_unique and others[: len(columns)] == columns
    ]
    assert repeated == []
