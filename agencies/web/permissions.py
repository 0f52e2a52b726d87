"""The table's answer to an HTTP call: action granted, scope in the token, purpose stated and covered."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from agencies.access import policy
from agencies.access.log import log_refusal
from agencies.web.authentication import caller_of
from agencies.web.problems import Problem

SAFE = ("list", "read", "history", "lookup", "reveal", "match", "gaps", "export")


class Granted(BasePermission):
    """Default permission of every view: without a row in the table nobody may do anything."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """True, or raises the Problem that says what is missing."""
        caller, action = caller_of(request), view.granted_action
        if caller is None:
            return False  # answered as 401
        if not policy.allows(caller.kind, caller.role, view.resource, action):
            _refuse(caller, action, view.resource, "not_granted")
        verb = "read" if action in SAFE else "write"
        if (needed := f"{view.scope_name}:{verb}") not in caller.scopes:
            _refuse(caller, action, view.resource, "scope_missing", f"Needed: {needed}")
        if view.is_personal and not caller.purpose:
            stated = request.headers.get("X-Purpose", "")
            _refuse(caller, action, view.resource, "purpose_not_covered" if stated else "purpose_missing")
        return True


def _refuse(caller: Any, action: str, resource: str, code: str, detail: str = "") -> None:
    log_refusal(caller, action, resource, code)
    raise Problem(code, detail)
