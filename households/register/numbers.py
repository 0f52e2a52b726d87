"""Identity numbers at rest: ciphertext bound to its row, a keyed digest for look-up, and the last four digits."""

from typing import Any
from uuid import UUID

from django.conf import settings

from agencies.access.locks import lock
from agencies.access.vault import fingerprint, fingerprints, seal, unseal
from agencies.web.problems import Problem
from households.register.models import FamilyCard, Person

# Kind of number -> (table, ciphertext column); the digest and last four follow the same naming.
PLACES = {
    "nik": ("register_person", "nik_cipher"),
    "nisn": ("register_person", "nisn_cipher"),
    "family_card": ("register_familycard", "number_cipher"),
}


def place(kind: str, key: UUID | str) -> str:
    """Where a number stands: table, column and row, to which its ciphertext is bound."""
    return ".".join((*PLACES[kind], str(key)))


def cipher(kind: str, key: UUID | str, number: str) -> bytes:
    """A number encrypted for the row `key`."""
    return seal(number.encode(), place(kind, key))


def sealed_number(kind: str, key: UUID, number: str) -> dict[str, Any]:
    """The three columns of a number in the row `key`."""
    prefix = "number" if kind == "family_card" else kind
    return {
        f"{prefix}_cipher": cipher(kind, key, number),
        f"{prefix}_digest": fingerprint(kind, number),
        f"{prefix}_last4": number[-4:],
    }


def open_number(kind: str, key: UUID, cipher: bytes) -> str:
    """The full number. Raises InvalidTag when the ciphertext was moved from another row."""
    return unseal(cipher, place(kind, key)).decode()


def digests(kind: str, number: str) -> list[bytes]:
    """What to look for: the number's digest under every live key."""
    return fingerprints(kind, number)


def claim_number(kind: str, number: str, *, city: str, holder: UUID | None = None) -> None:
    """Keep a NIK or No. KK to one holder of a city while keys rotate, until the transaction ends.

    A unique index stands over the digests; under two keys one number has two, so that the other is asked for here,
    and whoever claims the same number waits. Raises Problem (`exists`) unless it is free or the holder's own.
    """
    if kind == "nisn" or len(settings.KEYS.now.lookup) == 1:
        return
    every = digests(kind, number)
    lock(f"{city} {every[0].hex()}")
    cards = FamilyCard.objects.filter(city=city, number_digest__in=every, until=None)
    people = Person.objects.filter(city=city, nik_digest__in=every).exclude(pk=holder)
    if (people if kind == "nik" else cards).exists():
        raise Problem("exists")
