"""What a web process holds after many requests: a leak grows with them, a cache fills and stays."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.databases import City
from bench.load import CONNECTIONS, take_turn
from bench.scenarios import SCENARIOS, requests
from bench.servers import Server, children

EARLY, ENOUGH_SECONDS = 2_000, 40.0


@dataclass(frozen=True)
class Held:
    """Megabytes of a web process after so many requests."""

    early_requests: int
    early: float
    requests: int
    late: float


def held(server: Server, city: City, limit: int) -> Held:
    """Lists and reads in turn, of two offices, until the limit or for forty seconds."""
    asked, done, early = _mixed(server, city), 0, (0, 0.0)
    until = time.monotonic() + ENOUGH_SECONDS
    while done < limit and (time.monotonic() < until or not early[0]):
        done += len(take_turn(server, asked, 1.0, lambda: 0.0, CONNECTIONS).latencies)
        if done >= EARLY and not early[0]:
            early = done, _resident(server)
    return Held(*early, done, _resident(server))


def _mixed(server: Server, city: City) -> Iterator[bytes]:
    calls = [requests(scenario, server, city) for scenario in SCENARIOS[:4]]
    while True:
        yield from (next(call) for call in calls)


def _resident(server: Server) -> float:
    """Megabytes of the largest worker."""
    sizes = (Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0] for pid in children(server.pid))
    return max(map(int, sizes)) / 1024
