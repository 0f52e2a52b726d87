"""What is done with courses: one function, one use case, one transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.web.problems import Fault, Problem
from coordination.training.models import Batch, Programme
from households.register.services import stamped


def create_programme(values: Mapping[str, Any], *, by: Caller) -> UUID:
    """A new course of the caller's office. Raises Problem when nobody could be old and young enough for it."""
    programme = Programme(id=new_id(), provider_id=by.agency, **values)
    _check_ages(programme.minimum_age, programme.maximum_age)
    programme.save(force_insert=True)
    return programme.id


def change_programme(programme: Programme, values: Mapping[str, Any], *, by: Caller) -> None:
    """Change a course. Raises Problem when it is another office's, or when nobody could take it."""
    check_own(programme, by)
    _check_ages(values.get("minimum_age", programme.minimum_age), values.get("maximum_age", programme.maximum_age))
    Programme.objects.filter(pk=programme.pk).update(**values, **stamped())


def check_own(record: Programme | Batch, by: Caller) -> None:
    """Raises Problem when another office offers it."""
    if record.provider_id != by.agency:
        raise Problem("out_of_scope")


def _check_ages(lowest: int, highest: int | None) -> None:
    if highest is not None and highest < lowest:
        raise Problem("invalid", errors=[Fault("/maximum_age", "below_minimum", "Below the minimum age.")])
