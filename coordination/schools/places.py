"""Who holds a place: counted and given in one transaction; the place is always locked before who holds it."""

from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.scopes import visible
from agencies.web.problems import Fault, Problem
from coordination.schools.models import Placement, PlaceOffer
from households.register.models import Person
from households.register.services import stamped


def reserve_place(place: UUID, person: Person, *, by: Caller) -> UUID:
    """Hold a place for a child; returns the placement.

    Raises Problem when the school is closed, when no place is free (with the numbers), or (`exists`) when the child
    holds a place already.
    """
    found: PlaceOffer | None = visible(by, "place").select_related("school").filter(pk=place).first()
    if found is None:
        raise Problem("invalid", errors=[Fault("/place", "does_not_exist", "No such record.")])
    if not found.school.is_open:
        raise Problem("conflict", "This school is closed.")
    if not take_place(place):
        raise Problem("conflict", "No place is free.", place=place, capacity=found.capacity, free=0)
    placement = Placement(id=new_id(), place_id=place, person_id=person.pk, household_id=person.household_id)
    placement.save(force_insert=True)
    return placement.id


def take_place(place: UUID) -> bool:
    """Count one place more as taken, if one is free: the condition and the count are one statement."""
    free = PlaceOffer.objects.filter(pk=place, taken__lt=F("capacity"))
    return bool(free.update(taken=F("taken") + 1, **stamped()))


def enrol_placed(placement: UUID) -> None:
    """The school took the child in: the place stays theirs. Raises Problem when it is not reserved any more."""
    if not Placement.objects.filter(pk=placement, status="reserved").update(status="enrolled", **stamped()):
        raise Problem("conflict", "This place is not reserved any more.")


def give_up_place(placement: UUID) -> bool:
    """Free what a child holds, once however many ask; whether this call did."""
    held = Placement.objects.filter(pk=placement, status__in=Placement.LIVE)
    place = held.values_list("place_id", flat=True).first()
    if place is None:
        return False
    locked_place(place)
    if not held.update(status="given_up", ended_at=Now(), **stamped()):
        return False
    PlaceOffer.objects.filter(pk=place).update(taken=F("taken") - 1, **stamped())
    return True


def locked_place(place: UUID) -> Any:
    """The place, locked until the end of the transaction. Raises Problem when the caller may not count there."""
    found = PlaceOffer.objects.select_for_update().filter(pk=place).first()
    if found is None:
        raise Problem("out_of_scope")
    return found
