"""What a referral opens to its receiver, and closes when it ends."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.log import log_call, logging
from agencies.access.prepared import Statement, inserting, together
from coordination.referrals.models import Referral
from households.register.models import Person, Share
from households.register.services import SCHOOL_AGE_LIMIT, guardian_of

SHARE_DAYS = 180
ADULT = 18


def open_share(referral: Referral, *, by: Caller) -> UUID:
    """Let the receiver see the person, and of a child one guardian, for the kind of the referral."""
    family = Person.objects.filter(household=referral.household_id).order_by("birth_date")
    share = share_for(referral, list(family))
    together(inserting(share), opened(share, by=by))
    return share.id


def share_for(referral: Referral, family: Iterable[Person]) -> Share:
    """What a referral opens to its receiver, given everybody of the household; not yet stored."""
    today = timezone.localdate()
    return Share(
        id=new_id(),
        household_id=referral.household_id,
        agency_id=referral.to_agency_id,
        purpose=referral.kind,
        subjects=_subjects(referral, [person for person in family if person.status == "alive"], today),
        until=max(today + timedelta(days=SHARE_DAYS), referral.due_on or today),
    )


def opened(share: Share, *, by: Caller) -> Statement:
    """The statement that puts the opening of a share on record: which, of whom, and for which purpose."""
    return logging(by, "open", "share", subjects=[share.id, share.household_id, *share.subjects], groups=share.purpose)


def _subjects(referral: Referral, people: Sequence[Person], today: date) -> list[UUID]:
    """The person first: shares follow whom they name first into another household."""
    person = next(p for p in people if p.pk == referral.person_id)
    dependent_until = SCHOOL_AGE_LIMIT if referral.kind == Referral.Kind.SCHOOLING else ADULT - 1
    return [person.pk, *(guardian_of(people, today) if person.age(today) <= dependent_until else [])]


def end_share(referral: Referral, *, status: str, by: Caller) -> None:
    """Close what the referral opened, if it did; the receiver's next request no longer sees the person."""
    if referral.share_id is None:
        return
    open_share = Share.objects.filter(pk=referral.share_id, closed_at=None)
    if open_share.update(closed_at=Now(), closed_reason=f"referral {status}"):
        subjects = [referral.share_id, referral.household_id, referral.person_id]
        log_call(by, "close", "share", subjects=subjects, groups=referral.kind)
