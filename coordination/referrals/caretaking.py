"""What happens to referrals by itself: overdue ones are escalated, forgotten ones end, cancelled batches end theirs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now, TruncDate

from agencies.access import policy
from agencies.access.caller import Caller, acting_as
from agencies.access.identifiers import new_id
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.models import Agency
from coordination.referrals.models import Referral, ReferralMove
from coordination.referrals.offers import give_up_offer
from coordination.referrals.services import author_of
from coordination.referrals.transitions import CLOCKED, EVENTS, RUNNING
from coordination.training.batches import move_batch
from households.register.models import Share
from households.register.services import stamped

AT_ONCE = 1000
SYSTEM = "system"
EXPIRED = "Batas waktu berbagi data lewat sebelum pekerjaan selesai."
BATCH_CANCELLED = "Angkatan pelatihan dibatalkan."


def take_care() -> int:
    """Do what has fallen due for every sending office; returns how many referrals were touched."""
    touched = 0
    for agency, city in Agency.objects.filter(kind=Agency.Kind.SOCIAL).values_list("pk", "region_id"):
        by = Caller(
            kind=Agency.Kind.SOCIAL,
            role="caretaker",
            agency=agency,
            city=city,
            initiator=SYSTEM,
            purpose="casework",
            basis=policy.PURPOSES["casework"].basis,
        )
        with acting_as(by):
            touched += escalate_overdue(by=by) + expire_forgotten(by=by)
    return touched


def escalate_overdue(*, by: Caller) -> int:
    """Mark what is past its due time for the supervisor, once; set-wise, up to a thousand at a time."""
    overdue = visible(by, "referral").filter(escalated_at=None, status__in=CLOCKED, due_at__lt=Now())
    found = _free(overdue)
    if found:
        Referral.objects.filter(pk__in=[row.pk for row in found]).update(escalated_at=Now(), **stamped())
        _record(found, "escalate", "", by, "")
        log_call(by, "escalate", "referral", subjects=[row.pk for row in found])
    return len(found)


def expire_forgotten(*, by: Caller) -> int:
    """End what nobody finished while its share lasted: the person comes back to the sender's desk, not to nowhere."""
    mine = visible(by, "referral").filter(status__in=RUNNING)
    found = _free(mine.filter(share__closed_at=None, share__until__lt=TruncDate(Now())))
    _end(found, "expire", EXPIRED, by)
    for row in found:
        give_up_offer(row, by=by)
    return len(found)


def cancel_batch(key: UUID, *, by: Caller) -> UUID:
    """Cancel a batch, and with it every open referral to it: nobody waits for a course that does not take place."""
    if not policy.allows(by.kind, by.role, "referral", "change"):  # a partner: nobody is referred to its batches
        return move_batch(key, "cancel", by=by)
    concerned = Referral.objects.none()  # nobody refers to a provider without a desk for it
    if policy.allows(by.kind, by.role, "referral", "change"):
        concerned = visible(by, "referral").filter(batch=key, status__in=RUNNING)
    list(concerned.select_for_update().order_by("pk"))  # before the batch, as every other move of them does
    move_batch(key, "cancel", by=by)
    _end(list(concerned.order_by("pk")), "batch_cancelled", BATCH_CANCELLED, by)
    return key


def _free(rows: QuerySet[Any]) -> list[Referral]:
    """Locked rows that nobody is moving right now; the others are looked at next time."""
    return list(rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:AT_ONCE])


def _end(found: Sequence[Referral], name: str, words: str, by: Caller) -> None:
    if not found:
        return
    status, keys = EVENTS[name].to, [row.pk for row in found]
    changes = {"status": status, "ended_at": Now(), "outcome": words, "due_at": None}
    Referral.objects.filter(pk__in=keys).update(**changes, **stamped())
    _record(found, name, status, by, words)
    shares = Share.objects.filter(pk__in=[row.share_id for row in found], closed_at=None)
    closed = list(shares.values_list("pk", flat=True))
    shares.filter(pk__in=closed).update(closed_at=Now(), closed_reason=f"referral {status}")
    log_call(by, name, "referral", subjects=[*keys, *(row.person_id for row in found)])
    log_call(by, "close", "share", subjects=[*closed, *(row.person_id for row in found if row.share_id in closed)])


def _record(found: Sequence[Referral], name: str, status: str, by: Caller, words: str) -> None:
    """One row a move; what happens by itself bears no agency."""
    by_itself = by.initiator == SYSTEM
    ReferralMove.objects.bulk_create(
        ReferralMove(
            id=new_id(),
            referral_id=row.pk,
            name=name,
            from_status=row.status,
            to_status=status or row.status,
            agency_id=None if by_itself else by.agency,
            author=author_of(by),
            words=words,
        )
        for row in found
    )
