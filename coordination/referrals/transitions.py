"""The life cycle of a referral: which move leads from where to where, and which of the two offices makes it."""

from dataclasses import dataclass
from uuid import UUID

from agencies.access.caller import Caller
from agencies.web.problems import Problem
from coordination.referrals.models import Referral

ENDED = ("completed", "declined", "cancelled", "failed")
# Ends without the work being done: a seat that was reserved goes to somebody else.
GIVEN_UP = ("declined", "cancelled", "failed")


@dataclass(frozen=True, slots=True)
class Move:
    """One move: the states it starts from, the state it leads to, who makes it, and the moment it records."""

    sources: str
    to: str
    who: str
    stamp: str = ""

    def is_open_to(self, side: str, status: str) -> bool:
        """Whether a side may make the move in a state."""
        return status in self.sources.split() and self.who in (side, "both")


MOVES = {
    "send": Move("draft", "requested", "sender", "sent_at"),
    "accept": Move("requested", "accepted", "receiver", "decided_at"),
    "decline": Move("requested", "declined", "receiver", "decided_at"),
    "start": Move("accepted", "in_progress", "receiver"),
    "hold": Move("accepted in_progress", "on_hold", "both"),
    "resume": Move("on_hold", "in_progress", "both"),
    "complete": Move("accepted in_progress", "completed", "receiver"),
    "fail": Move("accepted in_progress on_hold", "failed", "receiver"),
    "cancel": Move("draft requested accepted in_progress on_hold", "cancelled", "sender"),
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
