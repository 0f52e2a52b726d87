"""Takes turns among targets so that they meet the same moods of the machine, and times statements."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import cycle, islice

from bench.databases import City
from bench.load import CONNECTIONS, Turn, take_turn
from bench.scenarios import GROWING, Scenario, requests
from bench.servers import Server, family_cpu
from coordination.sandbox.postgres import CHECKOUT

WARM_UP = 0.7
Turns = dict[str, list[Turn]]


def rounds(
    targets: Sequence[Server],
    scenario: Scenario,
    city: City,
    database_cpu: Callable[[], float],
    seconds: float,
    count: int,
) -> Turns:
    """`count` turns of every target, forwards and backwards in turn, after one to warm up."""
    calls = {target.name: requests(scenario, target, city) for target in targets}
    taken: Turns = {target.name: [] for target in targets}
    for target in targets:
        take_turn(target, calls[target.name], WARM_UP, database_cpu, CONNECTIONS)
    for order in islice(cycle((targets, targets[::-1])), count):
        for target in order:
            taken[target.name].append(take_turn(target, calls[target.name], seconds, database_cpu, CONNECTIONS))
    return taken


def growth(servers: Sequence[Server], pair: Sequence[City], *, seconds: float, count: int) -> dict[str, Turns]:
    """The product on the small and on the large city, one caller, in turn, for every reading scenario."""
    postgres = pair[0].postgres
    found: dict[str, Turns] = {}
    for scenario in GROWING:
        calls = [requests(scenario, server, city) for server, city in zip(servers, pair, strict=True)]
        found[scenario.name] = {city.name: [] for city in pair}
        for number in range(count + 1):
            for server, city, asked in zip(servers, pair, calls, strict=True):
                turn = take_turn(server, asked, seconds if number else WARM_UP, lambda: family_cpu(postgres), 1)
                if number:
                    found[scenario.name][city.name].append(turn)
    return found


def statement_times(city: City, repeats: int) -> dict[str, float]:
    """Milliseconds of each statement of `bench.statements`."""
    words = [sys.executable, "-m", "bench.statements", str(repeats)]
    answer = subprocess.run(words, cwd=CHECKOUT, env=city.environment, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(answer.stdout))
