"""What is done from the queue: its children are referred, many at once, and a nameless one is asked for."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from agencies.access.caller import Caller
from agencies.access.functions import call
from agencies.access.scopes import visible
from agencies.web.filters import read_uuid
from agencies.web.problems import Fault, Problem
from agencies.web.results import Result
from coordination.queue.models import QueueItem
from coordination.referrals.many import create_referrals
from coordination.referrals.pulling import request_referral

GONE = Problem("invalid", errors=[Fault("", "not_awaiting", "No child out of school awaits you under this id.")])


def refer_children(
    items: Sequence[str], *, to_agency: UUID, reason: str, by: Caller, due_on: date | None = None
) -> dict[int, Result]:
    """Refer the children of up to 1,000 items for schooling: one result an item, in order.

    Of two callers with the same item one refers the child; the other is told that it no longer awaits anybody.
    """
    keys = [_key(item) for item in items]
    children = _locked_children(keys, by)
    values = {"kind": "schooling", "to_agency": to_agency, "reason": reason, "due_on": due_on}
    wanted: dict[int, Mapping[str, Any]] = {}
    for index, key in enumerate(keys):
        if key in children:
            wanted[index] = {**values, "person": children.pop(key)}
    results = create_referrals(wanted, by=by)
    return {index: results.get(index, GONE) for index in range(len(items))}


def _key(item: str) -> UUID | None:
    try:
        return read_uuid(item)
    except ValueError:
        return None


def _locked_children(items: Sequence[UUID | None], by: Caller) -> dict[UUID, UUID]:
    """Item -> child, read again once the children are locked: whoever came first may have referred them."""
    rows = visible(by, "queue_item").filter(
        pk__in=[item for item in items if item], kind=QueueItem.Kind.CHILD_OUT_OF_SCHOOL
    )
    people = visible(by, "person").filter(pk__in=[row.person_id for row in rows])
    list(people.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    return {row.pk: row.person_id for row in rows.all()}


def first_children(count: int, region: str | None, *, by: Caller) -> list[str]:
    """The items of the first children in the queue, in its order; of a village or district only, if one is named."""
    rows = visible(by, "queue_item").filter(kind=QueueItem.Kind.CHILD_OUT_OF_SCHOOL)
    if region:
        rows = rows.filter(region__gte=region, region__lt=f"{region}/")
    keys = rows.order_by("urgency", "pk").values_list("pk", flat=True)[:count]
    return [str(key) for key in keys]


def ask_for_child(item: UUID, *, reason: str, by: Caller) -> UUID:
    """Ask Dinsos to refer the child of a nameless item; returns the pull request.

    The caller does not learn who the child is. Raises Problem when there is no such item, when it is about something
    else or about a child whom the caller may see, or (`exists`) when the caller's office has asked already.
    """
    found = visible(by, "queue_item").filter(pk=item).first()
    if found is None:
        raise Problem("not_found")
    if found.person_id or found.kind != QueueItem.Kind.CHILD_OUT_OF_SCHOOL:
        raise Problem("conflict", "Only a child out of school whom your office may not see is asked for.")
    request = request_referral(kind="schooling", reason=reason, by=by)
    if not call("ask_for_queue_item", item, request):
        raise Problem("exists")
    return request
