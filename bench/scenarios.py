"""What is asked of every target: the same work, in each one's own words."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from random import Random
from uuid import uuid4

from bench.databases import City
from bench.load import send
from bench.servers import Server

VILLAGES = [f"62.71.04.{number}" for number in range(1001, 1007)]
EDUCATION = "01800000-0000-7000-8000-000000000002"
Call = tuple[str, str, dict[str, object] | None]


@dataclass(frozen=True)
class Scenario:
    """`calls` yields method, path and body; `who` and `purpose` are the caller's."""

    name: str
    who: str
    purpose: str
    calls: Callable[[int], Iterator[Call]]


def lists(households: int) -> Iterator[Call]:
    """Pages of fifty families of one village."""
    dice = Random(7)
    while True:
        yield "GET", f"/households?region={dice.choice(VILLAGES)}&limit=50", None


def reads(households: int) -> Iterator[Call]:
    """One family each."""
    dice = Random(7)
    while True:  # the first thirty of every 300 families are shared with Education; see fill.sql
        yield (
            "GET",
            f"/households/{key_of(0x0190, dice.randrange(1, households // 300) * 300 + dice.randrange(30))}",
            None,
        )


def queues(households: int) -> Iterator[Call]:
    """Pages of the day's work: of the whole city, of one village, and of one kind."""
    dice = Random(7)
    while True:
        yield "GET", "/queue?limit=50", None
        yield "GET", f"/queue?region={dice.choice(VILLAGES)}&limit=50", None
        yield "GET", "/queue?kind=child_out_of_school&limit=50", None


def timelines(households: int) -> Iterator[Call]:
    """What the offices did with one family each."""
    return ((method, f"{path}/timeline", body) for method, path, body in reads(households))


def referrals(households: int) -> Iterator[Call]:
    """The head of another family each; every target begins where no other has been."""
    for number in REFERRED:
        person = key_of(0x0191, (number % households + 1) * 8 + 1)
        body = {"kind": "schooling", "person": person, "to_agency": EDUCATION, "reason": "Tidak bersekolah"}
        yield "POST", "/referrals", body


REFERRED = count()
SCENARIOS = (
    Scenario("list, Dinsos", "social", "registry", lists),
    Scenario("list, Education", "education", "schooling", lists),
    Scenario("read, Dinsos", "social", "registry", reads),
    Scenario("read, Education", "education", "schooling", reads),
    Scenario("post a referral", "social", "casework", referrals),
)

# Only the product knows these; they are measured for how they grow with the city.
GROWING = (
    *SCENARIOS[:4],
    Scenario("queue, Dinsos", "social", "registry", queues),
    Scenario("queue, Education", "education", "schooling", queues),
    Scenario("timeline, Dinsos", "social", "registry", timelines),
    Scenario("timeline, Education", "education", "schooling", timelines),
)


def key_of(kind: int, number: int) -> str:
    """The id of a record of fill.sql."""
    return f"{kind:04x}0000-0000-7000-8000-{number:012x}"


def requests(scenario: Scenario, server: Server, city: City) -> Iterator[bytes]:
    """The calls of a scenario as HTTP."""
    for method, path, body in scenario.calls(city.households):
        yield written(server, method, path, json.dumps(body) if body else "", scenario.who, scenario.purpose)


def written(server: Server, method: str, path: str, content: str, who: str, purpose: str) -> bytes:
    """One call as HTTP."""
    lines = [
        f"{method} {server.prefix}{path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer bench-{who}",
        f"X-Purpose: {purpose}",
    ]
    if content:
        lines += ["Content-Type: application/json", f"Idempotency-Key: {uuid4()}", f"Content-Length: {len(content)}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + content).encode()


def is_served(scenario: Scenario, server: Server) -> bool:
    """Whether the product answers the path of a scenario: 404 comes without a word of what is missing."""
    _, path, _ = next(scenario.calls(1000))
    asked = f"OPTIONS {server.prefix}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    return send(server.port, asked.encode())[0] != b"404 Not Found"
