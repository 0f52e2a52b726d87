"""The life cycle of a schooling case: which move leads from where to where."""

from agencies.web.problems import Problem
from coordination.schooling.models import SchoolingCase

S = SchoolingCase.Status
OPEN = (S.CANDIDATE, S.ASSIGNED, S.VISITED, S.VERIFIED, S.PLANNED, S.OFFERED, S.ENROLLED)
# How a case ends before the child has a school place: about a third of such lists prove wrong.
OUTCOMES = (S.ALREADY_IN_SCHOOL, S.MOVED, S.NOT_FOUND, S.DECEASED, S.REFUSED)

# Move -> state before -> state after; where both are the same, the move adds to what is known.
MOVES: dict[str, dict[str, str]] = {
    "assign": {S.CANDIDATE: S.ASSIGNED, **{status: status for status in OPEN[1:]}},
    "record-visit": {S.ASSIGNED: S.VISITED, **{status: status for status in OPEN[2:]}},
    "verify": {S.VISITED: S.VERIFIED, S.VERIFIED: S.VERIFIED},
    "plan": {S.VERIFIED: S.PLANNED, S.PLANNED: S.PLANNED},
    "offer": {S.PLANNED: S.OFFERED},
    "withdraw-offer": {S.OFFERED: S.PLANNED},
    "enrol": {S.OFFERED: S.ENROLLED},
    # `to` is the outcome that is stated.
    "close": dict.fromkeys(OPEN[:-1], ""),
}
# What the answers to follow-ups bring about.
ANSWERED: dict[str, dict[str, str]] = {"retain": {S.ENROLLED: S.RETAINED}, "drop": {S.ENROLLED: S.DROPPED_AGAIN}}


def allowed_moves(status: str) -> list[str]:
    """The moves that are possible in a state."""
    return [name for name, steps in MOVES.items() if status in steps]


def state_after(name: str, status: str) -> str:
    """Where a move leads. Raises Problem with the moves that are possible when this one is not."""
    steps = {**MOVES, **ANSWERED}[name]
    if status not in steps:
        raise Problem("transition_refused", f"The case is {status}.", allowed=allowed_moves(status))
    return steps[status]
