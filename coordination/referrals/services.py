"""What is done with referrals: one function, one use case, one transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.prepared import inserting, together
from agencies.access.scopes import visible
from agencies.calendar import end_of, working_calendar
from agencies.models import Agency
from agencies.web.problems import Fault, Problem
from coordination.referrals.due import clock_of, first_due
from coordination.referrals.faults import person_fault, receiver_fault, refuse
from coordination.referrals.models import Note, Referral, ReferralMove
from coordination.referrals.offers import give_up_offer, offer_fault, reserve_offer
from coordination.referrals.parties import Parties, read_parties
from coordination.referrals.shares import end_share, open_share, opened, share_for
from coordination.referrals.transitions import ENDED, RUNNING, WORKED, Move, allowed_moves, checked_move
from households.register.models import Person, Share
from households.register.services import stamped


def create_referral(
    *,
    kind: str,
    person: UUID,
    to_agency: UUID,
    reason: str,
    by: Caller,
    due_on: Any = None,
    batch: UUID | None = None,
    place: UUID | None = None,
    send: bool = True,
) -> UUID:
    """A new referral, sent at once unless it is to stay a draft.

    Raises Problem when the receiver does not do this kind of work in the caller's city, when the person is not
    alive or too young, when the batch takes nobody, or (`exists`) when the same request is open already.
    """
    parties = read_parties(person=person, to_agency=to_agency, by=by)
    refuse(person_fault(parties.person) or receiver_fault(parties.receiver, kind, parties.person.city))
    refuse(offer_fault(parties.receiver, batch=batch, place=place, by=by))
    referral = Referral(
        id=new_id(),
        from_agency_id=by.agency,
        to_agency_id=to_agency,
        household_id=parties.person.household_id,
        person=parties.person,
        kind=kind,
        reason=reason,
        due_on=due_on,
        batch_id=batch,
        place_id=place,
    )
    if send:
        _insert_sent(referral, parties, by)
    else:
        together(inserting(referral), inserting(move_row(referral, "create", referral.status, by=by, before="")))
    return referral.id


def _insert_sent(referral: Referral, parties: Parties, by: Caller) -> None:
    """A referral that was never a draft, with its share, in one message; then the seat or place that it names."""
    share = share_for(referral, parties.family)
    referral.status, referral.sent_at, referral.share = Referral.Status.REQUESTED, Now(), share
    referral.due_at = first_due(referral.kind, by.city, working_calendar())
    step = move_row(referral, "send", referral.status, by=by, before="")
    together(inserting(share), inserting(referral), inserting(step), opened(share, by=by))
    reserve_offer(referral, parties.person, by=by)


def referable(person: UUID, by: Caller) -> Person:
    """The person. Raises Problem when nobody may be asked to act for them."""
    found: Person = visible(by, "person").get(pk=person)
    refuse(person_fault(found))
    return found


def check_receiver(kind: str, to_agency: UUID, city: str, by: Caller) -> Agency:
    """The receiver, able and allowed to take it. Raises Problem when it does not do this kind of work for that city."""
    receiver: Agency = visible(by, "agency").get(pk=to_agency)
    refuse(receiver_fault(receiver, kind, city))
    return receiver


def change_referral(referral: Referral, values: Mapping[str, Any], *, by: Caller) -> None:
    """Change the request while it runs. Raises Problem when it has ended, or names what the caller may not set."""
    allowed = policy.writable(by.kind, by.role, "referral")
    if refused := sorted(set(values) - set(allowed)):
        errors = [Fault(f"/{name}", "not_writable", "Not a field that you may set.") for name in refused]
        raise Problem("invalid", errors=errors)
    if referral.status in ENDED:
        raise Problem("conflict", "This referral has ended.")
    share = Share.objects.filter(pk=referral.share_id).first()
    if share and values.get("due_on") and values["due_on"] > share.until:
        raise Problem("conflict", f"The receiver sees the person until {share.until}.")
    Referral.objects.filter(pk=referral.pk).update(**values, **_new_due(referral, values, by), **stamped())


def _new_due(referral: Referral, values: Mapping[str, Any], by: Caller) -> dict[str, Any]:
    """The day that the sender names is the day by which the work is due."""
    if referral.status in WORKED and values.get("due_on"):
        return {"due_at": end_of(values["due_on"], by.city), "escalated_at": None}
    return {}


def move_referral(referral: Referral, name: str, *, by: Caller, words: str = "", officer: UUID | None = None) -> None:
    """Make one move of the life cycle on a locked referral, and put it on record with who made it and why.

    Sending opens a share and a seat; whatever stops the work closes them. Raises Problem with the allowed moves
    when this one is not possible for the caller now.
    """
    make_move(referral, name, checked_move(referral, name, by), by=by, words=words)


def assign_referral(referral: Referral, *, officer: UUID, by: Caller) -> None:
    """Give a locked referral to an officer of the caller's office. Raises Problem for one who no longer works there."""
    move = checked_move(referral, "assign", by)
    if not visible(by, "officer").filter(pk=officer, is_active=True).exists():
        raise Problem("invalid", errors=[Fault("/officer", "not_available", "No such officer works in your office.")])
    make_move(referral, "assign", move, by=by, officer=officer)


