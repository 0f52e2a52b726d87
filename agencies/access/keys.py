"""Secrets of one installation: read from the file named by SINERGI_KEYS, never from the database."""

import fcntl
import json
import logging
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROTATED = ("encryption", "lookup", "cursor")
GREATEST = 255  # the number of its key stands in the first byte of what was sealed
LOOKED_AT_EVERY = 1.0
FOLLOWED_AFTER = 3.0
"""Seconds after which every process that sees a key file goes by what it says."""
logger = logging.getLogger("sinergi.keys")


@dataclass(frozen=True, slots=True)
class Keys:
    """Live keys by number, 32 bytes each: number `writes` of each kind makes what is new, all of them read.

    `records` makes the digests by which a register entry without a number is known again, and `anchor` signs the
    heads of the access log: nothing is left of what they were made from, so that neither changes.
    """

    encryption: dict[int, bytes]
    lookup: dict[int, bytes]
    cursor: dict[int, bytes]
    writes: int
    records: bytes
    anchor: bytes
    django: str

    @property
    def older(self) -> list[int]:
        """The numbers before the one that writes: what they made is to be made anew."""
        return sorted(number for number in self.encryption if number < self.writes)

    @property
    def prepared(self) -> int | None:
        """The number of a key that reads already and does not write yet."""
        return max(self.encryption) if max(self.encryption) > self.writes else None


class Keyring:
    """The keys of one file, which is looked at again every second: keys rotate while the service runs.

    A file that is missing or damaged for a while changes nothing.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self._seen, self._keys = self._version(), read_keys(self.path)
        self._looked = time.monotonic()

    @property
    def now(self) -> Keys:
        """The keys as the file has them."""
        if time.monotonic() - self._looked > LOOKED_AT_EVERY:
            self.look()
        return self._keys

    def look(self) -> None:
        """Read the file at once if it is another one than before."""
        self._looked = time.monotonic()
        try:
            seen = self._version()
            if seen != self._seen:
                self._keys = read_keys(self.path)
                self._seen = seen
        except (OSError, ValueError):
            logger.exception("the key file cannot be read; going on with the keys of before")

    def _version(self) -> tuple[int, int]:
        file = self.path.stat()
        return file.st_ino, file.st_mtime_ns


def new_keys() -> dict[str, Any]:
    """The content of a fresh key file: hexadecimal keys of 256 bits."""
    return {
        "writes": 1,
        **{kind: {"1": secrets.token_hex(32)} for kind in ROTATED},
        "records": secrets.token_hex(32),
        "anchor": secrets.token_hex(32),
        "django": secrets.token_urlsafe(50),
    }


def make_key_file(path: Path) -> bool:
    """Write a fresh key file readable by its owner only; False when it exists already, made by whomever."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = _written(path, new_keys())
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return False
    finally:
        unfinished.unlink()
    return True


def read_keys(path: Path) -> Keys:
    """Read a key file. Raises OSError when it is missing and ValueError when it is damaged."""
    raw = _completed(json.loads(path.read_text()), path)
    rotated = [{int(number): bytes.fromhex(key) for number, key in raw[kind].items()} for kind in ROTATED]
    single = [bytes.fromhex(raw[name]) for name in ("records", "anchor")]
    if any(len(key) != 32 for key in [*single, *(key for kind in rotated for key in kind.values())]):
        raise ValueError(f"{path}: every key has 64 hexadecimal digits")
    if any(set(kind) != set(rotated[0]) or raw["writes"] not in kind for kind in rotated):
        raise ValueError(f"{path}: {', '.join(ROTATED)} need the same numbers, and `writes` is one of them")
    encryption, lookup, cursor = rotated
    records, anchor = single
    return Keys(encryption, lookup, cursor, raw["writes"], records, anchor, raw["django"])


def _completed(raw: dict[str, Any], path: Path) -> dict[str, Any]:
    """What a key file says, also one that was made before keys could rotate."""
    try:
        numbers = sorted(raw["encryption"], key=int)
        if isinstance(raw["cursor"], str):
            raw["cursor"] = dict.fromkeys(numbers, raw["cursor"])
        raw.setdefault("writes", int(numbers[-1]))
        raw.setdefault("records", raw["lookup"][numbers[0]])
        raw["anchor"], raw["django"]
    except (KeyError, TypeError, IndexError) as fault:
        raise ValueError(f"{path}: {fault} is missing") from fault
    return raw


def add_key(path: Path) -> int:
    """Add a new key of each kind that reads and does not write yet; returns its number. Raises ValueError."""
    raw = _completed(json.loads(path.read_text()), path)
    number = max(int(known) for known in raw["encryption"]) + 1
    if number > GREATEST:
        raise ValueError(f"{path}: there is no number after {GREATEST}")
    for kind in ROTATED:
        raw[kind][str(number)] = secrets.token_hex(32)
    _replace(path, raw)
    return number


def write_with(path: Path, number: int) -> None:
    """Let the keys of this number make what is new."""
    _replace(path, _completed(json.loads(path.read_text()), path) | {"writes": number})


def drop_older(path: Path) -> None:
    """Take away every key before the one that writes; what it made cannot be read again."""
    raw = _completed(json.loads(path.read_text()), path)
    for kind in ROTATED:
        raw[kind] = {number: key for number, key in raw[kind].items() if int(number) >= raw["writes"]}
    _replace(path, raw)


@contextmanager
def rotating(path: Path) -> Iterator[None]:
    """One rotation at a time. Raises BlockingIOError while another is going on."""
    place = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(place)


def _replace(path: Path, raw: dict[str, Any]) -> None:
    """Put another content in the file's place at once, for the same owner: nobody ever sees half of it."""
    owner, unfinished = path.stat(), _written(path, raw)
    if (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
        os.chown(unfinished, owner.st_uid, owner.st_gid)
    unfinished.replace(path)


def _written(path: Path, raw: dict[str, Any]) -> Path:
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(raw, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return unfinished


if __name__ == "__main__":
    sys.stdout.write("made\n" if make_key_file(Path(sys.argv[1])) else "kept\n")
