"""Times the import of a whole register file into an empty city beside a bare COPY of the rows that it makes."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from bench.databases import City
from coordination.sandbox import provision
from coordination.sandbox.postgres import CHECKOUT

FILE = CHECKOUT / "households" / "intake" / "samples" / "register_2022.csv.gz"
TABLES = tuple(
    f"register_{name}" for name in ("household", "familycard", "person", "membership", "assessment", "listing")
)
TOLD = re.compile(r"accepted (\d+),.* in ([\d.]+) s")
COLUMNS = """SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
 WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"""
Rows = dict[str, tuple[str, bytes]]


@dataclass(frozen=True)
class Imported:
    """Seconds of the job that takes a file in, of the same file again, and of a bare COPY of the rows it made."""

    people: int
    first: float
    again: float
    bare: float


def imported(empty: City) -> Imported:
    """One import with both nets, log and history; the COPY keeps keys, indexes and constraints, nothing else."""
    with _copy_of(empty, "bench_import") as city:
        people, first = _import(city)
        _, again = _import(city)
        rows = _rows(city)
    with _copy_of(empty, "bench_bare") as city:
        return Imported(people, first, again, _bare_copy(city, rows))


@contextmanager
def _copy_of(empty: City, name: str) -> Iterator[City]:
    city = City(empty.cluster, name, 0)
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with provision.administration(empty.cluster.admin_url) as admin:
        admin.execute(drop)
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(empty.name), sql.Identifier(provision.OWNER)
            )
        )
    provision.provision(city.cluster.admin_url, database=name)
    _manage(city, "apply_access")
    try:
        yield city
    finally:
        with provision.administration(empty.cluster.admin_url) as admin:
            admin.execute(drop)


def _import(city: City) -> tuple[int, float]:
    told = TOLD.search(_manage(city, "import_register", str(FILE), "--city", "62.71", "--period", "2022-12-31"))
    if told is None:
        raise RuntimeError("the import did not say how long it took")
    return int(told[1]), float(told[2])


def _manage(city: City, *words: str) -> str:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=CHECKOUT, env=city.environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _rows(city: City) -> Rows:
    with provision.connect(city.admin_url) as admin:
        return {table: _read(admin, table) for table in TABLES}


def _read(admin: Any, table: str) -> tuple[str, bytes]:
    [columns] = admin.execute(COLUMNS, [table]).fetchone()
    with admin.cursor() as cursor, cursor.copy(f"COPY (SELECT {columns} FROM {table} ORDER BY id) TO STDOUT") as copy:
        return columns, b"".join(bytes(part) for part in copy)


def _bare_copy(city: City, rows: Rows) -> float:
    with provision.connect(city.admin_url) as admin:
        for table in TABLES:
            admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        admin.execute("CHECKPOINT")
        began = time.perf_counter()
        with admin.transaction(), admin.cursor() as cursor:
            for table, (columns, content) in rows.items():
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write(content)
        return time.perf_counter() - began
