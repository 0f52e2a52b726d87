"""Sealing of values that must be unreadable in the database: AES-256-GCM, and keyed digests to look them up."""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


def seal(plain: bytes, place: str) -> bytes:
    """Encrypt for one place (`table.column.row id`): key number, nonce, ciphertext with tag."""
    keys = settings.KEYS.encryption
    number = max(keys)
    nonce = os.urandom(12)
    return bytes([number]) + nonce + _cipher(keys[number]).encrypt(nonce, plain, place.encode())


def unseal(sealed: bytes, place: str) -> bytes:
    """Decrypt what `seal` made for the same place. Raises InvalidTag for any other, KeyError for a retired key."""
    sealed = bytes(sealed)
    return _cipher(settings.KEYS.encryption[sealed[0]]).decrypt(sealed[1:13], sealed[13:], place.encode())


def fingerprint(kind: str, value: str, key_number: int | None = None) -> bytes:
    """Keyed digest of an identity number for look-up: key number and HMAC-SHA256."""
    keys = settings.KEYS.lookup
    number = max(keys) if key_number is None else key_number
    digest = _keyed(keys[number]).copy()
    digest.update(f"{kind}:{value}".encode())
    return bytes([number]) + digest.digest()


def fingerprints(kind: str, value: str) -> list[bytes]:
    """The digests under every live key: while keys rotate, a row may carry either."""
    return [fingerprint(kind, value, number) for number in settings.KEYS.lookup]


# Preparing a key costs more than using it, and a register has a hundred thousand numbers.
@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


@lru_cache(maxsize=16)
def _keyed(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod=hashlib.sha256)
