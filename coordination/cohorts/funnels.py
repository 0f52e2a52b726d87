"""The funnels: which steps lead where, and in which words an office is told what became of somebody."""

from collections.abc import Iterator
from dataclasses import dataclass

# What of a row a figure is: ("steps", "accepted") or ("outcomes", "declined").
Column = tuple[str, str]

STILL_OPEN = ("waiting", "at_work", "on_hold", "overdue")
ENDED_AS_REFERRAL = ("completed", "declined", "returned", "transferred", "cancelled", "failed")
ENDED_AS_CASE = ("retained", "already_in_school", "moved", "not_found", "deceased", "refused", "dropped_again")


@dataclass(frozen=True, slots=True)
class Funnel:
    """Steps that follow each other, and the outcomes of which everybody has exactly one.

    Whoever reached a step counts in all steps before it; `durations` are told in calendar days from the first step.
    """

    name: str
    steps: tuple[str, ...]
    outcomes: tuple[str, ...]
    durations: tuple[str, ...]
    # What is true of some of those who came to the end, in no order.
    marks: tuple[str, ...] = ()

    def columns(self) -> list[Column]:
        """Every figure of a row, in the order in which they are told."""
        return [
            *(("steps", step) for step in (*self.steps, *self.marks)),
            *(("outcomes", word) for word in self.outcomes),
        ]

    def columns_of(self, furthest: int, outcome: str, marks: tuple[str, ...] = ()) -> Iterator[Column]:
        """The figures in which somebody counts, and (`stopped`, `missed`) the differences between two that it makes."""
        yield from (("steps", step) for step in (*self.steps[: furthest + 1], *marks))
        yield "stopped", self.steps[furthest]
        if furthest == len(self.steps) - 1:
            yield from (("missed", mark) for mark in self.marks if mark not in marks)
        yield "outcomes", outcome
        if outcome in STILL_OPEN:
            yield "outcomes", "still_open"


SCHOOLING = Funnel(
    "schooling",
    (
        *("sent", "accepted", "begun", "assigned", "visited", "verified", "planned", "offered", "enrolled"),
        *("retained_3_months", "retained_6_months", "retained_12_months"),
    ),
    ("still_open", *STILL_OPEN, *ENDED_AS_REFERRAL, *ENDED_AS_CASE),
    ("decided", "visited", "enrolled", "ended", "on_hold"),
)
TRAINING = Funnel(
    "training",
    ("sent", "accepted", "begun", "completed"),
    ("still_open", *STILL_OPEN, *ENDED_AS_REFERRAL),
    ("decided", "ended", "on_hold"),
)
PLACES = Funnel(
    "places",
    ("reserved", "enrolled"),
    ("reserved", "enrolled", "given_up"),
    ("given_up",),
)
COURSES = Funnel(
    "courses",
    ("applied", "seated", "came", "completed"),
    (
        *("applied", "reserve", "declined", "withdrawn", "lapsed", "seated", "no_show", "taking_part", "left_course"),
        *("not_asked", "employed", "self_employed", "business_group", "studying", "none", "not_reached"),
    ),
    (),
    ("competent", "placed", "placed_3_months", "placed_6_months", "placed_12_months"),
)
FUNNELS = {funnel.name: funnel for funnel in (SCHOOLING, TRAINING, PLACES, COURSES)}
