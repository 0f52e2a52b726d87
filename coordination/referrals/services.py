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
from agencies.models import Agency
from agencies.web.problems import Fault, Problem
from coordination.referrals.models import Note, Referral
from coordination.referrals.parties import Parties, read_parties
from coordination.referrals.shares import end_share, open_share, opened, share_for
from coordination.referrals.transitions import ENDED, GIVEN_UP, Move, allowed_moves, checked_move
from coordination.training import seats
from households.register.models import Person, Share
from households.register.services import stamped

RECEIVERS = {"schooling": "education", "training": "manpower"}


def create_referral(
    *,
    kind: str,
    person: UUID,
    to_agency: UUID,
    reason: str,
    by: Caller,
    due_on: Any = None,
    batch: UUID | None = None,
    send: bool = True,
) -> UUID:
    """A new referral, sent at once unless it is to stay a draft.

    Raises Problem when the receiver does not do this kind of work in the caller's city, when the person is not
    alive or too young, when the batch takes nobody, or (`exists`) when the same request is open already.
    """
    parties = read_parties(person=person, to_agency=to_agency, by=by)
    _check_referable(parties.person)
    _check_receiver(kind, parties.receiver, batch, by)
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
    )
    if send:
        _insert_sent(referral, parties, by)
    else:
        together(inserting(referral))
    return referral.id


def _insert_sent(referral: Referral, parties: Parties, by: Caller) -> None:
    """A referral that was never a draft, with its share, in one message; then its seat, if it names a batch."""
    share = share_for(referral, parties.family)
    referral.status, referral.sent_at, referral.share = Referral.Status.REQUESTED, Now(), share
    together(inserting(share), inserting(referral), opened(share, by=by))
    if referral.batch_id:
        seats.reserve_seat(referral.batch_id, parties.person, by=by)


def _referable(person: UUID, by: Caller) -> Person:
    found: Person = visible(by, "person").get(pk=person)
    _check_referable(found)
    return found


def _check_referable(person: Person) -> None:
    if person.status != "alive":
        raise _refused("person", "not_alive", "This person is not known to be alive and here.")


def _check_receiver(kind: str, receiver: Agency, batch: UUID | None, by: Caller) -> None:
    if receiver.kind != RECEIVERS[kind]:
        raise _refused("to_agency", "wrong_kind", f"Only an office of kind {RECEIVERS[kind]} takes {kind} referrals.")
    if receiver.region_id != by.city or not receiver.is_active:
        raise _refused("to_agency", "not_available", "This office does not work in your city.")
    if batch and visible(by, "batch").get(pk=batch).provider_id != receiver.pk:
        raise _refused("batch", "not_theirs", "The receiver does not offer this batch.")


def _refused(field: str, code: str, detail: str) -> Problem:
    return Problem("invalid", errors=[Fault(f"/{field}", code, detail)])


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
    Referral.objects.filter(pk=referral.pk).update(**values, **stamped())


def move_referral(referral: Referral, name: str, *, by: Caller, words: str = "") -> None:
    """Make one move of the life cycle on a locked referral; sending opens a share and a seat, ending closes them.

    Raises Problem with the allowed moves when this one is not possible for the caller now.
    """
    move = checked_move(referral, name, by)
    changes = _changes(referral, move, words, by)
    if move.to == Referral.Status.REQUESTED:
        changes["share_id"] = _open(referral, by)
    if not Referral.objects.filter(pk=referral.pk, status=referral.status).update(**changes, **stamped()):
        raise Problem("transition_refused", allowed=allowed_moves(Referral.objects.get(pk=referral.pk), by.agency))
    if move.to in ENDED:
        _close(referral, move.to, by)


def _changes(referral: Referral, move: Move, words: str, by: Caller) -> dict[str, Any]:
    """The columns that a move sets; words about a referral that goes on become a note."""
    changes: dict[str, Any] = {"status": move.to}
    if move.stamp:
        changes[move.stamp] = Now()
    if move.to in ENDED:
        changes |= {"ended_at": Now(), "outcome": words}
    elif words:
        add_note(referral.pk, words, by=by)
    return changes


def _open(referral: Referral, by: Caller) -> UUID:
    """A draft may be old: the person, the receiver and the batch are looked at again."""
    receiver = visible(by, "agency").get(pk=referral.to_agency_id)
    _check_receiver(referral.kind, receiver, referral.batch_id, by)
    person = _referable(referral.person_id, by)
    referral.household_id = person.household_id
    if referral.batch_id:
        seats.reserve_seat(referral.batch_id, person, by=by)
    return open_share(referral, by=by)


def _close(referral: Referral, status: str, by: Caller) -> None:
    if referral.batch_id and referral.sent_at and status in GIVEN_UP:
        seats.give_up_seat(referral.batch_id, referral.person_id, by=by)
    end_share(referral, status=status, by=by)


def add_note(referral: UUID, text: str, *, by: Caller) -> UUID:
    """A line that both offices read, under the name of whoever wrote it."""
    author = by.initiator or str(by.client or by.officer)
    note = Note(id=new_id(), referral_id=referral, agency_id=by.agency, author=author, text=text)
    note.save(force_insert=True)
    return note.id
