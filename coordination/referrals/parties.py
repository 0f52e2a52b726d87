"""Whom a referral concerns, read in one message: the person with the family, and the office that is asked."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Subquery, UUIDField

from agencies.access.caller import Caller
from agencies.access.expressions import Given
from agencies.access.prepared import compiled, together
from agencies.access.scopes import in_scope
from agencies.models import Agency
from agencies.web.problems import Fault, Problem
from households.register.models import Person

RESIDENT = ("id", "household_id", "city", "birth_date", "relation", "status")
OFFICE = ("id", "kind", "region_id", "is_active")


@dataclass(frozen=True, slots=True)
class Parties:
    """`family` is everybody of the person's household, the eldest first, the person among them."""

    person: Person
    family: list[Person]
    receiver: Agency


def read_parties(*, person: UUID, to_agency: UUID, by: Caller) -> Parties:
    """The parties, of what the caller may see. Raises Problem naming whom it does not."""
    (residents, of_residents), (offices, of_offices) = _statements(by.kind, by.role)
    asked = {**by.settings, "_person": person, "_office": to_agency}
    rows, office = together((residents, {**of_residents, **asked}), (offices, {**of_offices, **asked}))
    family = [Person.from_db(None, RESIDENT, row) for row in rows]
    found = next((member for member in family if member.pk == person), None)
    receiver = Agency.from_db(None, OFFICE, office[0]) if office else None
    if found is None or receiver is None:
        unknown = {"/person": found, "/to_agency": receiver}
        raise Problem(
            "invalid",
            errors=[Fault(at, "does_not_exist", "No such record.") for at, record in unknown.items() if record is None],
        )
    return Parties(found, family, receiver)


@lru_cache
def _statements(kind: str, role: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The statements that read the residents and the office, kept for all callers of a role."""
    of_person = in_scope(kind, role, "person").filter(pk=Given("_person", UUIDField())).values("household")
    residents = in_scope(kind, role, "person").filter(household=Subquery(of_person)).order_by("birth_date")
    offices = in_scope(kind, role, "agency").filter(pk=Given("_office", UUIDField()))
    return compiled(residents.values_list(*RESIDENT)), compiled(offices.values_list(*OFFICE))
