"""Secrets of one installation: read from the file named by SINERGI_KEYS, never from the database."""

import json
import os
import secrets
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Keys:
    """Live keys by number; the highest number writes, all read. 32 bytes each."""

    encryption: dict[int, bytes]
    lookup: dict[int, bytes]
    anchor: bytes
    cursor: bytes
    django: str


def new_keys() -> dict[str, Any]:
    """The content of a fresh key file: hexadecimal keys of 256 bits."""
    return {
        "encryption": {"1": secrets.token_hex(32)},
        "lookup": {"1": secrets.token_hex(32)},
        "anchor": secrets.token_hex(32),
        "cursor": secrets.token_hex(32),
        "django": secrets.token_urlsafe(50),
    }


def make_key_file(path: Path) -> bool:
    """Write a fresh key file readable by its owner only; False when it exists already, made by whomever."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(new_keys(), file, indent=1)
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return False
    finally:
        unfinished.unlink()
    return True


@lru_cache(maxsize=1)
def load_keys(path: str) -> Keys:
    """Read a key file. Raises OSError when it is missing and ValueError when it is damaged."""
    raw = json.loads(Path(path).read_text())
    try:
        keys = Keys(
            encryption={int(number): bytes.fromhex(key) for number, key in raw["encryption"].items()},
            lookup={int(number): bytes.fromhex(key) for number, key in raw["lookup"].items()},
            anchor=bytes.fromhex(raw["anchor"]),
            cursor=bytes.fromhex(raw["cursor"]),
            django=raw["django"],
        )
    except (KeyError, AttributeError) as fault:
        raise ValueError(f"{path}: {fault} is missing") from fault
    every = [*keys.encryption.values(), *keys.lookup.values(), keys.anchor, keys.cursor]
    if any(len(key) != 32 for key in every) or not keys.encryption or not keys.lookup:
        raise ValueError(f"{path}: every key has 64 hexadecimal digits")
    return keys


if __name__ == "__main__":
    sys.stdout.write("made\n" if make_key_file(Path(sys.argv[1])) else "kept\n")
