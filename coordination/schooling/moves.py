"""Moving a case: under the lock of its referral, along the table, and on record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.scopes import visible
from agencies.web.problems import Problem
from coordination.referrals.models import Referral
from coordination.referrals.services import author_of
from coordination.referrals.transitions import WORKED
from coordination.schooling.models import CaseMove, SchoolingCase
from coordination.schooling.transitions import allowed_moves, state_after
from households.register.services import stamped


def locked_case(key: UUID, *, by: Caller) -> SchoolingCase:
    """The case with its referral, both locked, the referral first as every move of the two offices does.

    Raises Problem when the caller sees none, or when the work on the referral rests.
    """
    rows = visible(by, "schooling_case").filter(pk=key)
    link = rows.values_list("referral_id", flat=True).first()
    if link is None:
        raise Problem("not_found")
    referral: Referral = visible(by, "referral").select_for_update().get(pk=link)
    case: SchoolingCase | None = rows.select_for_update().first()
    if case is None:
        raise Problem("not_found")
    if referral.status not in WORKED:
        raise Problem("conflict", f"The referral is {referral.status}.")
    case.referral = referral
    return case


def locked_cases(keys: Sequence[UUID], *, by: Caller) -> dict[UUID, SchoolingCase]:
    """Those of the cases that the caller sees, locked."""
    rows = visible(by, "schooling_case").filter(pk__in=keys)
    return {row.pk: row for row in rows.select_for_update().order_by("pk")}


def move_case(case: SchoolingCase, name: str, *, by: Caller, words: str = "", to: str = "", **changes: Any) -> None:
    """Make one move of the life cycle on a locked case, with the columns that it sets; `to` is a stated outcome.

    Raises Problem with the allowed moves when this one is not possible now.
    """
    status = state_after(name, case.status) or to
    rows = SchoolingCase.objects.filter(pk=case.pk, status=case.status)
    if not rows.update(status=status, **changes, **stamped()):
        raise Problem("transition_refused", allowed=allowed_moves(SchoolingCase.objects.get(pk=case.pk).status))
    step(case, name, status, by=by, words=words).save(force_insert=True)


def step(
    case: SchoolingCase, name: str, status: str, *, by: Caller, words: str = "", before: str | None = None
) -> CaseMove:
    """A move for the record, not yet stored; `before` is the state that it started from, if not the case's."""
    return CaseMove(
        id=new_id(),
        case_id=case.pk,
        name=name,
        from_status=case.status if before is None else before,
        to_status=status,
        author=author_of(by),
        words=words,
    )
