"""Who gets a seat: decided one caller after the other under the lock of the batch, which is always taken first.

Which seat a person may take depends on welfare records that the providers never see. So seats are counted in
PostgreSQL, by functions that tell no more than whether there was a seat (migration 0003).
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from agencies.access.caller import Caller
from agencies.access.functions import call
from agencies.access.identifiers import new_id
from agencies.access.scopes import visible
from agencies.web.locking import locked
from agencies.web.problems import Fault, Problem
from coordination.training.conditions import conditions_of
from coordination.training.models import Application, Batch
from households.register.models import Person
from households.register.services import stamped

# Registration may be over while the seats are still being given out.
SEATING = ("open", "closed", "selecting")
QUEUE = "reserve"


def locked_batch(key: UUID, by: Caller) -> Batch:
    """The batch, locked until the end of the transaction.

    Raises Problem when the caller sees none, or sees one of which it may change nothing.
    """
    batch: Batch = locked(by, "batch", key)
    return batch


def locked_application(key: UUID, by: Caller) -> tuple[Batch, Application]:
    """The batch is locked first, so that two callers never wait for each other."""
    rows = visible(by, "application").filter(pk=key)
    found = rows.values_list("batch_id", flat=True).first()
    if found is None:
        raise Problem("not_found")
    return locked_batch(found, by), rows.select_for_update().get()


def reserve_seat(batch: UUID, person: Person, *, by: Caller) -> UUID:
    """Hold a seat for a referred person, or the next place on the reserve list when none is left for them.

    Raises Problem when the batch takes nobody, when the person does not meet a condition that is known, or when
    the person holds a seat in a batch that overlaps.
    """
    found = locked_batch(batch, by)
    check_registration(found, timezone.localdate())
    check_city(found, person)
    for condition in conditions_of(found, person, [], by=by):
        if condition.met is False and condition.code not in found.programme.documents:
            raise refused(condition.code, condition.text_en)
    application = new_application(found, person, source="referral")
    application.save(force_insert=True)
    if not give_seat(application, "held"):
        _queue(found, application)
    return application.id


def check_registration(batch: Batch, today: date) -> None:
    """Raises Problem unless the batch is open and the day lies in its registration window."""
    begun = batch.registration_from is None or batch.registration_from <= today
    if batch.status != Batch.Status.OPEN or not begun or batch.registration_until < today:
        raise Problem("conflict", "This batch takes no applications now.")


def check_city(batch: Batch, person: Person) -> None:
    """Raises Problem when the person lives in another city than that of the batch."""
    if person.city != batch.city:
        raise refused("wrong_city", "The batch is for people of another city.")


def refused(code: str, detail: str) -> Problem:
    """What is said of a person who cannot be put on the list."""
    return Problem("invalid", errors=[Fault("/person", code, detail)])


def new_application(batch: Batch, person: Person, *, source: str) -> Application:
    """An application that is still to be saved."""
    return Application(
        id=new_id(),
        batch=batch,
        person=person,
        household_id=person.household_id,
        provider_id=batch.provider_id,
        source=source,
        starts_on=batch.starts_on,
        ends_on=batch.ends_on,
    )


def give_seat(application: Application, status: str) -> bool:
    """The most specific seat that is free for the person, if there is one.

    Raises Problem when the person holds a seat in a batch that overlaps.
    """
    try:
        return bool(call("give_training_seat", application.pk, status))
    except IntegrityError as fault:
        if "application_one_seat_at_a_time" not in str(fault):
            raise
        raise Problem("conflict", "This person holds a seat in another batch on some of these days.") from fault


def _queue(batch: Batch, application: Application) -> None:
    """A place behind everybody on the reserve list."""
    last: int | None = Application.objects.filter(batch=batch, status=QUEUE).aggregate(last=Max("rank"))["last"]
    Application.objects.filter(pk=application.pk).update(status=QUEUE, rank=(last or 0) + 1, **stamped())


def accept(batch: Batch, application: Application, changes: dict[str, Any]) -> None:
    """Decide for an applicant: a held seat stays theirs, a free one is taken, else they wait on the reserve list."""
    rows = Application.objects.filter(pk=application.pk)
    rows.update(decided_at=Now(), **changes, **stamped())
    if application.status == "held":
        rows.update(status="accepted", confirm_by=None)
    elif not (batch.status in SEATING and give_seat(application, "accepted")) and application.status != QUEUE:
        _queue(batch, application)


def leave(application: Application, *, status: str) -> None:
    """End an application; its seat goes to the first on the reserve list who may take it, or is free again."""
    call("leave_training_seat", application.pk, status)


def fill_seats(batch: Batch) -> None:
    """Free seats go to those on the reserve list who may take them, in their order."""
    call("fill_training_seats", batch.pk)


def give_up_seat(batch: UUID, person: UUID, *, by: Caller) -> None:
    """Withdraw the application that a referral made, if it is still alive."""
    found = locked_batch(batch, by)
    mine = Application.objects.filter(batch=found, person=person, source="referral", status__in=Application.LIVE)
    for application in mine.select_for_update():
        leave(application, status="withdrawn")


def empty(batch: Batch) -> None:
    """Decline everybody: the batch will not take place."""
    call("empty_training_batch", batch.pk)


def settle_seats(today: date) -> int:
    """What time itself brings: confirmations lapse, reserved seats are released; returns how many batches changed.

    May run as often as wanted, and by many workers at once. Runs under the worker's own login.
    """
    return int(call("settle_training_seats", today))
