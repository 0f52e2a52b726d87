"""What a call about many things answers: one result each, in their order."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from agencies.web.calls import listing, record, text
from agencies.web.problems import KINDS, Problem

Result = UUID | Problem
RESULTS = record(
    "results",
    results=listing(
        record(
            "index status",
            index={"type": "integer"},
            status=text(enum=["done", "refused"]),
            id=text(format="uuid"),
            problem=record(
                "code title",
                code=text(),
                title=text(),
                detail=text(),
                allowed=listing(text()),
                errors=listing(record("pointer code detail", pointer=text(), code=text(), detail=text())),
            ),
        )
    ),
)


def told(results: Mapping[int, Result]) -> dict[str, list[dict[str, Any]]]:
    """The body of the answer: for each item `done` with the id, or `refused` with why."""
    return {"results": [{"index": index, **_one(results[index])} for index in sorted(results)]}


def _one(found: Result) -> dict[str, Any]:
    if isinstance(found, UUID):
        return {"status": "done", "id": found}
    problem: dict[str, Any] = {"code": found.code, "title": KINDS[found.code].title_en}
    if found.detail:
        problem["detail"] = found.detail
    if found.errors:
        problem["errors"] = [asdict(fault) for fault in found.errors]
    if "allowed" in found.extra:
        problem["allowed"] = found.extra["allowed"]
    return {"status": "refused", "problem": problem}


def tried(work: Callable[[], UUID]) -> Result:
    """What `work` returns, or the Problem that refuses it; a refused one leaves nothing behind."""
    try:
        with transaction.atomic():
            return work()
    except Problem as problem:
        return problem
    except IntegrityError:
        return Problem("exists")
