"""Times the product's own statements in one city: under its role and as owner, with and without log, first and deep.

Runs as `python -m bench.statements REPEATS` in the environment of one city and prints JSON: milliseconds.
"""

import json
import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any
from uuid import UUID

import django
import psycopg

from agencies.access.caller import ENTER, Caller
from agencies.access.documents import Question, log_values, page_statement

VILLAGE = "62.71.03.1002"
LOGGED = re.compile(r", logged AS \(INSERT.*? FROM answer\)", re.DOTALL)
KEYS = {"social": 1, "education": 2}
PURPOSES = {"social": "registry", "education": "schooling"}
Ask = Callable[[str, Mapping[str, Any]], None]


def main() -> None:
    """Every statement in turn, again and again, so that the machine's moods fall on all alike."""
    django.setup()
    repeats = int(sys.argv[1])
    with _connection("DATABASE_URL") as app, _connection("DATABASE_OWNER_URL") as owner:
        calls = {name: call for kind in KEYS for name, call in _calls(kind, app, owner).items()}
        times: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(repeats):
            for name, call in calls.items():
                began = time.perf_counter()
                call()
                times[name].append((time.perf_counter() - began) * 1000)
    print(json.dumps({name: median(values) for name, values in times.items()}))


def _connection(name: str) -> "psycopg.Connection[Any]":
    return psycopg.connect(os.environ[name], autocommit=True)


def _calls(kind: str, app: Any, owner: Any) -> dict[str, Callable[[], None]]:
    """The calls of one office by name."""

    def call(connection: Any, role: str | None, log: bool, **asked: Any) -> Callable[[], None]:
        lookups = tuple(sorted(set(asked) - {"after"}))
        sql, constants = page_statement(Question(kind, "officer", "household", lookups, "after" in asked))
        values = {**_values(kind, role), **constants, **asked, "_after": asked.get("after")}
        return lambda: _run(connection, sql if log else LOGGED.sub("", sql), values)

    one = {"id": UUID(f"01900000-0000-7000-8000-{100:012x}")}
    middle = UUID(f"01900000-0000-7000-8000-{_households(owner) // 2:012x}")
    return {
        f"{kind} list": call(app, None, True, region=VILLAGE),
        f"{kind} list without log": call(app, None, False, region=VILLAGE),
        f"{kind} list without net": call(owner, "none", True, region=VILLAGE),
        f"{kind} list deep": call(app, None, True, region=VILLAGE, after=middle),
        f"{kind} whole list": call(app, None, True),
        f"{kind} whole list deep": call(app, None, True, after=middle),
        f"{kind} read": call(app, None, True, **one),
        f"{kind} read without log": call(app, None, False, **one),
        f"{kind} read without net": call(owner, "none", True, **one),
    }


def _values(kind: str, role: str | None) -> dict[str, Any]:
    caller = Caller(
        kind, "officer", UUID(f"01800000-0000-7000-8000-{KEYS[kind]:012x}"), "62.71", purpose=PURPOSES[kind]
    )
    values = {**caller.settings, **log_values(caller, "list", "household", ""), "_limit": 50, "_asked": []}
    return values if role is None else {**values, "_role": role}


def _run(connection: Any, sql: str, values: Mapping[str, Any]) -> None:
    with connection.pipeline():
        connection.execute(ENTER, values, prepare=True)
        if not connection.execute(sql, values, prepare=True).fetchone()[1]:
            raise RuntimeError("a measured statement found nothing")


def _households(owner: Any) -> int:
    return int(owner.execute("SELECT count(*) FROM register_household").fetchone()[0])


if __name__ == "__main__":
    main()
