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
    "select": Move("open closed", "selecting"),
    "start": Move("closed selecting", "running"),
    "test": Move("running", "testing"),
    "finish": Move("running testing", "finished"),
    "cancel": Move("draft open closed selecting running", "cancelled"),
}
# Whoever is accepted without a free seat waits on the reserve list; `to` is where a free seat leads. Whoever moves
# up from the list holds a seat until the confirmation is due.
APPLICATION_MOVES = {
    "accept": Move("applied held reserve", "accepted"),
    "confirm": Move("held", "accepted", "both"),
    "decline": Move("applied held accepted reserve", "declined"),
    "withdraw": Move("applied held accepted reserve", "withdrawn", "both"),
    "miss": Move("held accepted", "no_show"),
}


def allowed_moves(moves: dict[str, Move], status: str, *, is_provider: bool, but: tuple[str, ...] = ()) -> list[str]:
    """The moves that the caller can make now; `but` names those that make no sense twice."""
    return [
        known
        for known, move in moves.items()
        if status in move.sources.split() and (is_provider or move.who == "both") and known not in but
    ]


def checked(moves: dict[str, Move], name: str, status: str, *, is_provider: bool, but: tuple[str, ...] = ()) -> Move:
    """The move of that name.

    Raises Problem with the moves that the caller can make now when this one is not among them.
    """
    allowed = allowed_moves(moves, status, is_provider=is_provider, but=but)
    if name not in allowed:
        raise Problem("transition_refused", f"The state is {status}.", allowed=allowed)
    return moves[name]
