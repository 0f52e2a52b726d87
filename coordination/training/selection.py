"""The selection: applicants in the order of their scores. The order decides nothing; an officer does."""

from typing import Any
from uuid import UUID

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.problems import Problem
from coordination.training.models import Application


def ranking(batch: UUID, *, by: Caller) -> list[dict[str, Any]]:
    """Those to decide about, best first: both scores added, then who applied first.

    Nobody, for whoever may not read scores. Raises Problem when the caller sees no such batch.
    """
    if not visible(by, "batch").filter(pk=batch).exists():
        raise Problem("not_found")
    if "test_score" not in policy.readable(by.kind, by.role, "application"):
        return []
    rows = visible(by, "application").filter(batch=batch, status__in=Application.LIVE)
    found = sorted(rows, key=lambda row: (-points(row), row.created_at, row.pk))
    log_call(by, "list", "application", subjects=[row.person_id for row in found], groups="state selection")
    return [
        {"place": place, "points": points(row), "person": row.person_id}
        | {name: getattr(row, name) for name in ("id", "status", "test_score", "interview_score")}
        for place, row in enumerate(found, 1)
    ]


def points(application: Application) -> int:
    """Test and interview together, 0 to 200; what was not held counts nothing."""
    return (application.test_score or 0) + (application.interview_score or 0)
