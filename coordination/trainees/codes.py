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
CODE_BYTES, SEAL_BYTES, KEY_BYTES, SLOT_BYTES = 5, 16, 16, 5


def in_base32(value: bytes) -> str:
    """Bytes in Crockford's alphabet, five bits a letter."""
    number, letters = int.from_bytes(value), len(value) * 8 // 5
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(letters)))


def plain(given: str) -> str:
    """What somebody typed or read aloud, as it was printed; without blanks and hyphens."""
    return given.upper().translate(MISREAD)


def code_of(application: UUID) -> str:
    """The participation code of a seat, such as 7K3Q-X9M2."""
    code = in_base32(_personal(application))
    return f"{code[:4]}-{code[4:]}"


def whose_code(given: str, seated: Iterable[UUID]) -> UUID | None:
    """Whose code it is among those with a seat."""
    wanted, found = plain(given).encode(), None
    for application in seated:
        if hmac.compare_digest(in_base32(_personal(application)).encode(), wanted):
            found = application
    return found


def _personal(application: UUID) -> bytes:
    # The participant keeps the code: it must outlive a rotation of keys.
    return lasting_digest("participation", str(application))[:CODE_BYTES]


def new_token(session: UUID) -> tuple[str, datetime]:
    """The token of a session for this moment, and when the next one takes its place; it holds until then twice over."""
    slot = _slot()
    sealed = fingerprint("check-in", f"{session}:{slot}")[: 1 + SEAL_BYTES]
    told = session.bytes + slot.to_bytes(SLOT_BYTES) + sealed
    ends = datetime.fromtimestamp((slot + 1) * settings.CHECK_IN_SECONDS, UTC)
    return base64.urlsafe_b64encode(told).decode().rstrip("="), ends


def session_of(token: str) -> UUID | None:
    """The session of a token that we made in this stretch of time or the one before; None for any other text."""
    try:
        told = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except ValueError:
        return None
    if len(told) != KEY_BYTES + SLOT_BYTES + 1 + SEAL_BYTES:
        return None
    session, slot = UUID(bytes=told[:KEY_BYTES]), int.from_bytes(told[KEY_BYTES : KEY_BYTES + SLOT_BYTES])
    seals = [seal[: 1 + SEAL_BYTES] for seal in fingerprints("check-in", f"{session}:{slot}")]
    if not any(hmac.compare_digest(seal, told[KEY_BYTES + SLOT_BYTES :]) for seal in seals):
        return None
    return session if _slot() - slot in (0, 1) else None


def _slot() -> int:
    return int(time.time()) // int(settings.CHECK_IN_SECONDS)
