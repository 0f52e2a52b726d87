"""Work outside the test's transaction: a thread of its own has a connection of its own, as a server's request has."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from agencies.access.resealing import is_over, this_moment


def apart(work: Callable[[], Any]) -> Any:
    """What `work` returns or raises; whatever it commits stays, so it must clean up after itself."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=60)


def settled() -> None:
    """Wait until all that writes on the server now has ended, its own housekeeping too: seals and rotations wait so."""
    moment, end = this_moment(), time.monotonic() + 60
    while not is_over(moment):
        assert time.monotonic() < end, "something on the server has been writing for a minute"
        time.sleep(0.05)
