"""Starts the targets, all under the product's own gunicorn settings, and measures what CPU they and PostgreSQL use."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from coordination.sandbox.postgres import CHECKOUT

TICKS = os.sysconf("SC_CLK_TCK")
READY_WITHIN = 30.0


@dataclass(frozen=True)
class Server:
    """A running target."""

    name: str
    port: int
    pid: int
    prefix: str = ""

    def cpu(self) -> float:
        """Seconds that its processes have worked."""
        return family_cpu(self.pid)


@contextmanager
def serving(
    name: str, wsgi: str, environment: Mapping[str, str], prefix: str = "", workers: int = 2
) -> Iterator[Server]:
    """A server of a WSGI application. Raises RuntimeError when it does not come up."""
    port = _free_port()
    log = CHECKOUT / "var" / f"bench-{name}.log"
    log.parent.mkdir(exist_ok=True)
    words = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", wsgi]
    shape = {"WEB_CONCURRENCY": str(workers), "WEB_THREADS": "4"}
    with (
        log.open("w") as file,
        subprocess.Popen(
            words, cwd=CHECKOUT, env={**environment, **shape}, stdout=file, stderr=file, start_new_session=True
        ) as process,
    ):
        try:
            _wait_for(port, process, log)
            yield Server(name, port, process.pid, prefix)
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"a target did not start; {log} ends:\n{log.read_text()[-1500:]}")


def children(pid: int) -> list[int]:
    """The processes that a process has started and that live."""
    return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def family_cpu(pid: int) -> float:
    """Seconds of CPU of a process, its living children, and those of its children that have ended."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if entry.name == str(pid):
            ticks += sum(int(number) for number in fields[11:15])
        elif fields[1] == str(pid):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS
