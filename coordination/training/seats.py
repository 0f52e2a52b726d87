"""Who gets a seat: decided one caller after the other under the lock of the batch, which is always taken first."""

from typing import Any
from uuid import UUID

from django.db.models import F, Max
from django.db.models.functions import Now
from django.utils import timezone

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.scopes import visible
from agencies.web.problems import Fault, Problem
from coordination.training.models import Application, Batch
from households.register.models import Person
from households.register.services import stamped

# Registration may be over while the seats are still being given out.
SEATING = ("open", "closed")
SEAT, QUEUE = ("held", "accepted"), "reserve"


def locked_batch(key: UUID, by: Caller) -> Batch:
    """The batch, locked until the end of the transaction. Raises Problem when the caller sees none."""
    batch = visible(by, "batch").select_for_update().filter(pk=key).first()
    if batch is None:
        raise Problem("not_found")
    return batch  # type: ignore[no-any-return]


def apply(*, batch: UUID, person: UUID, by: Caller) -> UUID:
    """An application that the provider takes itself, still to be decided.

    Raises Problem when the batch is another office's or takes nobody, or when the person is too young.
    """
    found, applicant = locked_batch(batch, by), visible(by, "person").get(pk=person)
    if found.provider_id != by.agency:
        raise Problem("conflict", "Only the provider takes applications; refer the person instead.")
    _check_fit(found, applicant)
    return _register(found, applicant, status="submitted", source="own")


def reserve_seat(batch: UUID, person: Person, *, by: Caller) -> UUID:
    """Hold a seat for a referred person, or the next place on the reserve list when all are taken.

    Raises Problem when the batch takes nobody, or when the person is too young.
    """
    found = locked_batch(batch, by)
    _check_fit(found, person)
    status = "held" if take_seat(found) else QUEUE
    return _register(found, person, status=status, source="referral")


def _check_fit(batch: Batch, person: Person) -> None:
    if batch.status != Batch.Status.OPEN or batch.registration_until < timezone.localdate():
        raise Problem("conflict", "This batch takes no applications now.")
    minimum, day = batch.programme.minimum_age, batch.starts_on
    if person.age(day) < minimum:
        raise _refused("too_young", f"The programme takes people from {minimum} years on {day}.")
    if person.city != batch.city:
        raise _refused("wrong_city", "The batch is for people of another city.")


def _refused(code: str, detail: str) -> Problem:
    return Problem("invalid", errors=[Fault("/person", code, detail)])


def _register(batch: Batch, person: Person, *, status: str, source: str) -> UUID:
    application = Application(
        id=new_id(),
        batch=batch,
        person=person,
        household_id=person.household_id,
        provider_id=batch.provider_id,
        source=source,
        status=status,
        rank=next_rank(batch) if status == QUEUE else None,
    )
    application.save(force_insert=True)
    return application.id


def take_seat(batch: Batch) -> bool:
    """Count one seat more, if there is one: the condition and the count are one statement."""
    free = Batch.objects.filter(pk=batch.pk, seats_taken__lt=F("capacity"), status__in=SEATING)
    return bool(free.update(seats_taken=F("seats_taken") + 1, **stamped()))


def next_rank(batch: Batch) -> int:
    """The place behind everybody on the reserve list."""
    last: int | None = Application.objects.filter(batch=batch, status=QUEUE).aggregate(last=Max("rank"))["last"]
    return (last or 0) + 1


def accept(batch: Batch, application: Application) -> None:
    """Decide for an applicant: a held seat stays theirs, a free one is taken, else they wait on the reserve list."""
    changes: dict[str, Any] = {"decided_at": Now()}
    if application.status == "held" or (batch.status in SEATING and take_seat(batch)):
        changes |= {"status": "accepted", "rank": None}
    elif application.status != QUEUE:
        changes |= {"status": QUEUE, "rank": next_rank(batch)}
    Application.objects.filter(pk=application.pk).update(**changes, **stamped())


def leave(batch: Batch, application: Application, *, status: str) -> None:
    """End an application; its seat goes to the first on the reserve list, or is free again."""
    Application.objects.filter(pk=application.pk).update(status=status, rank=None, **_decision(status), **stamped())
    if application.status in SEAT and not _move_up(batch):
        Batch.objects.filter(pk=batch.pk).update(seats_taken=F("seats_taken") - 1, **stamped())


def _decision(status: str) -> dict[str, Now]:
    return {"decided_at": Now()} if status == "declined" else {}


def _move_up(batch: Batch) -> bool:
    """The first on the reserve list gets a seat: accepted if that was decided before, else held."""
    first = Application.objects.filter(batch=batch, status=QUEUE).select_for_update().order_by("rank").first()
    if first is None:
        return False
    status = "accepted" if first.decided_at else "held"
    Application.objects.filter(pk=first.pk).update(status=status, rank=None, **stamped())
    return True


def fill_seats(batch: Batch) -> None:
    """After the capacity grew: seats for those on the reserve list, in their order."""
    waiting = Application.objects.filter(batch=batch, status=QUEUE)
    while waiting.exists() and take_seat(batch):
        _move_up(batch)


def give_up_seat(batch: UUID, person: UUID, *, by: Caller) -> None:
    """Withdraw the application that a referral made, if it is still alive."""
    found = locked_batch(batch, by)
    mine = Application.objects.filter(batch=found, person=person, source="referral", status__in=Application.LIVE)
    for application in mine.select_for_update():
        leave(found, application, status="withdrawn")


def empty(batch: Batch) -> None:
    """Decline everybody: the batch will not take place."""
    Application.objects.filter(batch=batch, status__in=Application.LIVE).update(
        status="declined", rank=None, decided_at=Now(), **stamped()
    )
    Batch.objects.filter(pk=batch.pk).update(seats_taken=0)
