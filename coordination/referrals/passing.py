"""Passing a referral on to another office: it ends at the one, and goes on at the other as a new request."""

from uuid import UUID

from django.db import IntegrityError
from django.db.models.functions import Now

from agencies.access.caller import Caller, standing_in
from agencies.access.identifiers import new_id
from agencies.access.scopes import visible
from agencies.calendar import working_calendar
from agencies.models import Agency
from agencies.web.problems import Fault, Problem
from coordination.referrals.due import first_due
from coordination.referrals.models import Referral
from coordination.referrals.services import check_receiver, make_move, move_row, referable
from coordination.referrals.shares import open_share
from coordination.referrals.transitions import checked_move


def transfer_referral(referral: Referral, *, to_agency: UUID, words: str, by: Caller) -> None:
    """End a locked referral as transferred, and ask another office of the right kind in the sender's name.

    The first office keeps its own past and sees nothing of what follows; the new request names what it continues.
    Raises Problem when the move is not possible for the caller, or when that office cannot take it.
    """
    move = checked_move(referral, "transfer", by)
    person = visible(by, "person").get(pk=referral.person_id)
    check_receiver(referral.kind, to_agency, person.city, by)
    if to_agency == referral.to_agency_id:
        raise Problem("invalid", errors=[Fault("/to_agency", "has_it", "This office has the referral already.")])
    make_move(referral, "transfer", move, by=by, words=words)
    following = _following(referral, to_agency, person.household_id)
    if by.agency == referral.from_agency_id:
        _ask(following, by, by, words)
        return
    sender: Agency = visible(by, "agency").get(pk=referral.from_agency_id)
    with standing_in(kind=sender.kind, role="caretaker", agency=sender.pk, city=sender.region_id) as desk:
        _ask(following, desk, by, words)


def _following(referral: Referral, to_agency: UUID, household: UUID) -> Referral:
    return Referral(
        id=new_id(),
        from_agency_id=referral.from_agency_id,
        to_agency_id=to_agency,
        household_id=household,
        person_id=referral.person_id,
        kind=referral.kind,
        reason=referral.reason,
        due_on=referral.due_on,
        continues_id=referral.pk,
        status=Referral.Status.REQUESTED,
    )


def _ask(following: Referral, desk: Caller, mover: Caller, words: str) -> None:
    """The new request, as the sender's desk makes it; on record stands who passed it on."""
    referable(following.person_id, desk)
    following.share_id = open_share(following, by=desk)
    following.sent_at = Now()
    following.due_at = first_due(following.kind, desk.city, working_calendar())
    try:
        following.save(force_insert=True)
    except IntegrityError as fault:  # whether it has the same request open is not for the first office to know
        raise Problem("conflict", "This office cannot take the referral now.") from fault
    step = move_row(following, "transfer", following.status, by=mover, words=words, before="")
    step.save(force_insert=True)
