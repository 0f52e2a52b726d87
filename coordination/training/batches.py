"""What is done with runs of courses: one function, one use case, one transaction."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.scopes import visible
from agencies.web.problems import Fault, Problem
from coordination.training import seats
from coordination.training.models import Batch, Programme
from coordination.training.programmes import check_own
from coordination.training.transitions import BATCH_MOVES, checked
from households.register.services import stamped

# A change of one of these may free seats for somebody on the reserve list.
SEAT_COLUMNS = ("capacity", "reserved_poor", "reserved_extreme")
KEYS = ("programme", "region")


def create_batch(values: Mapping[str, Any], *, by: Caller) -> UUID:
    """A new run of one of the caller's programmes, as a draft.

    Raises Problem for another office's programme, and for days or seats that do not fit together.
    """
    programme = visible(by, "programme").get(pk=values["programme"])
    if programme.provider_id != by.agency:
        raise _invalid("programme", "not_yours", "Another office offers this programme.")
    batch = Batch(id=new_id(), provider_id=by.agency, **_columns(values))
    _check_days(batch, programme)
    _check_seats(batch)
    batch.save(force_insert=True)
    return batch.id


def change_batch(batch: Batch, values: Mapping[str, Any], *, by: Caller) -> None:
    """Change a locked batch; seats that become free go to the reserve list first.

    Raises Problem when fewer seats are wanted than are taken, when days or seats do not fit together, when the
    batch is another office's, or when new days would give somebody two seats at once.
    """
    check_own(batch, by)
    taken = batch.seats_taken
    for name, value in _columns(values).items():
        setattr(batch, name, value)
    _check_days(batch, batch.programme)
    if batch.capacity < taken:
        raise Problem("conflict", f"{taken} seats are taken.", capacity=batch.capacity, seats_taken=taken)
    _check_seats(batch)
    try:
        Batch.objects.filter(pk=batch.pk).update(**_columns(values), **stamped())
    except IntegrityError as fault:
        raise _why(fault, batch, taken) from fault
    if any(name in values for name in SEAT_COLUMNS):
        seats.fill_seats(batch)


def _why(fault: IntegrityError, batch: Batch, taken: int) -> Exception:
    """What the database held against a change, in words; how many poor people have seats is not among them."""
    if "batch_seats_of_each_kind" in str(fault):
        numbers = {name: getattr(batch, name) for name in SEAT_COLUMNS}
        return Problem("conflict", "More seats of one kind are taken than this leaves.", **numbers, seats_taken=taken)
    if "application_one_seat_at_a_time" in str(fault):
        return Problem("conflict", "On these days somebody here holds a seat in another batch.")
    return fault


def move_batch(key: UUID, name: str, *, by: Caller) -> UUID:
    """Make one move of the life cycle; a cancelled batch declines everybody.

    Raises Problem with the allowed moves when this one is not possible for the caller now.
    """
    batch = seats.locked_batch(key, by)
    move = checked(BATCH_MOVES, name, batch.status, is_provider=batch.provider_id == by.agency)
    Batch.objects.filter(pk=key).update(status=move.to, **stamped())
    if move.to == Batch.Status.CANCELLED:
        seats.empty(batch)
    return key


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{name}_id" if name in KEYS else name: value for name, value in values.items()}


def _check_days(batch: Batch, programme: Programme) -> None:
    if batch.ends_on < batch.starts_on:
        raise _invalid("ends_on", "before_start", "Ends before it starts.")
    if programme.days and batch.ends_on < batch.starts_on + timedelta(days=programme.days - 1):
        raise _invalid("ends_on", "too_short", f"The course takes {programme.days} days.")
    _check_order(batch.registration_from, batch.registration_until, "registration_until")
    _check_order(batch.registration_until, batch.ends_on, "registration_until")


def _check_order(first: date | None, second: date, field: str) -> None:
    if first is not None and second < first:
        raise _invalid(field, "wrong_order", "Registration opens, ends, and then the course ends.")


def _check_seats(batch: Batch) -> None:
    if batch.reserved_poor > batch.capacity:
        raise _invalid("reserved_poor", "too_many", "More reserved seats than seats.")
    if batch.reserved_extreme and batch.reserved_extreme >= batch.reserved_poor:
        raise _invalid(
            "reserved_extreme",
            "too_many",
            "Some reserved seats must stay for poor people who are not extremely poor, or a seat would tell who is.",
        )


def _invalid(field: str, code: str, detail: str) -> Problem:
    return Problem("invalid", errors=[Fault(f"/{field}", code, detail)])
