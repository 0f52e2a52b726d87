"""From records to tables of figures: by office, place and month, with what must be hidden left out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any, NamedTuple
from uuid import UUID

from coordination.cohorts.funnels import STILL_OPEN, Column, Funnel
from coordination.monitoring.linked import Sum, tellable, together

# An office and its part: "sent" or "received"; nobody: every office together.
Party = tuple[UUID, str] | None
WHOLE = "whole"
# Those of a place that are known no further down: no row of their own, but a part like any other.
ITSELF = "*"


@dataclass(frozen=True, slots=True)
class Record:
    """What figures need of one referral, placement or application.

    `groups` says for each dimension to which group it belongs, the finest first, then those around it.
    """

    parties: tuple[tuple[UUID, str], ...]
    groups: Mapping[str, tuple[str, ...]]
    furthest: int
    outcome: str
    days: Mapping[str, float] = field(default_factory=dict)
    marks: tuple[str, ...] = ()


class Row(NamedTuple):
    """One line of the published tables."""

    party: Party
    dimension: str
    value: str


Cell = tuple[Row, Column]


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of a row: a hidden figure is None."""

    steps: dict[str, int | None]
    outcomes: dict[str, int | None]
    durations: dict[str, dict[str, int] | None]


def tabulate(
    records: Sequence[Record], funnel: Funnel, *, limit: int, kept: Iterable[Cell] = (), also: Iterable[Row] = ()
) -> dict[Row, Figures]:
    """The tables of one funnel and year, safe together: no sum or difference of what is told gives fewer than `limit`.

    `kept` are cells that stay hidden though they have grown, since an edition hides them; `also` are rows that are told
    though nobody is in them.
    """
    cells = _Cells(records, funnel)
    told = tellable(cells.by_importance(), cells.secrets(limit, set(kept)), cells.links())
    days = _days(records)
    rows = sorted((row for row in {*cells.rows, *also} if ITSELF not in row.value), key=cells.place_of)
    return {row: _figures(row, cells, told, days[row], limit) for row in rows}


def _figures(row: Row, cells: "_Cells", told: set[Cell], days: Mapping[str, list[float]], limit: int) -> Figures:
    shown: dict[str, dict[str, int | None]] = {"steps": {}, "outcomes": {}}
    for column in cells.funnel.columns():
        value = cells.counts[row, column]
        shown[column[0]][column[1]] = value if value == 0 or (row, column) in told else None
    whole = shown["steps"][cells.funnel.steps[0]] is not None
    durations = {name: _percentiles(days[name], whole, limit) for name in cells.funnel.durations}
    return Figures(**shown, durations=durations)


def _percentiles(days: Sequence[float], is_told: bool, limit: int) -> dict[str, int] | None:
    """Median and 90th percentile in whole days, of at least twice the limit: the percentile of a few is one of them."""
    if not is_told or len(days) < 2 * limit:
        return None
    return {"median": round(median(days)), "p90": round(quantiles(days, n=10, method="inclusive")[-1])}


def _rows_of(record: Record) -> Iterator[tuple[Row, int]]:
    """Every row in which a record counts, with how far down it lies."""
    for party in (None, *record.parties):
        yield Row(party, WHOLE, ""), 0
        for dimension, path in record.groups.items():
            for place, value in enumerate(path):
                yield Row(party, dimension, value), len(path) - place


