"""The referral that brought a graduate: it goes on until the last check, since its end ends what the office sees."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.scopes import visible
from agencies.calendar import end_of
from coordination.referrals.models import Referral
from coordination.referrals.services import move_referral
from coordination.referrals.transitions import WORKED
from households.register.services import stamped


def referrals_at_work(batch: UUID, by: Caller) -> Any:
    """The referrals to a batch on which the caller's office works."""
    if policy.grant(by.kind, by.role, "referral") is None:
        return Referral.objects.none()
    return visible(by, "referral").filter(batch=batch, to_agency=by.agency, status__in=WORKED)


def wait_for_check(batch: UUID, people: Iterable[UUID], due_on: date, *, by: Caller) -> None:
    """The office's next task on the referrals of these people is the next check."""
    rows = referrals_at_work(batch, by).filter(person__in=people)
    rows.update(due_at=end_of(due_on, by.city), escalated_at=None, **stamped())


def complete_referral(batch: UUID, person: UUID, *, words: str, by: Caller) -> None:
    """Nothing more is to be asked: what the referral was for is done."""
    for referral in referrals_at_work(batch, by).filter(person=person).select_for_update():
        move_referral(referral, "complete", by=by, words=words)
