"""What is done with programmes, batches and applications: one function, one use case, one transaction."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.scopes import visible
from agencies.web.problems import Fault, Problem
from coordination.training import seats
from coordination.training.models import Application, Batch, Programme
from coordination.training.transitions import APPLICATION_MOVES, BATCH_MOVES, checked
from households.register.services import stamped


def create_programme(values: Mapping[str, Any], *, by: Caller) -> UUID:
    """A new course of the caller's office."""
    programme = Programme(id=new_id(), provider_id=by.agency, **values)
    programme.save(force_insert=True)
    return programme.id


def change_programme(programme: Programme, values: Mapping[str, Any], *, by: Caller) -> None:
    """Change a course. Raises Problem when it is another office's."""
    _own(programme, by)
    Programme.objects.filter(pk=programme.pk).update(**values, **stamped())


def _own(record: Programme | Batch, by: Caller) -> None:
    if record.provider_id != by.agency:
        raise Problem("out_of_scope")


def create_batch(values: Mapping[str, Any], *, by: Caller) -> UUID:
    """A new run of one of the caller's programmes, as a draft. Raises Problem for another office's programme."""
    programme = visible(by, "programme").get(pk=values["programme"])
    if programme.provider_id != by.agency:
        raise Problem("invalid", errors=[Fault("/programme", "not_yours", "Another office offers this programme.")])
    _check_days(values["starts_on"], values["ends_on"])
    columns = {f"{name}_id" if name in ("programme", "region") else name: value for name, value in values.items()}
    batch = Batch(id=new_id(), provider_id=by.agency, **columns)
    batch.save(force_insert=True)
    return batch.id


def _check_days(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise Problem("invalid", errors=[Fault("/ends_on", "before_start", "Ends before it starts.")])


def change_batch(batch: Batch, values: Mapping[str, Any], *, by: Caller) -> None:
    """Change a locked batch; more seats go to the reserve list first.

    Raises Problem when fewer seats are wanted than are taken, or when the batch is another office's.
    """
    _own(batch, by)
    _check_days(values.get("starts_on", batch.starts_on), values.get("ends_on", batch.ends_on))
    capacity = values.get("capacity", batch.capacity)
    if capacity < batch.seats_taken:
        taken = batch.seats_taken
        raise Problem("conflict", f"{taken} seats are taken.", capacity=capacity, seats_taken=taken)
    columns = {"region_id" if name == "region" else name: value for name, value in values.items()}
    Batch.objects.filter(pk=batch.pk).update(**columns, **stamped())
    if capacity > batch.capacity:
        seats.fill_seats(batch)


def move_batch(key: UUID, name: str, *, by: Caller) -> UUID:
    """Open, close or cancel a batch; a cancelled one declines everybody.

    Raises Problem with the allowed moves when this one is not possible for the caller now.
    """
    batch = seats.locked_batch(key, by)
    move = checked(BATCH_MOVES, name, batch.status, is_provider=batch.provider_id == by.agency)
    Batch.objects.filter(pk=key).update(status=move.to, **stamped())
    if move.to == Batch.Status.CANCELLED:
        seats.empty(batch)
    return key


def move_application(key: UUID, name: str, *, by: Caller) -> UUID:
    """Accept, decline or withdraw; whoever leaves a seat gives it to the first on the reserve list.

    Raises Problem with the allowed moves when this one is not possible for the caller now.
    """
    batch, application = _locked_application(key, by)
    decided = application.decided_at is not None and application.status == seats.QUEUE
    move = checked(
        APPLICATION_MOVES,
        name,
        application.status,
        is_provider=application.provider_id == by.agency,
        but=("accept",) if decided else (),
    )
    if name == "accept":
        seats.accept(batch, application)
    else:
        seats.leave(batch, application, status=move.to)
    return key


def _locked_application(key: UUID, by: Caller) -> tuple[Batch, Application]:
    """The batch is locked first, so that two callers never wait for each other."""
    rows = visible(by, "application").filter(pk=key)
    found = rows.values_list("batch_id", flat=True).first()
    if found is None:
        raise Problem("not_found")
    return seats.locked_batch(found, by), rows.select_for_update().get()
