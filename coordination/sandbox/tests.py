"""`make test`: the tests, on a PostgreSQL that is started for them when DATABASE_URL names none."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

from coordination.sandbox.database import Database, for_tests, var
from coordination.sandbox.postgres import CHECKOUT
from coordination.sandbox.refusal import exit_with


def main() -> int:
    """Arguments go to pytest; after `--run` they name another Python program for the same environment."""
    arguments = sys.argv[1:]
    words = arguments[1:] if arguments[:1] == ["--run"] else ["-m", "pytest", *arguments]
    with _one_at_a_time(), for_tests() as database:
        return run([sys.executable, *words], environment(database))


def environment(database: Database) -> dict[str, str]:
    """What the settings and the tests need to find this database."""
    place = var() / "tests"
    place.mkdir(exist_ok=True)
    return {
        **os.environ,
        **database.environment(),
        "SINERGI_TEST_ADMIN_URL": database.admin_url or "",
        "SINERGI_VAR": str(place),
        "DJANGO_SETTINGS_MODULE": "coordination.settings",
    }


def run(words: Sequence[str], environment: Mapping[str, str]) -> int:
    """The program's exit code. Ctrl-C reaches it from the terminal; we wait for its closing lines."""
    child = subprocess.Popen(words, cwd=CHECKOUT, env=environment)

    def pass_on(number: int, frame: FrameType | None) -> None:
        child.terminate()

    signal.signal(signal.SIGINT, lambda number, frame: None)
    signal.signal(signal.SIGTERM, pass_on)
    code = child.wait()
    return code if code >= 0 else 128 - code


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (var() / "tests.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another test run of this checkout is going on; waiting for it to end.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    exit_with(main)
