"""What is done with schools and their places: one function, one use case, one transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.scopes import creatable
from agencies.web.problems import Fault, Problem
from coordination.schools.levels import authority_of, grades_of
from coordination.schools.models import PlaceOffer, School
from households.register.services import stamped


def create_school(values: Mapping[str, Any], *, by: Caller) -> UUID:
    """A school that the caller's office runs. Raises Problem when it is another office's, or (`exists`) is known."""
    school = School(id=new_id(), authority=authority_of(values["level"]), **_columns(values))
    school.save(force_insert=True)
    _check_kept(school.id, by)
    return school.id


def change_school(school: School, values: Mapping[str, Any], *, by: Caller) -> None:
    """Change a school, such as that it has closed. Raises Problem when it is another office's."""
    _check_kept(school.pk, by)
    School.objects.filter(pk=school.pk).update(**_columns(values), **stamped())
    _check_kept(school.pk, by)


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"region_id" if name == "region" else name: value for name, value in values.items()}


def _check_kept(school: UUID, by: Caller) -> None:
    """Places and facts of a school are told by the office that runs it."""
    if not creatable(by, "school").filter(pk=school).exists():
        raise Problem("out_of_scope", "Another office runs this school.")


def offer_places(values: Mapping[str, Any], *, by: Caller) -> UUID:
    """Places in one grade of a school that the caller's office runs.

    Raises Problem when the school has no such grade or programme or is another office's, or (`exists`) when they are
    offered already.
    """
    school = School.objects.get(pk=values["school"])
    _check_kept(school.pk, by)
    grades = grades_of(school.level, values["programme"])
    if values["grade"] not in grades:
        told = f"grades {grades[0]} to {grades[-1]}" if grades else f"no {values['programme']}"
        raise Problem("invalid", errors=[Fault("/grade", "not_taught", f"{school.level} teaches {told}.")])
    place = PlaceOffer(id=new_id(), school=school, **{k: v for k, v in values.items() if k != "school"})
    place.save(force_insert=True)
    return place.id


def change_capacity(place: PlaceOffer, *, capacity: int, by: Caller) -> None:
    """More or fewer places, of a locked record. Raises Problem with the numbers when more are taken than wanted."""
    _check_kept(place.school_id, by)
    if capacity < place.taken:
        raise Problem("conflict", f"{place.taken} places are taken.", capacity=capacity, taken=place.taken)
    PlaceOffer.objects.filter(pk=place.pk).update(capacity=capacity, **stamped())
