"""The product's secret keys: one JSON file that only its owner may read, made on first use locally.

In production the operator makes it with this command once and keeps it like the keys of a safe: without it no
identity number can be read again. Standard library only, so that it runs before anything is installed.
"""

import argparse
import json
import os
import secrets
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

VERSION = "1"


def _key() -> str:
    return b64encode(secrets.token_bytes(32)).decode()


def _numbered_key() -> dict[str, str]:
    """Keys by number; the highest encrypts and signs, all decrypt and verify during rotation."""
    return {VERSION: _key()}


KINDS: dict[str, Callable[[], Any]] = {
    "secret_key": lambda: secrets.token_urlsafe(64),
    "identity_encryption": _numbered_key,
    "identity_lookup": _numbered_key,
    "cursors": _numbered_key,
    "access_log": _numbered_key,
    "tokens": _numbered_key,
}


def make_keys(path: Path) -> bool:
    """Write the keys that the file does not have yet, in one step; True when something was added.

    Keys that are there are never changed. A file that is no JSON object raises ValueError.
    """
    held = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if not isinstance(held, dict):
        raise ValueError(f"{path} is not a JSON object")
    missing = {name: make() for name, make in KINDS.items() if name not in held}
    if missing:
        _write(path, {**held, **missing})
    return bool(missing)


def _write(path: Path, keys: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(keys, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--path", type=Path, required=True)
    path = parser.parse_args().path
    print(f"{path}: {'keys made' if make_keys(path) else 'nothing was missing'}")


if __name__ == "__main__":
    main()
