"""Work outside the test's transaction: a thread of its own has a connection of its own, as a server's request has."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def apart(work: Callable[[], Any]) -> Any:
    """What `work` returns or raises; whatever it commits stays, so it must clean up after itself."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=60)
