"""The account that PostgreSQL runs under: our own, or an unprivileged one when we are root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coordination.sandbox.refusal import Refusal

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """PostgreSQL refuses to run as root, so root lends it an account that owns the data and nothing else."""

    name: str
    uid: int
    gid: int

    def run(self, *command: str | Path, silent: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a program of PostgreSQL under this account, with none of the caller's PG* variables.

        `silent` gives up its output: the server that pg_ctl leaves behind would keep a pipe open for ever.
        """
        output = subprocess.DEVNULL if silent else subprocess.PIPE
        switch: dict[str, Any] = {}
        if os.getuid() != self.uid:
            switch = {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
            timeout=180,
            check=False,
            **switch,
        )

    def make_directory(self, path: Path) -> Path:
        """A directory that only this account may enter."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.getuid() != self.uid:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700)
        return path


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}


def own_name() -> str:
    """The name by which PostgreSQL's peer authentication knows this process."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        raise Refusal(
            f"user id {os.getuid()} has no name here, which PostgreSQL needs: run as a named user, "
            "or set DATABASE_URL to a PostgreSQL server."
        ) from None


def server_account() -> Account:
    """Whom the server runs as. Raises Refusal when we are root and no unprivileged account exists."""
    if os.getuid() != 0:
        return Account(own_name(), os.getuid(), os.getgid())
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise Refusal("PostgreSQL cannot run as root and there is no user 'postgres' or 'nobody': run as an ordinary user.")
