"""The embedded PostgreSQL: a private cluster per checkout on a Unix socket, started and recovered here."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from coordination.sandbox import configuration, processes
from coordination.sandbox.account import Account, server_account
from coordination.sandbox.addresses import write
from coordination.sandbox.binaries import Binaries, choose, named, reachable
from coordination.sandbox.home import Home, open_directory, short_hash, state_directory
from coordination.sandbox.refusal import Refusal, exit_with

CHECKOUT = Path(__file__).resolve().parents[2]
ADMIN = "postgres"
ATTEMPTS = 20


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL data directory with the programs and the account that serve it."""

    home: Home
    binaries: Binaries
    account: Account = field(default_factory=server_account)
    durable: bool = True

    def url(self, user: str, database: str) -> str:
        return write({"user": user, "dbname": database, "host": str(self.home.socket)})

    @property
    def admin_url(self) -> str:
        return self.url(ADMIN, "postgres")

    def is_up(self) -> bool:
        answer = self.account.run(self.binaries.bin / "pg_isready", "-q", "-h", self.home.socket)
        return answer.returncode == 0

    def start(self) -> bool:
        """Bring the cluster up, made anew or recovered after a crash; True when it was not up before.

        Safe when several processes call it at once. Raises Refusal with the end of the server's log.
        """
        with self.home.locked():
            return self._start()

    def stop(self) -> None:
        """Stop the cluster. Raises Refusal while a sandbox or test run of this checkout uses it."""
        self.home.stop()

    def reset(self) -> None:
        """Stop the cluster and delete its data. Raises Refusal while it is in use."""
        self.home.reset()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep the cluster up meanwhile; the last user to leave stops it, and killed users do not count."""
        with self.home.locked():
            users = self.home.enter()
        try:
            self.start()
            yield
        finally:
            with self.home.locked(), users:
                if self.home.is_last(users):
                    self.home.end_server()

    def _start(self) -> bool:
        self._prepare()
        if self.is_up():
            return False
        configuration.write(self.home.path, self.home.socket, durable=self.durable)
        for _ in range(ATTEMPTS):
            self._forget_dead_server()
            self._pg_ctl("start", "-w", "-t", "60", "-l", self.home.log, "-o", self._options())
            if self.is_up():
                return True
            time.sleep(0.25)
        raise Refusal(f"PostgreSQL did not start. {self.home.log} ends:\n{self._end_of_log()}")

    def _pg_ctl(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return self.account.run(self.binaries.bin / "pg_ctl", "-D", self.home.data, *words, silent=True)

    def _options(self) -> str:
        return f"-c config_file={shlex.quote(str(self.home.path / 'postgresql.conf'))}"

    def _prepare(self) -> None:
        open_directory(self.home.path)
        for directory in (self.home.socket, self.home.log.parent):
            self._refuse_foreign(directory)
            self.account.make_directory(directory)
        if not self.home.data.exists():
            self._make_data()

    def _refuse_foreign(self, directory: Path) -> None:
        if os.path.lexists(directory) and directory.lstat().st_uid not in (os.getuid(), self.account.uid):
            raise Refusal(f"{directory} belongs to another user: remove it.")

    def _make_data(self) -> None:
        """Made under another name and renamed when complete, so that a kill leaves no half cluster behind."""
        unfinished = self.home.path / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.account.make_directory(unfinished)
        words = configuration.initdb_words(self.binaries.major)
        made = self.account.run(self.binaries.bin / "initdb", "-D", unfinished, "-U", ADMIN, *words)
        if made.returncode:
            raise Refusal(f"PostgreSQL's initdb failed: {made.stderr.strip()}")
        unfinished.rename(self.home.data)

    def _forget_dead_server(self) -> None:
        """Remove the pid file of a killed server when its number now belongs to another program.

        PostgreSQL itself copes with a number that nobody has, but takes a stranger for its older self.
        """
        pid = self.home.noted_pid()
        if pid and processes.starting_time(pid) and self.home.server() is None:
            self.account.run("/bin/rm", "-f", self.home.data / "postmaster.pid")

    def _end_of_log(self) -> str:
        try:
            return "\n".join(self.home.log.read_text().splitlines()[-8:])
        except OSError:
            return "(no log was written)"


def cluster(purpose: str, *, base: Path | None = None, durable: bool = True) -> Cluster:
    """This checkout's cluster for a purpose: "sandbox" or "tests".

    One home per checkout, purpose and major version, because a data directory belongs to one major version.
    SINERGI_PG_BIN decides which; else the version used before, which is remembered; else what is found.
    Raises Refusal when there is no PostgreSQL to use.
    """
    base = base or state_directory()
    place = _place(base)
    open_directory(place)
    directory = os.environ.get("SINERGI_PG_BIN")
    binaries = named(Path(directory)) if directory else _remembered(place, purpose)
    account = server_account()
    home = Home(place / f"{purpose}-{binaries.major}")
    return Cluster(home, reachable(binaries, account, base), account, durable)


def _place(base: Path) -> Path:
    return base / short_hash(CHECKOUT)


def _remembered(place: Path, purpose: str) -> Binaries:
    note = place / f"{purpose}.major"
    if note.exists() and (place / f"{purpose}-{note.read_text()}" / "data").exists():
        return choose(int(note.read_text()))
    binaries = choose()
    note.write_text(str(binaries.major))
    return binaries


def main() -> int:
    """`stop` or `reset` every cluster of this checkout."""
    action = {"stop": Home.stop, "reset": Home.reset}.get(" ".join(sys.argv[1:]))
    if action is None:
        raise Refusal("say `stop` or `reset`.", code=2)
    homes = sorted(path for path in _place(state_directory()).glob("*-[0-9]*") if path.is_dir())
    for path in homes:
        action(Home(path))
    done = "stopped" if action is Home.stop else "deleted"
    names = ", ".join(path.name for path in homes) or "there were none"
    print(f"Embedded databases of this checkout {done}: {names}.")
    return 0


if __name__ == "__main__":
    exit_with(main)
