"""Opening cases: one for each child that was referred, many in one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.scopes import visible
from agencies.web.problems import Problem
from agencies.web.results import Result
from coordination.referrals.models import Referral
from coordination.referrals.services import move_referral
from coordination.referrals.transitions import allowed_moves
from coordination.schooling.codes import Category
from coordination.schooling.models import CaseMove, SchoolingCase
from coordination.schooling.moves import step
from households.register.choices import SchoolParticipation
from households.register.models import Household, Person

CATEGORY_OF: dict[str, str] = {
    SchoolParticipation.NEVER: Category.NEVER_ENROLLED,
    SchoolParticipation.NO_LONGER: Category.DROPPED_OUT,
}
# What is left to do of a referral before the work on its case begins.
TO_BEGIN = {"requested": ("accept", "start"), "accepted": ("start",), "in_progress": ()}


@dataclass(slots=True)
class Asked:
    """What the items of a call speak of, read once; the referrals are locked."""

    referrals: dict[UUID, Referral]
    people: dict[UUID, Person]
    regions: dict[UUID, str]
    opened: set[UUID]


def open_case(*, referral: UUID, category: str = "", by: Caller) -> UUID:
    """The case of one referral; see `open_cases`. Raises Problem when it cannot be opened."""
    found = open_cases([{"referral": referral, "category": category}], by=by)[0]
    if isinstance(found, Problem):
        raise found
    return found


def open_cases(items: Sequence[Mapping[str, Any]], *, by: Caller) -> dict[int, Result]:
    """A case for each referral to the caller's office, which is accepted and begun by it; or why there is none.

    A child whose category nobody stated gets the one that its school participation tells.
    """
    asked = _asked({item["referral"] for item in items}, by)
    results: dict[int, Result] = {}
    cases: list[SchoolingCase] = []
    for index, item in enumerate(items):
        found = _begun(item, asked, by)
        if isinstance(found, SchoolingCase):
            cases.append(found)
        results[index] = found.pk if isinstance(found, SchoolingCase) else found
    SchoolingCase.objects.bulk_create(cases)
    CaseMove.objects.bulk_create(step(case, "open", case.status, by=by, before="") for case in cases)
    return results


def _asked(keys: set[UUID], by: Caller) -> Asked:
    rows = visible(by, "referral").filter(pk__in=keys, kind=Referral.Kind.SCHOOLING, to_agency=by.agency)
    referrals = {row.pk: row for row in rows.select_for_update().order_by("pk")}
    people = visible(by, "person").in_bulk({row.person_id for row in referrals.values()})
    homes = Household.objects.filter(pk__in={person.household_id for person in people.values()})
    opened = SchoolingCase.objects.filter(referral__in=referrals)
    return Asked(
        referrals,
        people,
        dict(homes.values_list("pk", "region_id")),
        set(opened.values_list("referral_id", flat=True)),
    )


def _begun(item: Mapping[str, Any], asked: Asked, by: Caller) -> SchoolingCase | Problem:
    """The case, not yet stored, of a referral on which the work begins; or why it cannot."""
    referral = asked.referrals.get(item["referral"])
    person = asked.people.get(referral.person_id) if referral else None
    if referral is None or person is None:
        return Problem("not_found")
    if referral.pk in asked.opened:
        return Problem("exists")
    if referral.status not in TO_BEGIN:
        allowed = allowed_moves(referral, by.agency)
        return Problem("transition_refused", f"The referral is {referral.status}.", allowed=allowed)
    asked.opened.add(referral.pk)
    for name in TO_BEGIN[referral.status]:
        move_referral(referral, name, by=by)
        referral.refresh_from_db()
    return SchoolingCase(
        id=new_id(),
        referral_id=referral.pk,
        person_id=person.pk,
        agency_id=by.agency,
        region_id=asked.regions[person.household_id],
        category=item.get("category") or CATEGORY_OF.get(person.school_participation, ""),
    )
