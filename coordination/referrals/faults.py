"""Why a referral cannot be: each reason once, for one request and for a thousand at a time."""

from agencies.models import Agency
from agencies.web.problems import Fault, Problem
from households.register.models import Person

RECEIVERS = {"schooling": "education", "training": "manpower"}


def person_fault(person: Person) -> Fault | None:
    """Only the living, who are here, are referred."""
    if person.status == "alive":
        return None
    return Fault("/person", "not_alive", "This person is not known to be alive and here.")


def receiver_fault(receiver: Agency, kind: str, city: str) -> Fault | None:
    """The receiver does this kind of work, for the city or for the province that the city lies in."""
    if receiver.kind != RECEIVERS[kind]:
        return Fault("/to_agency", "wrong_kind", f"Only an office of kind {RECEIVERS[kind]} takes {kind} referrals.")
    serves = city == receiver.region_id or city.startswith(f"{receiver.region_id}.")
    if not serves or not receiver.is_active:
        return Fault("/to_agency", "not_available", "This office does not work in your city.")
    return None


def refuse(fault: Fault | None) -> None:
    """Raises Problem when there is a fault."""
    if fault:
        raise Problem("invalid", errors=[fault])