def make_move(
    referral: Referral,
    name: str,
    move: Move,
    *,
    by: Caller,
    words: str = "",
    officer: UUID | None = None,
) -> None:
    """Do what a move does, once it is known to be possible."""
    status = move.to or referral.status
    changes = {"status": status, **_stamps(move, name, words), **clock_of(referral, name, by.city)}
    if name == "assign":
        changes["assignee_id"] = officer
    if status == Referral.Status.REQUESTED and name != "assign":
        changes["share_id"] = _open(referral, by)
    elif status in (Referral.Status.ON_HOLD, Referral.Status.RETURNED) and words:
        add_note(referral.pk, words, by=by)
    if not Referral.objects.filter(pk=referral.pk, status=referral.status).update(**changes, **stamped()):
        raise Problem("transition_refused", allowed=allowed_moves(Referral.objects.get(pk=referral.pk), by.agency))
    record_move(referral, name, status, by=by, words=words)
    if status not in RUNNING:
        _close(referral, status, by)


def _stamps(move: Move, name: str, words: str) -> dict[str, Any]:
    """The moments and words that a move leaves on the referral itself."""
    changes: dict[str, Any] = {move.stamp: Now()} if move.stamp else {}
    if move.to in ENDED:
        changes |= {"ended_at": Now(), "outcome": words}
    if name == "withdraw":
        changes["sent_at"] = None  # a draft again: its sender's alone
    return changes


def record_move(referral: Referral, name: str, status: str, *, by: Caller, words: str = "") -> None:
    """Put a move on record: when, who, why."""
    move_row(referral, name, status, by=by, words=words).save(force_insert=True)


def move_row(
    referral: Referral, name: str, status: str, *, by: Caller, words: str = "", before: str | None = None
) -> ReferralMove:
    """The record of a move, not yet stored; `before` is the state that it started from, if not the referral's."""
    return ReferralMove(
        id=new_id(),
        referral_id=referral.pk,
        name=name,
        from_status=referral.status if before is None else before,
        to_status=status,
        agency_id=by.agency,
        author=author_of(by),
        words=words,
    )


def _open(referral: Referral, by: Caller) -> UUID:
    """A draft may be old: the person, the receiver and the batch are looked at again."""
    person = referable(referral.person_id, by)
    receiver = check_receiver(referral.kind, referral.to_agency_id, person.city, by)
    refuse(offer_fault(receiver, batch=referral.batch_id, place=referral.place_id, by=by))
    referral.household_id = person.household_id
    reserve_offer(referral, person, by=by)
    return open_share(referral, by=by)


def _close(referral: Referral, status: str, by: Caller) -> None:
    if status != Referral.Status.COMPLETED:
        give_up_offer(referral, by=by)
    end_share(referral, status=status, by=by)


def add_note(referral: UUID, text: str, *, by: Caller) -> UUID:
    """A line that both offices read, under its writer's name. Raises Problem once the caller's share has ended."""
    check_thread(referral, by=by)
    note = Note(id=new_id(), referral_id=referral, agency_id=by.agency, author=author_of(by), text=text)
    note.save(force_insert=True)
    return note.id


def check_thread(referral: UUID, *, by: Caller) -> Referral:
    """The referral, when the caller may still write and file about it. Raises Problem when its share has ended."""
    found: Referral | None = visible(by, "referral").filter(pk=referral).first()
    if found is None:
        raise Problem("not_found")
    if not is_open_to(found, by=by):
        raise Problem("conflict", "What this referral opened to you has ended.")
    return found


def is_open_to(referral: Referral, *, by: Caller) -> bool:
    """Whether the caller may still write and file about it: its sender always, its receiver while the share is open."""
    opened = Share.objects.open().filter(pk=referral.share_id, purpose=by.purpose)
    return referral.from_agency_id == by.agency or opened.exists()


def author_of(by: Caller) -> str:
    """Whom a line or a move names."""
    return by.initiator or str(by.client or by.officer)
