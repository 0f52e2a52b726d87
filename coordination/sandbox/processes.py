"""Which processes are ours: numbers are used again, so a process is known by number and starting time."""

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """A process that the sandbox started, the leader of its own process group."""

    name: str
    pid: int
    started: str

    @classmethod
    def now(cls, name: str, pid: int) -> Self:
        return cls(name, pid, starting_time(pid) or "")

    def is_running(self) -> bool:
        return bool(self.started) and starting_time(self.pid) == self.started

    def end(self, *, within: float) -> None:
        """Ask the process to end; after `within` seconds end it and its whole group for good."""
        if not self.is_running():
            return
        os.kill(self.pid, signal.SIGTERM)
        if not _gone(self, within):
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            _gone(self, 2)


def _gone(process: Process, within: float) -> bool:
    deadline = time.monotonic() + within
    while process.is_running():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def starting_time(pid: int) -> str | None:
    """When a running process started, in the system's own words; None for none, or a zombie."""
    if not PROC.joinpath("self").exists():
        return None if _ps(pid, "stat").startswith("Z") else _ps(pid, "lstart") or None
    try:
        fields = PROC.joinpath(str(pid), "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def command(pid: int) -> str:
    """The command line of a process, empty when there is none."""
    if not PROC.joinpath("self").exists():
        return _ps(pid, "command")
    try:
        return PROC.joinpath(str(pid), "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _ps(pid: int, column: str) -> str:
    answer = subprocess.run(
        ["ps", "-o", f"{column}=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip()


def read(path: Path) -> list[Process]:
    """The processes that an earlier run wrote down; none when it left no readable file."""
    try:
        return [Process(**entry) for entry in json.loads(path.read_text())]
    except (OSError, ValueError, TypeError):
        return []


def write(path: Path, running: list[Process]) -> None:
    """Write down what runs, in one step, for the run that comes after a crash."""
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps([asdict(process) for process in running], indent=1))
    unfinished.replace(path)
