"""Finding people by their numbers, and opening a number: both audited, both within the caller's rows."""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.counting import count_calls
from agencies.web.problems import Fault, Problem
from households.register.numbers import digests, open_number

WINDOW_SECONDS = 3600
# Codes, not free text: the access log keeps them, and holds no personal data.
# Reason -> the kinds of office that have it.
REVEAL_REASONS = {
    "enrolment": "social education",
    "certificate": "social manpower",
    "verification": "social",
    "correction": "social",
}


def count_lookups(caller: Caller, number: int) -> None:
    """Numbers looked up have a quota of their own. Raises Problem (`rate_limited`) when it is used up."""
    used = count_calls(f"lookup:{caller.client or caller.officer}", int(time.time()) // WINDOW_SECONDS, number)
    if used > settings.LOOKUPS_PER_HOUR:
        raise Problem("rate_limited", headers={"Retry-After": str(WINDOW_SECONDS - int(time.time()) % WINDOW_SECONDS)})


def look_up(caller: Caller, items: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """One result per item, in order: `found` with the ids, `not_found`, or `ambiguous`.

    A person whom the caller may not see is `not_found`, and takes no other path.
    """
    wanted = [(kind, number) for item in items for kind, number in item.items()]
    by_digest = _people_by_digest(caller, wanted)
    results, seen = [], []
    for position, (kind, number) in enumerate(wanted):
        people = {person for digest in digests(_stored(kind), number) for person in by_digest.get(digest, ())}
        status = "not_found" if not people else "found" if len({h for _, h in people}) == 1 else "ambiguous"
        result: dict[str, Any] = {"index": position, "status": status}
        if status == "found":
            result["household"] = next(iter(people))[1]
            result["persons"] = sorted(person for person, _ in people)
        seen += [person for person, _ in people] if status == "found" else []
        results.append(result)
    log_call(caller, "lookup", "person", subjects=seen, groups="lookup", count=len(seen))
    return results


def _stored(kind: str) -> str:
    return "family_card" if kind == "family_card_number" else kind


def _people_by_digest(caller: Caller, wanted: Sequence[tuple[str, str]]) -> dict[bytes, list[tuple[UUID, UUID]]]:
    """(person, household) under each digest, of the people whom the caller sees."""
    found: dict[bytes, list[tuple[UUID, UUID]]] = {}
    people = visible(caller, "person")
    for kind, column in (("nik", "nik_digest"), ("nisn", "nisn_digest")):
        keys = [digest for k, number in wanted if k == kind for digest in digests(kind, number)]
        if keys and may_read(caller, kind):
            for digest, person, household in people.filter(Q(**{f"{column}__in": keys})).values_list(
                column, "pk", "household_id"
            ):
                found.setdefault(bytes(digest), []).append((person, household))
    for digest, household in _cards(caller, wanted):
        for person in people.filter(household=household).values_list("pk", flat=True):
            found.setdefault(digest, []).append((person, household))
    return found


def may_read(caller: Caller, kind: str) -> bool:
    """Whether the caller reads this kind of number at all; whoever does not neither finds by it nor opens it."""
    return f"{kind}_last4" in policy.readable(caller.kind, caller.role, "person")


def _cards(caller: Caller, wanted: Sequence[tuple[str, str]]) -> list[tuple[bytes, UUID]]:
    """Households by family card; only whoever keeps the register may look by card."""
    if not policy.allows(caller.kind, caller.role, "family_card", "lookup"):
        return []
    keys = [
        digest for kind, number in wanted if kind == "family_card_number" for digest in digests("family_card", number)
    ]
    rows = visible(caller, "family_card").filter(number_digest__in=keys, until=None)
    return [(bytes(digest), household) for digest, household in rows.values_list("number_digest", "household_id")]


def reveal_number(caller: Caller, key: UUID, kind: str, reason: str) -> str | None:
    """The full NIK or NISN of a person whom the caller sees; None when it sees none or there is no number.

    Raises Problem for a number that the caller's role does not read, or a reason that its kind of office cannot have.
    """
    if not may_read(caller, kind):
        raise Problem("invalid", errors=[Fault("/number", "not_readable", "Not a number that you may read.")])
    if caller.kind not in REVEAL_REASONS[reason].split():
        raise Problem("invalid", errors=[Fault("/reason", "not_yours", "Not a reason that your office can have.")])
    column = f"{kind}_cipher"
    row = visible(caller, "person").filter(pk=key).values_list(column, flat=True).first()
    log_call(
        caller,
        f"reveal_{kind}_{reason}",
        "person",
        subjects=[key],
        groups="sealed",
        count=int(bool(row)),
    )
    return open_number(kind, key, row) if row else None
