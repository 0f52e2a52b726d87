"""The life cycle of a referral: which move leads from where to where, and which of the two offices makes it."""

from dataclasses import dataclass
from uuid import UUID

from agencies.access.caller import Caller
from agencies.web.problems import Problem
from coordination.referrals.models import Referral

ENDED = ("completed", "declined", "cancelled", "failed", "transferred")
# The receiver sees the person in these and in no other.
RUNNING = ("requested", "accepted", "in_progress", "on_hold")
# The receiver's clock runs in these.
CLOCKED = ("requested", "accepted", "in_progress")
# The receiver is at work in these.
WORKED = ("accepted", "in_progress")


@dataclass(frozen=True, slots=True)
class Move:
    """One move: the states it starts from, the state it leads to, who makes it, and the moment it records.

    `to` is empty where the state stays; from `also` only the sender makes it.
    """

    sources: str
    to: str
    who: str
    stamp: str = ""
    also: str = ""

    def is_open_to(self, side: str, status: str) -> bool:
        """Whether a side may make the move in a state."""
        if side == "sender" and status in self.also.split():
            return True
        return status in self.sources.split() and self.who in (side, "both")


MOVES = {
    "send": Move("draft returned", "requested", "sender", "sent_at"),
    "withdraw": Move("requested", "draft", "sender"),
    "accept": Move("requested", "accepted", "receiver", "decided_at"),
    "decline": Move("requested", "declined", "receiver", "decided_at"),
    "return": Move("requested accepted in_progress on_hold", "returned", "receiver"),
    "assign": Move("requested accepted in_progress on_hold", "", "receiver"),
    "start": Move("accepted", "in_progress", "receiver"),
    "hold": Move("accepted in_progress", "on_hold", "both"),
    "resume": Move("on_hold", "in_progress", "both"),
    "complete": Move("accepted in_progress", "completed", "receiver"),
    "fail": Move("accepted in_progress on_hold", "failed", "receiver"),
    "transfer": Move("requested accepted in_progress on_hold", "transferred", "both", also="returned"),
    "cancel": Move("draft requested accepted in_progress on_hold returned", "cancelled", "sender"),
}
# What happens by itself: no office makes these.
EVENTS = {
    "expire": Move("requested accepted in_progress on_hold", "failed", "clock"),
    "batch_cancelled": Move("requested accepted in_progress on_hold", "cancelled", "clock"),
}


def allowed_moves(referral: Referral, agency: UUID) -> list[str]:
    """The moves that an agency can make now."""
    side = "sender" if referral.from_agency_id == agency else "receiver"
    return [name for name, move in MOVES.items() if move.is_open_to(side, referral.status)]


def checked_move(referral: Referral, name: str, by: Caller) -> Move:
    """The move of that name. Raises Problem with the moves that are possible when this one is not."""
    allowed = allowed_moves(referral, by.agency)
    if name not in allowed:
        raise Problem("transition_refused", f"The referral is {referral.status}.", allowed=allowed)
    return MOVES[name]
