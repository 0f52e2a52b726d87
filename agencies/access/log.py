"""The access log: a row for each call, written with its work, and one for each call that was refused."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

from agencies.access.caller import Caller
from agencies.access.documents import LOG, log_values
from agencies.access.prepared import Statement, together


def logging(
    caller: Caller,
    action: str,
    resource: str,
    *,
    subjects: Sequence[UUID] = (),
    groups: str = "",
    count: int | None = None,
) -> Statement:
    """The statement that logs a call, to travel with those of the call itself."""
    values = {
        **log_values(caller, action, resource, groups),
        "_count": len(subjects) if count is None else count,
        "_subjects": list(subjects),
    }
    return f"{LOG}, 'granted', %(_count)s, %(_subjects)s::uuid[]", values


def log_call(
    caller: Caller,
    action: str,
    resource: str,
    *,
    subjects: Sequence[UUID] = (),
    groups: str = "",
    count: int | None = None,
) -> None:
    """Log a call inside the caller's transaction; the row commits with the work or not at all."""
    together(logging(caller, action, resource, subjects=subjects, groups=groups, count=count))


def log_refusal(caller: Caller, action: str, resource: str, decision: str, subjects: Sequence[UUID] = ()) -> None:
    """Log what was refused, in a transaction of its own: the refused one is rolled back."""
    values = {
        **log_values(caller, action, resource, ""),
        "_decision": decision,
        "_subjects": list(subjects),
        "_agency": str(caller.agency),
        "_city": caller.city,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.agency', %(_agency)s, true), set_config('app.city', %(_city)s, true)",
            values,
        )
        cursor.execute(f"{LOG}, %(_decision)s, 0, %(_subjects)s::uuid[]", values)
