"""The directory of one embedded cluster: its paths, its locks, and the end of the server that works in it."""

import fcntl
import hashlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from coordination.sandbox import processes
from coordination.sandbox.refusal import Refusal

LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True)
class Home:
    """`path` belongs to us; in it only data, socket and log belong to the server's account.

    So root never writes where an unprivileged account could have laid a link.
    """

    path: Path

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def log(self) -> Path:
        return self.path / "log" / "postgresql.log"

    @property
    def keys(self) -> Path:
        """The keys of what is stored here: kept with the data, so that neither outlives the other."""
        return self.path / "keys.json"

    @property
    def socket(self) -> Path:
        """A socket's path may have some 100 bytes; for a deeper home a private directory in /tmp serves."""
        path = self.path / "socket"
        if len(os.fsencode(path / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
            return path
        return Path(tempfile.gettempdir(), f"sinergi-{os.getuid()}-{short_hash(self.path)}")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Start and stop one at a time, over all processes."""
        with self._open("lock") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def enter(self) -> IO[str]:
        """Count as a user of the cluster until the file is closed, also by a kill. Call it while locked."""
        users = self._open("users")
        fcntl.flock(users, fcntl.LOCK_SH)
        return users

    def is_last(self, users: IO[str]) -> bool:
        """Whether nobody else uses the cluster. Call it while locked."""
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def stop(self) -> None:
        """Stop the server, if there is one. Raises Refusal while a sandbox or test run uses it."""
        with self.locked(), self._unused():
            self.end_server()

    def reset(self) -> None:
        """Stop the server and delete its data and keys. Raises Refusal while it is in use."""
        with self.locked(), self._unused():
            self.end_server()
            shutil.rmtree(self.path, ignore_errors=True)

    def server(self) -> int | None:
        """The process number of the server that works on this data, None when there is none."""
        pid = self.noted_pid()
        return pid if pid and str(self.data) in processes.command(pid) else None

    def noted_pid(self) -> int | None:
        """The number in the server's pid file, which a killed server leaves behind."""
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def end_server(self) -> None:
        """Fast shutdown, and after four seconds immediate shutdown, which recovers at the next start."""
        for sign in (signal.SIGINT, signal.SIGQUIT):
            pid = self.server()
            if pid is None:
                return
            os.kill(pid, sign)
            _wait(pid, 4)

    def _open(self, name: str) -> IO[str]:
        open_directory(self.path.parent)
        return self.path.with_name(f"{self.path.name}.{name}").open("a", encoding="utf-8")

    @contextmanager
    def _unused(self) -> Iterator[None]:
        with self._open("users") as users:
            if not self.is_last(users):
                raise Refusal("the embedded PostgreSQL is in use by a running sandbox or test run: stop that first.")
            yield


def _wait(pid: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while processes.starting_time(pid) and time.monotonic() < deadline:
        time.sleep(0.02)


def open_directory(path: Path) -> None:
    """A directory of ours that, when we are root, the server's account may pass through but not list."""
    path.mkdir(parents=True, exist_ok=True)
    if path.lstat().st_uid == os.getuid():
        path.chmod(0o711 if os.getuid() == 0 else 0o700)


def short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]


def state_directory() -> Path:
    """Where clusters live: /var/lib/sinergi for root, else in the user's state. Raises Refusal without."""
    candidates = [Path("/var/lib/sinergi")]
    if os.getuid() != 0:
        state = os.environ.get("XDG_STATE_HOME") or Path("~/.local/state").expanduser()
        candidates = [Path(state, "sinergi"), Path(f"/var/tmp/sinergi-{os.getuid()}")]  # noqa: S108
    for path in candidates:
        try:
            open_directory(path)
        except OSError:
            continue
        if path.lstat().st_uid == os.getuid() and os.access(path, os.W_OK):
            return path
    raise Refusal(f"{candidates[0]} cannot be written, where the embedded PostgreSQL would keep its data.")
