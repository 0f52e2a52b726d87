"""Finding people by their numbers, and opening a number: both audited, both within the caller's rows."""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.problems import Problem
from households.register.numbers import digests, open_number

WINDOW_SECONDS = 3600
COUNT = """INSERT INTO web_callcounter AS n (name, slot, calls) VALUES (%s, %s, %s)
 ON CONFLICT (name, slot) DO UPDATE SET calls = n.calls + excluded.calls RETURNING calls"""


def count_lookups(caller: Caller, number: int) -> None:
    """Numbers looked up have a quota of their own. Raises Problem (`rate_limited`) when it is used up."""
    slot = int(time.time()) // WINDOW_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [f"lookup:{caller.client or caller.officer}", slot, number])
        (used,) = cursor.fetchone()
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
        if keys:
            for digest, person, household in people.filter(Q(**{f"{column}__in": keys})).values_list(
                column, "pk", "household_id"
            ):
                found.setdefault(bytes(digest), []).append((person, household))
    for digest, household in _cards(caller, wanted):
        for person in people.filter(household=household).values_list("pk", flat=True):
            found.setdefault(digest, []).append((person, household))
    return found


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
    """The full NIK or NISN of a person whom the caller sees; None when it sees none or there is no number."""
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
