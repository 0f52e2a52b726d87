"""`make bench`: fill the cities, load the product beside a naive peer and a ceiling, print the goals."""

import argparse
import os
from contextlib import AbstractContextManager, ExitStack

from bench.databases import City, cities
from bench.goals import Figures, print_goals, print_turns
from bench.imports import imported
from bench.matching import match
from bench.measuring import growth, rounds, statement_times
from bench.memory import held
from bench.scenarios import SCENARIOS, is_served
from bench.seats import fill_batches
from bench.servers import Server, family_cpu, serving
from coordination.sandbox.refusal import exit_with

SMALL, LARGE, MILLION = 20_000, 300_000, 1_000_000


def main() -> int:
    """Everything in turn; `--quick` takes less time and gives rougher figures, `--million` a larger large city."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter turns, fewer rounds")
    parser.add_argument("--million", action="store_true", help="a large city of a million households")
    options = parser.parse_args()
    with cities(0, SMALL, MILLION if options.million else LARGE) as (empty, small, large):
        figures = Figures(small.name, large.name)
        _measure(figures, (small, large), quick=options.quick)
        figures.imports = [imported(empty)]
    print_goals(figures)
    return 0


def _measure(figures: Figures, pair: tuple[City, City], *, quick: bool) -> None:
    large = pair[1]
    with ExitStack() as stack:
        targets = [stack.enter_context(server) for server in _targets(large)]
        _load(figures, targets, large, seconds=1.0 if quick else 2.5, count=2 if quick else 4)
        large.tidy()
    with ExitStack() as stack:
        servers = [stack.enter_context(_product(city, f"product-{city.name}")) for city in pair]
        figures.growth = growth(servers, pair, seconds=1.0 if quick else 2.0, count=2 if quick else 4)
        figures.seats = fill_batches(servers[1], large, 10 if quick else 100)
        large.tidy()
        figures.matching = match(servers[0], pair[0])
    with _product(large, "product-memory", workers=1) as server:
        figures.memory = held(server, large, 20_000 if quick else 100_000)
        large.tidy()
    figures.statements = {city.name: statement_times(city, 40 if quick else 200) for city in pair}


def _targets(city: City) -> list[AbstractContextManager[Server]]:
    owner = {**city.environment, "CEILING_URL": city.url("sinergi_owner")}
    return [
        serving("naive", "bench.peer.wsgi", owner),
        serving("ceiling", "bench.ceiling:application", owner),
        _product(city, "product"),
    ]


def _product(city: City, name: str, workers: int = 2) -> AbstractContextManager[Server]:
    return serving(name, "coordination.wsgi", city.environment, prefix="/api/v1", workers=workers)


def _load(figures: Figures, targets: list[Server], city: City, *, seconds: float, count: int) -> None:
    postgres = city.postgres
    for scenario in SCENARIOS:
        if not is_served(scenario, targets[-1]):
            figures.notes.append(f"{scenario.name}: this checkout does not serve it")
            continue
        city.tidy()
        figures.turns[scenario.name] = rounds(targets, scenario, city, lambda: family_cpu(postgres), seconds, count)
        print_turns(scenario.name, figures.turns[scenario.name])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")
    exit_with(main)
