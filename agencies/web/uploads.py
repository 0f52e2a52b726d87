"""Calls that bring a file: what makes two of them the same."""

import hashlib
from typing import Any


def digest_of(sent: Any) -> bytes:
    """A digest of the fields of a form and of the content of its files, which are left at their beginning."""
    digest = hashlib.sha256()
    for name in sorted(sent):
        value = sent[name]
        digest.update(f"{name}={getattr(value, 'name', value)};".encode("utf-8", "surrogatepass"))
        for chunk in value.chunks() if hasattr(value, "chunks") else ():
            digest.update(chunk)
        if hasattr(value, "seek"):
            value.seek(0)
    return digest.digest()
