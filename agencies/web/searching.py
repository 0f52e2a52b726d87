"""Search terms of the admin: posted, and then in the page's address only sealed, since they are names of people."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from cryptography.exceptions import InvalidTag

from agencies.access.vault import seal, unseal


def conceal(term: str, officer: UUID | None) -> str:
    """The term as it may stand in an address: nobody but the same officer can have it read."""
    return urlsafe_b64encode(seal(term.encode(), f"search.{officer}")).decode()


def disclose(text: str, officer: UUID | None) -> str:
    """The term behind it; empty for what `conceal` did not make for this officer."""
    try:
        return unseal(urlsafe_b64decode(text), f"search.{officer}").decode()
    except (ValueError, KeyError, IndexError, InvalidTag):
        return ""
