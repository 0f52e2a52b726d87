"""Two hundred callers at once ask for the seats of one batch after another: all seats are given, and not one more."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from uuid import uuid4

from bench.databases import City
from bench.load import exchange, open_connection
from bench.scenarios import key_of, written
from bench.servers import Server
from coordination.sandbox import provision

CALLERS, SEATS = 200, 25
MANPOWER, PROGRAMME = "01800000-0000-7000-8000-000000000003", "01800000-0000-7000-8000-000000000031"
# Each on a day of its own: nobody may sit in two at once.
BATCHES = """INSERT INTO training_batch (id, programme_id, provider_id, name, venue, region_id, starts_on, ends_on,
 registration_until, funding, capacity, reserved_poor, reserved_extreme, confirm_hours, taken_open, taken_poor,
 taken_extreme, status, version)
 SELECT id, %s, %s, 'Angkatan', 'BLK', '62.71.03.1001', '2099-02-01'::date + n::int, '2099-02-01'::date + n::int,
 '2099-01-20', '', %s, 0, 0, 48, 0, 0, 0, 'open', 1 FROM unnest(%s::uuid[]) WITH ORDINALITY AS new (id, n)"""
GIVEN = """SELECT b.seats_taken, count(*) FILTER (WHERE a.status = 'held'),
 count(*) FILTER (WHERE a.status = 'reserve'),
 count(DISTINCT a.rank) FILTER (WHERE a.status = 'reserve') FROM training_batch b
 LEFT JOIN training_application a ON a.batch_id = b.id WHERE b.id = ANY(%s) GROUP BY b.id"""


@dataclass(frozen=True)
class Filled:
    """How many batches were asked for, in how many the seats came out exactly, and calls a second."""

    batches: int
    exact: int
    rate: float


def fill_batches(server: Server, city: City, batches: int) -> Filled:
    """Raises RuntimeError when a call is answered by anything but 2xx."""
    keys = [uuid4() for _ in range(batches)]
    with provision.connect(city.admin_url) as admin:
        admin.execute(BATCHES, [PROGRAMME, MANPOWER, SEATS, keys])
        began = time.perf_counter()
        with ThreadPoolExecutor(CALLERS) as pool:
            barrier = threading.Barrier(CALLERS)
            list(pool.map(lambda caller: _ask(server, city, caller, keys, barrier), range(CALLERS)))
        seconds = time.perf_counter() - began
        given = admin.execute(GIVEN, [keys]).fetchall()
    exact = sum(row == (SEATS, SEATS, CALLERS - SEATS, CALLERS - SEATS) for row in given)
    return Filled(batches, exact, CALLERS * batches / seconds)


def _ask(server: Server, city: City, caller: int, keys: list[object], barrier: threading.Barrier) -> None:
    """One caller: at each batch when all others are."""
    try:
        with closing(open_connection(server.port)) as connection:
            for number, request in zip(count(), _requests(server, city, caller, keys)):
                barrier.wait(120)
                status, body = exchange(connection, request)
                if not status.startswith(b"2"):
                    raise RuntimeError(f"batch {number}: {status.decode()} {body[:300].decode()}")
    except BaseException:
        barrier.abort()
        raise


def _requests(server: Server, city: City, caller: int, keys: list[object]) -> Iterator[bytes]:
    for number, key in enumerate(keys):
        family = (number * CALLERS + caller) % city.households + 1
        body = {"kind": "training", "person": key_of(0x0191, family * 8 + 1), "to_agency": MANPOWER, "reason": "Perlu"}
        yield written(server, "POST", "/referrals", json.dumps(body | {"batch": str(key)}), "social", "casework")
