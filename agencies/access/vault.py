"""Sealing of values that must be unreadable in the database: AES-256-GCM, and keyed digests to look them up."""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


def seal(plain: bytes, place: str) -> bytes:
    """Encrypt for one place (`table.column.row id`): key number, nonce, ciphertext with tag."""
    keys = settings.KEYS.now
    nonce = os.urandom(12)
    return bytes([keys.writes]) + nonce + _cipher(keys.encryption[keys.writes]).encrypt(nonce, plain, place.encode())


def unseal(sealed: bytes, place: str) -> bytes:
    """Decrypt what `seal` made for the same place. Raises InvalidTag for any other, KeyError for a retired key."""
    sealed = bytes(sealed)
    return _cipher(settings.KEYS.now.encryption[sealed[0]]).decrypt(sealed[1:13], sealed[13:], place.encode())


def fingerprint(kind: str, value: str) -> bytes:
    """Keyed digest of an identity number for look-up: key number and HMAC-SHA256."""
    keys = settings.KEYS.now
    return _digest(keys.writes, keys.lookup[keys.writes], f"{kind}:{value}")


def fingerprints(kind: str, value: str) -> list[bytes]:
    """The digests under every live key: while keys rotate, a row may carry either."""
    return [_digest(number, key, f"{kind}:{value}") for number, key in settings.KEYS.now.lookup.items()]


def lasting_digest(kind: str, value: str) -> bytes:
    """Keyed digest under a key that does not rotate, for what cannot be computed again or is on paper."""
    return _digest(0, settings.KEYS.now.records, f"{kind}:{value}")[1:]


def _digest(number: int, key: bytes, text: str) -> bytes:
    digest = _keyed(key).copy()
    digest.update(text.encode())
    return bytes([number]) + digest.digest()


# Preparing a key costs more than using it, and a register has a hundred thousand numbers.
@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


@lru_cache(maxsize=16)
def _keyed(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod=hashlib.sha256)
