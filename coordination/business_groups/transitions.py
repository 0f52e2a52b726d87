"""The life of a business group: what may be done in which state, and by whom."""

from dataclasses import dataclass

from agencies.web.problems import Problem

# Whoever proposed a group works on it until Dinsos has confirmed it; from then on it is Dinsos's alone.
PROPOSER, DINSOS = "proposer", "dinsos"


@dataclass(frozen=True, slots=True)
class Move:
    """One move: who makes it in which state, and where it leads; nowhere when it only changes who is in the group."""

    who: dict[str, tuple[str, ...]]
    to: str = ""


WORK = {"proposed": (PROPOSER, DINSOS), "active": (DINSOS,)}
MOVES = {
    "join": Move(WORK),
    "leave": Move(WORK),
    "confirm": Move({"proposed": (DINSOS,)}, "active"),
    # Of the members a proposer sees only some, and none may be left behind in a group that is no more.
    "dissolve": Move({"proposed": (DINSOS,), "active": (DINSOS,)}, "dissolved"),
}


def checked(name: str, status: str, *, is_dinsos: bool) -> Move:
    """The move of that name. Raises Problem with the moves that the caller can make now when it is not among them."""
    mine = DINSOS if is_dinsos else PROPOSER
    allowed = [known for known, move in MOVES.items() if mine in move.who.get(status, ())]
    if name not in allowed:
        raise Problem("transition_refused", f"The group is {status}.", allowed=allowed)
    return MOVES[name]
