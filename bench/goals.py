"""The goals, what was measured for each, and whether it is reached."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

from bench.imports import Imported
from bench.load import Turn
from bench.matching import Matched
from bench.memory import Held
from bench.seats import Filled

Turns = dict[str, list[Turn]]
# Of the naive peer in one run with these systems at 20,000 records: 38 against 7.3 and 25 lists a second.
NAIVE_OF_CARE, NAIVE_OF_OPENIMIS = 5.2, 1.5


@dataclass
class Figures:
    """All that was measured; `small` and `large` are the names of the cities."""

    small: str
    large: str
    turns: dict[str, Turns] = field(default_factory=dict)
    growth: dict[str, Turns] = field(default_factory=dict)
    statements: dict[str, dict[str, float]] = field(default_factory=dict)
    imports: list[Imported] = field(default_factory=list)
    seats: Filled | None = None
    matching: Matched | None = None
    memory: Held | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Goal:
    """What was promised; `at_least` is False where less is better."""

    text: str
    measured: float
    bound: float
    at_least: bool = True

    @property
    def is_reached(self) -> bool:
        """Whether the figure, as it is printed, keeps the bound."""
        shown = round(self.measured, 2)
        return shown >= self.bound if self.at_least else shown <= self.bound


def ratio(turns: Turns, target: str, other: str, figure: Callable[[Turn], float]) -> float:
    """The median of what paired turns say."""
    return median(figure(a) / figure(b) for a, b in zip(turns[target], turns[other], strict=True))


def _rate(turn: Turn) -> float:
    return turn.rate


def _cpu(turn: Turn) -> float:
    return turn.cpu


def _p50(turn: Turn) -> float:
    return turn.p50


def goals(figures: Figures) -> Iterator[Goal]:
    """Every goal that this run can judge."""
    for name, turns in figures.turns.items():
        yield from _against_others(name, turns)
    yield from _of_statements(figures.statements[figures.large])
    yield from _of_growth(figures)
    yield from _of_imports(figures.imports)
    if figures.seats:
        wrong = figures.seats.batches - figures.seats.exact
        yield Goal(f"seats: of {figures.seats.batches} batches not exact, 200 callers at each", wrong, 0, False)
    if figures.matching:
        yield from _of_matching(figures.matching)
    if figures.memory:
        yield Goal("memory of a web process, late / early", figures.memory.late / figures.memory.early, 1.05, False)


def _of_matching(matched: Matched) -> Iterator[Goal]:
    yield Goal("matching: seconds for 100 batches, all people ranked", matched.whole, 10, False)
    yield Goal("matching: ms a page of people, Dinsos", matched.social, 50, False)
    yield Goal("matching: ms a page of people, Manpower", matched.manpower, 50, False)
    yield Goal("matching: ms a page of batches", matched.batches, 50, False)


def _of_statements(times: dict[str, float]) -> Iterator[Goal]:
    for call in (f"{office} {what}" for office in ("social", "education") for what in ("list", "read")):
        yield Goal(f"{call}: statement without log / with", times[f"{call} without log"] / times[call], 0.85)
        yield Goal(f"{call}: statement without net / with", times[f"{call} without net"] / times[call], 0.87)


def _of_growth(figures: Figures) -> Iterator[Goal]:
    for name, turns in figures.growth.items():
        for word, figure in (("p50", _p50), ("CPU", _cpu)):
            grown = ratio(turns, figures.large, figures.small, figure)
            yield Goal(f"{name}: growth of {word}, small to large", grown, 1.2, False)
    large, small = figures.statements[figures.large], figures.statements[figures.small]
    for call in (name for name in large if name.endswith("deep")):
        yield Goal(f"{call}: growth of the statement", large[call] / small[call], 1.2, False)


def _of_imports(imports: list[Imported]) -> Iterator[Goal]:
    if imports:
        yield Goal("import: of bare COPY of the same rows", median(one.bare / one.first for one in imports), 0.5)
        yield Goal("import: seconds for the register of a city", median(one.first for one in imports), 10, False)
        yield Goal("import: the same file again, times faster", median(one.first / one.again for one in imports), 3)


def _against_others(name: str, turns: Turns) -> Iterator[Goal]:
    of_naive, of_ceiling = {"list": (15, 0.80), "read": (6, 0.5), "post": (4.5, 0.6)}[name[:4]]
    rate = ratio(turns, "product", "naive", _rate)
    yield Goal(f"{name}: req/s x naive", rate, of_naive)
    yield Goal(f"{name}: req/s of the ceiling", ratio(turns, "product", "ceiling", _rate), of_ceiling)
    yield Goal(f"{name}: CPU, naive / product", ratio(turns, "naive", "product", _cpu), of_naive)
    yield Goal(f"{name}: CPU, ceiling / product", ratio(turns, "ceiling", "product", _cpu), of_ceiling)
    if name == "list, Dinsos":
        yield Goal(f"{name}: req/s x CARE (derived)", rate * NAIVE_OF_CARE, 50)
        yield Goal(f"{name}: req/s x openIMIS (derived)", rate * NAIVE_OF_OPENIMIS, 15)


def print_turns(name: str, turns: Turns) -> None:
    """One line for each target."""
    print(f"\n{name}")
    for target, taken in turns.items():
        p50, p99, rate = (median(getattr(turn, what) for turn in taken) for what in ("p50", "p99", "rate"))
        app, database, size = (
            median(getattr(turn, what) / len(turn.latencies) for turn in taken)
            for what in ("app_cpu", "database_cpu", "bytes")
        )
        print(
            f"  {target:<8} {rate:8.0f} req/s  p50 {p50:7.2f} ms  p99 {p99:7.2f} ms"
            f"  CPU {app * 1000:6.2f} + {database * 1000:6.2f} ms  {size:7.0f} bytes",
            flush=True,
        )


def print_goals(figures: Figures) -> None:
    """The one table that counts."""
    print("\nStatements, ms" + "".join(f"{name:>16}" for name in figures.statements))
    for call in figures.statements[figures.large]:
        print(f"  {call:<34}" + "".join(f"{times[call]:12.2f}" for times in figures.statements.values()))
    _print_rest(figures)
    print(f"\n{'Goal':<58}{'bound':>9}{'measured':>10}  reached")
    for goal in goals(figures):
        bound = f"{'>=' if goal.at_least else '<='} {goal.bound:g}"
        print(f"{goal.text:<58}{bound:>9}{goal.measured:>10.2f}  {'yes' if goal.is_reached else 'NO'}")
    for note in figures.notes:
        print(f"- {note}")


def _print_rest(figures: Figures) -> None:
    print()
    for one in figures.imports:
        print(
            f"Import of {one.people:,} people: {one.first:.1f} s ({one.people / one.first:,.0f} people/s),"
            f" again {one.again:.1f} s, bare COPY {one.bare:.1f} s"
        )
    if seats := figures.seats:
        print(f"Seats: {seats.exact} of {seats.batches} batches exact, {seats.rate:.0f} calls/s")
    if matched := figures.matching:
        print(
            f"Matching: {matched.people:,} people brought up to date in {matched.tending:.1f} s,"
            f" ranked for 100 batches in {matched.whole:.1f} s"
        )
    if held := figures.memory:
        print(
            f"Memory: {held.early:.1f} MB after {held.early_requests:,} requests,"
            f" {held.late:.1f} MB after {held.requests:,}"
        )
