"""The desk: pages on which officers do the day's work, through the very services of the API."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import DatabaseError, transaction

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.scopes import visible
from agencies.web.admin import acting
from agencies.web.problems import KINDS, Problem, as_problem


def at_desk(resource: str = "", action: str = "") -> Caller:
    """The officer whose work this is. Raises PermissionDenied for others, and where the table does not grant it."""
    caller = acting()
    granted = not resource or policy.allows(caller.kind, caller.role, resource, action)
    if not (policy.works_at_desk(caller.kind, caller.role) and granted):
        raise PermissionDenied
    return caller


def offices(caller: Caller, kind: str) -> list[tuple[Any, str]]:
    """The offices of a kind that work for the caller's city, its province's among them."""
    rows = visible(caller, "agency").filter(kind=kind, is_active=True, region__in=[caller.city, caller.city[:2]])
    return list(rows.order_by("-region", "name").values_list("pk", "name"))


def attempt(work: Callable[..., Any], *given: Any) -> Problem | None:
    """Do the work, or tell why it was refused; a refused one leaves nothing behind, and the page goes on."""
    try:
        with transaction.atomic():
            work(*given)
    except (Problem, DatabaseError, ObjectDoesNotExist) as fault:
        problem = as_problem(fault)
        if KINDS[problem.code].status >= 500:  # nothing that an officer could mend
            raise
        return problem
    return None
