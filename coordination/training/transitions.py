"""The life cycles of batches and applications: what may follow what, and which office makes the move."""

from dataclasses import dataclass

from agencies.web.problems import Problem


@dataclass(frozen=True, slots=True)
class Move:
    """One move: the states it starts from, the state it leads to, and who makes it."""

    sources: str
    to: str
    who: str = "provider"


BATCH_MOVES = {
    "open": Move("draft closed", "open"),
    "close": Move("open", "closed"),
    "cancel": Move("draft open closed", "cancelled"),
}
# Whoever is accepted without a free seat waits on the reserve list; `to` is where a free seat leads.
APPLICATION_MOVES = {
    "accept": Move("submitted held reserve", "accepted"),
    "decline": Move("submitted held accepted reserve", "declined"),
    "withdraw": Move("submitted held accepted reserve", "withdrawn", "both"),
}


def checked(moves: dict[str, Move], name: str, status: str, *, is_provider: bool, but: tuple[str, ...] = ()) -> Move:
    """The move of that name; `but` names moves that make no sense twice.

    Raises Problem with the moves that the caller can make now when this one is not among them.
    """
    allowed = [
        known
        for known, move in moves.items()
        if status in move.sources.split() and (is_provider or move.who == "both") and known not in but
    ]
    if name not in allowed:
        raise Problem("transition_refused", f"The state is {status}.", allowed=allowed)
    return moves[name]
