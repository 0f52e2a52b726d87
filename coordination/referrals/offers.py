"""The named offer that a referral may ask for, a seat in a batch or a place at a school: held, and given up again."""

from typing import Any
from uuid import UUID

from agencies.access.caller import Caller
from agencies.access.scopes import visible
from agencies.models import Agency
from agencies.web.problems import Fault
from coordination.referrals.models import Referral
from coordination.schools.models import Placement
from coordination.schools.places import give_up_place, reserve_place
from coordination.training import seats
from households.register.models import Person


def offer_fault(receiver: Agency, *, batch: UUID | None, place: UUID | None, by: Caller) -> Fault | None:
    """An offer is asked of the office that makes it. Raises DoesNotExist when the caller sees no such offer."""
    if batch and visible(by, "batch").get(pk=batch).provider_id != receiver.pk:
        return Fault("/batch", "not_theirs", "The receiver does not offer this batch.")
    if place and _school(place, by).office_region != receiver.region_id:
        return Fault("/place", "not_theirs", "The receiver does not speak for this school.")
    return None


def _school(place: UUID, by: Caller) -> Any:
    return visible(by, "place").select_related("school").get(pk=place).school


def reserve_offer(referral: Referral, person: Person, *, by: Caller) -> None:
    """Hold what the referral asks for, if it names something. Raises Problem when it cannot be had."""
    if referral.batch_id:
        seats.reserve_seat(referral.batch_id, person, by=by)
    if referral.place_id:
        reserve_place(referral.place_id, person, by=by)


def give_up_offer(referral: Referral, *, by: Caller) -> None:
    """Free what was held, by the request or the work on it, and not used: who is at school keeps the place."""
    if referral.sent_at is None:
        return
    if referral.batch_id:
        seats.give_up_seat(referral.batch_id, referral.person_id, by=by)
    if referral.kind == Referral.Kind.SCHOOLING:
        held = Placement.objects.filter(person=referral.person_id, status="reserved")
        its_own = held.filter(place__school__office_region=referral.to_agency.region_id)
        for placement in its_own.values_list("pk", flat=True):
            give_up_place(placement)
