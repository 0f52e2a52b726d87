"""Making anew, under the key that writes, what older keys sealed: batch by batch, while the service runs.

A batch is one transaction, so that a run that was killed leaves whole rows and the next goes on with the rest.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import connection, transaction

from agencies.access.locks import ROTATION, lock
from agencies.access.vault import fingerprint, seal, unseal

RESEALING = "app.resealing"
Cells = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of sealed values, and the column of their digests, made for `kind`, if they are looked up."""

    column: str
    digest: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with sealed values. Each is bound to `table.column.id`; history keeps those of its base table."""

    base: str
    columns: tuple[Sealed, ...]
    batch: int = 500
    history: bool = False

    @property
    def name(self) -> str:
        """The table itself."""
        return f"{self.base}_history" if self.history else self.base

    @property
    def key(self) -> tuple[str, str]:
        """What tells its rows apart, and of which type."""
        return ("change_id", "bigint") if self.history else ("id", "uuid")

    @property
    def stored(self) -> list[str]:
        """Every column that a key made."""
        return [name for one in self.columns for name in (one.column, one.digest) if name]

    @property
    def stale(self) -> str:
        """The condition under which a row holds something of an older key."""
        return f"({' OR '.join(f'substr({name}, 1, 1) = ANY(%(older)s)' for name in self.stored)})"


@dataclass(slots=True)
class Done:
    """How many rows were made anew, and which cannot be opened: damaged, or moved from another place."""

    rows: int = 0
    damaged: list[str] = field(default_factory=list)


@contextmanager
def nobody_importing() -> Iterator[None]:
    """Wait for what takes whole files in, and keep it waiting."""
    with transaction.atomic():
        lock(ROTATION)
        yield


def reseal(table: SealedTable, tell: Callable[[int], object]) -> Done:
    """Go through a table once; `tell` hears how many rows are done after each batch.

    Rows that somebody holds locked are left for the next time. Nothing of it shows in the history.
    """
    done, after = Done(), None
    while found := _batch(table, after, done):
        after = found[-1][0]
        tell(done.rows)
    return done


def _batch(table: SealedTable, after: Any, done: Done) -> list[Cells]:
    key, key_type = table.key
    beyond = f"{key} > %(after)s AND " if after is not None else ""
    with transaction.atomic(), connection.cursor() as cursor:
        lock(ROTATION)
        cursor.execute("SELECT set_config(%s, 'on', true)", [RESEALING])
        cursor.execute(
            f"SELECT {key}, id, {', '.join(table.stored)} FROM {table.name} WHERE {beyond}{table.stale}"
            f" ORDER BY {key} LIMIT {table.batch} FOR UPDATE SKIP LOCKED",
            {"older": _older(), "after": after},
        )
        found = list(cursor.fetchall())
        fresh = [cells for row in found if (cells := _anew(table, row, done))]
        if fresh:
            names = table.stored
            arrays = ", ".join(["%s::" + key_type + "[]", *["%s::bytea[]"] * len(names)])
            cursor.execute(
                f"UPDATE {table.name} t SET {', '.join(f'{name} = v.{name}' for name in names)}"
                f" FROM unnest({arrays}) AS v(k, {', '.join(names)}) WHERE t.{key} = v.k",
                [list(column) for column in zip(*fresh, strict=True)],
            )
            _log(table, cursor, len(fresh))
        done.rows += len(fresh)
    return found


def _anew(table: SealedTable, row: Cells, done: Done) -> list[Any] | None:
    """The row's key and its values under the key that writes; None, and a word about it, when one cannot be opened."""
    key, record, *stored = row
    old, new = dict(zip(table.stored, stored, strict=True)), {}
    for one in table.columns:
        place = f"{table.base}.{one.column}.{record}"
        try:
            plain = None if old[one.column] is None else unseal(old[one.column], place)
        except (InvalidTag, KeyError, IndexError):
            done.damaged.append(f"{table.name} {key}: {one.column}")
            return None
        new[one.column] = None if plain is None else seal(plain, place)
        if one.digest:
            known = plain if old[one.digest] else None
            new[one.digest] = fingerprint(one.kind, known.decode()) if known else old[one.digest]
    return [key, *(new[name] for name in table.stored)]


def _log(table: SealedTable, cursor: Any, count: int) -> None:
    cursor.execute(
        "INSERT INTO access_accessrecord (city, initiator, purpose, basis, action, resource, decision, subjects,"
        " fields, count, request_id)"
        " VALUES ('', 'command line', '', '', 'rotate_keys', %s, 'granted', '{}', %s, %s, '')",
        [table.base, " ".join(table.stored), count],
    )


def _older() -> list[bytes]:
    return [bytes([number]) for number in settings.KEYS.now.older]


def still_older(table: SealedTable) -> int:
    """How many rows of a table need a key before the one that writes."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table.name} WHERE {table.stale}", {"older": _older()})
        return int(cursor.fetchone()[0])


def this_moment() -> str:
    """A mark between what has begun to write and what has not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        return str(cursor.fetchone()[0])


def is_over(moment: str) -> bool:
    """Whether all that had begun to write before a moment has ended, so that a count sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot()) > %s::xid8", [moment])
        return bool(cursor.fetchone()[0])