def _days(records: Iterable[Record]) -> dict[Row, dict[str, list[float]]]:
    found: dict[Row, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        for row, _ in _rows_of(record):
            for name, number in record.days.items():
                found[row][name].append(number)
    return found


class _Cells:
    """The figures of linked tables, each as a sum of counts that are never told themselves.

    Such a count is of the people of one dimension's finest group who have offices, last step, outcome and marks in
    common.
    """

    def __init__(self, records: Sequence[Record], funnel: Funnel) -> None:
        self.funnel = funnel
        self.rows: dict[Row, int] = {}
        self.counts: Counter[Cell] = Counter()
        self.sums: dict[Cell, int] = defaultdict(int)
        self.parts: dict[Any, set[Cell]] = defaultdict(set)
        self._unknowns: dict[_Group, int] = {}
        self._links: dict[Any, int] = defaultdict(int)
        for group, number in Counter(_groups(records)).items():
            self._add(group, number)

    def _add(self, group: "_Group", number: int) -> None:
        state = (group.parties, group.furthest, group.outcome, group.marks)
        count = 1 << self._unknowns.setdefault(group, len(self._unknowns))
        # All dimensions count the same people: what the first says of a state, the others say together.
        self._links[group.dimension, state] |= count
        columns = list(self.funnel.columns_of(group.furthest, group.outcome, group.marks))
        for party in (None, *group.parties):
            whole, around = Row(party, WHOLE, ""), [Row(party, group.dimension, value) for value in group.path]
            rows = [*around, whole] if group.is_first else around
            for row, wider in zip(rows, [*around[1:], whole, whole], strict=False):
                self.rows[row] = 0 if row is whole else len(around) - around.index(row)
                for column in columns:
                    cell = (row, column)
                    self.counts[cell] += number
                    self.sums[cell] |= count
                    self._part(cell, wider)

    def _part(self, cell: Cell, wider: Row) -> None:
        """Of which wholes a cell is a part: of a wider group's figure, of all offices' figure, of its row's whole."""
        row, column = cell
        if row.dimension != WHOLE:
            self.parts["group", row.dimension, wider, column].add(cell)
        if row.party:
            self.parts["office", row.party[1], row.dimension, row.value, column].add(cell)
        if column[0] in ("stopped", "outcomes") and column[1] != "still_open":
            self.parts["row", row, column[0]].add(cell)
        if column[1] in STILL_OPEN:
            self.parts["row", row, "still_open"].add(cell)

    def place_of(self, row: Row) -> tuple[Any, ...]:
        """Where a row stands: all offices first, the whole first, then group after group."""
        value = row.value.zfill(2) if row.value.isdigit() else row.value
        return str(row.party or ""), row.dimension != WHOLE, row.dimension, value

    def by_importance(self) -> list[tuple[Cell, Sum]]:
        """The figures to be told, the wider group first, then all offices before one, then the greater number."""
        columns = self.funnel.columns()
        first = columns[0]
        wanted = [(row, column) for row in self.rows for column in columns if self.counts[row, column]]
        wanted = [cell for cell in wanted if ITSELF not in cell[0].value]
        wanted.sort(
            key=lambda cell: (
                self.rows[cell[0]],
                cell[0].party is not None,
                cell[1] != first,
                -self.counts[cell],
                str(cell),
            )
        )
        return [(cell, Sum(self.sums[cell])) for cell in wanted]

    def secrets(self, limit: int, kept: set[Cell]) -> list[Sum]:
        """What must not come out: few people, few between two steps, few in the hidden parts of one whole."""
        found = [Sum(self.sums[cell]) for cell, number in self.counts.items() if 0 < number < limit or cell in kept]
        for cells in self.parts.values():
            found += together([(Sum(self.sums[cell]), self.counts[cell]) for cell in cells], limit=limit)
        for row in self.rows:
            found += self._between(row, limit)
        return found

    def _between(self, row: Row, limit: int) -> Iterator[Sum]:
        """Those who reached one step and not a later one, or none of a mark, where they are few."""
        *steps, end = self.funnel.steps
        for last in (("stopped", end), *(("missed", mark) for mark in self.funnel.marks)):
            run = [(row, column) for column in (*(("stopped", step) for step in steps), last)]
            for begin in range(len(run)):
                held = few = 0
                for cell in run[begin:]:
                    held += self.counts[cell]
                    few |= self.sums.get(cell, 0)
                    if 0 < held < limit:
                        yield Sum(few)

    def links(self) -> list[Sum]:
        """That every dimension counts the same people."""
        first: dict[Any, int] = {}
        found = []
        for (_, state), counts in self._links.items():
            if state in first:
                found.append(Sum(first[state], counts))
            first.setdefault(state, counts)
        return found


class _Group(NamedTuple):
    """People whom no figure of one dimension tells apart; `path` is their finest group and those around it."""

    dimension: str
    is_first: bool
    path: tuple[str, ...]
    parties: tuple[tuple[UUID, str], ...]
    furthest: int
    outcome: str
    marks: tuple[str, ...]


def _groups(records: Iterable[Record]) -> Iterator[_Group]:
    """Each record in each dimension; who is known no further down than others belongs to the place itself."""
    around = {(name, value) for record in records for name, path in record.groups.items() for value in path[1:]}
    for record in records:
        for place, (name, path) in enumerate(record.groups.items()):
            if not path or (name, path[0]) in around:
                path = (f"{path[0] if path else ''}{ITSELF}", *path)
            yield _Group(name, place == 0, path, record.parties, record.furthest, record.outcome, record.marks)
