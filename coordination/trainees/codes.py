"""Participation codes, and the token in a session's QR code: worked out from this installation's keys, stored nowhere.

The device at the venue shows a token that lives for minutes; a participant who scans it gives the personal code that
came with the seat. Either alone is of no use, and neither names anybody.
"""

import base64
import hmac
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings

from agencies.access.vault import fingerprint, fingerprints, lasting_digest

# Crockford's base 32: no letter that is read as a digit, and letters read so are taken for digits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("OIL", "011", " -")
CODE_BYTES, SEAL_BYTES, SESSION_BYTES, SLOT_BYTES = 5, 17, 16, 5


def in_base32(value: bytes) -> str:
    """Bytes in Crockford's alphabet, five bits a letter."""
    number, letters = int.from_bytes(value), len(value) * 8 // 5
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(letters)))


def plain(given: str) -> str:
    """What somebody typed or read aloud, as it was printed; without blanks and hyphens."""
    return given.upper().translate(MISREAD)


def code_of(application: UUID) -> str:
    """The participation code of a seat, such as 7K3Q-X9M2; it stays the same when keys rotate, being on paper."""
    code = in_base32(lasting_digest(f"participation:{application}")[:CODE_BYTES])
    return f"{code[:4]}-{code[4:]}"


def whose_code(given: str, seated: Iterable[UUID]) -> UUID | None:
    """Whose code it is among those with a seat."""
    wanted, found = plain(given).encode(), None
    for application in seated:
        if hmac.compare_digest(plain(code_of(application)).encode(), wanted):
            found = application
    return found


def new_token(session: UUID) -> tuple[str, datetime]:
    """The token of a session for this moment, and when the next one takes its place; it holds until then twice over."""
    slot = _slot()
    told = session.bytes + slot.to_bytes(SLOT_BYTES) + fingerprint(*_sealed(session, slot))[:SEAL_BYTES]
    ends = datetime.fromtimestamp((slot + 1) * settings.CHECK_IN_SECONDS, UTC)
    return base64.urlsafe_b64encode(told).decode().rstrip("="), ends


def session_of(token: str) -> UUID | None:
    """The session of a token that we made in this stretch of time or the one before; None for any other text."""
    try:
        told = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except ValueError:
        return None
    if len(told) != SESSION_BYTES + SLOT_BYTES + SEAL_BYTES:
        return None
    session, slot = UUID(bytes=told[:SESSION_BYTES]), int.from_bytes(told[SESSION_BYTES:-SEAL_BYTES])
    seals = fingerprints(*_sealed(session, slot))
    if not any(hmac.compare_digest(told[-SEAL_BYTES:], seal[:SEAL_BYTES]) for seal in seals):
        return None
    return session if _slot() - slot in (0, 1) else None


def _slot() -> int:
    return int(time.time()) // int(settings.CHECK_IN_SECONDS)


def _sealed(session: UUID, slot: int) -> tuple[str, str]:
    """What the seal of a token is made of."""
    return "check-in", f"{session}:{slot}"
