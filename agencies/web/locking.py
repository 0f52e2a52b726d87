"""One record locked for whoever is about to change it."""

from typing import Any
from uuid import UUID

from agencies.access.caller import Caller
from agencies.access.scopes import visible
from agencies.web.problems import Problem


def locked(by: Caller, resource: str, key: UUID) -> Any:
    """The caller's record, locked until the end of the transaction: of two callers the second sees what the first did.

    Raises Problem when the caller sees none, or sees it but may not change it.
    """
    seen = visible(by, resource).filter(pk=key)
    record = seen.select_for_update().first()
    if record is None:
        raise Problem("out_of_scope" if seen.exists() else "not_found")
    return record
