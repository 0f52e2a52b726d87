"""A case before there is a place: assigned, visited, verified, planned."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.scopes import visible
from agencies.web.problems import Fault, Problem
from agencies.web.results import Result
from coordination.referrals.services import author_of
from coordination.schooling.ages import fit_of
from coordination.schooling.models import CaseMove, SchoolingCase, Verification, Visit
from coordination.schooling.moves import locked_case, locked_cases, move_case, step
from coordination.schooling.transitions import MOVES, allowed_moves
from households.register.models import Person
from households.register.services import change_person, stamped


def assign_case(key: UUID, *, officer: UUID, by: Caller) -> UUID:
    """Give a case to an officer of the caller's office; see `assign_cases`. Raises Problem when it cannot be."""
    found = assign_cases([key], officer=officer, by=by)[0]
    if isinstance(found, Problem):
        raise found
    return found


def assign_cases(keys: Sequence[UUID], *, officer: UUID, by: Caller) -> dict[int, Result]:
    """Give many cases to one officer, set-wise; or why one cannot be given.

    Raises Problem for an officer who does not work in the caller's office.
    """
    if not visible(by, "officer").filter(pk=officer, is_active=True).exists():
        raise Problem("invalid", errors=[Fault("/officer", "not_available", "No such officer works in your office.")])
    cases, steps = locked_cases(keys, by=by), MOVES["assign"]
    results = {index: _assignable(cases.get(key)) for index, key in enumerate(keys)}
    given = [cases[key] for key in dict.fromkeys(keys) if key in cases and cases[key].status in steps]
    for before, after in steps.items():
        rows = SchoolingCase.objects.filter(pk__in=[case.pk for case in given if case.status == before])
        rows.update(status=after, assignee_id=officer, **stamped())
    CaseMove.objects.bulk_create(step(case, "assign", steps[case.status], by=by) for case in given)
    return results


def _assignable(case: SchoolingCase | None) -> Result:
    if case is None:
        return Problem("not_found")
    if case.status not in MOVES["assign"]:
        return Problem("transition_refused", f"The case is {case.status}.", allowed=allowed_moves(case.status))
    return case.pk


def record_visit(key: UUID, values: Mapping[str, Any], *, by: Caller) -> UUID:
    """What a visit found; there may be several. Raises Problem when nobody was assigned yet."""
    case = locked_case(key, by=by)
    move_case(case, "record-visit", by=by)
    visitor = values.get("visitor") or author_of(by)
    Visit(id=new_id(), case_id=key, **{**values, "visitor": visitor}).save(force_insert=True)
    return key


def verify_case(key: UUID, values: Mapping[str, Any], *, by: Caller) -> UUID:
    """Put on record what was established about a child; a later one stands beside an earlier one.

    Support needs go to the case, which shows them to this office only; a NISN goes to the person.
    """
    case, found = locked_case(key, by=by), dict(values)
    support = {name: found.pop(name) for name in ("support_needs", "support_notes") if name in found}
    if nisn := found.pop("nisn", ""):
        change_person(_child(case, by), {"nisn": nisn}, by=by)
    move_case(case, "verify", by=by, category=found["category"], reasons=found["reasons"], **support)
    Verification(id=new_id(), case_id=key, verifier=author_of(by), **found).save(force_insert=True)
    return key


def _child(case: SchoolingCase, by: Caller) -> Person:
    return visible(by, "person").get(pk=case.person_id)  # type: ignore[no-any-return]


def plan_case(key: UUID, *, programme: str, grade: int, school_year: int, by: Caller, words: str = "") -> UUID:
    """Which school, or package at a learning centre, the child is to go to, with what the rules of age say of it."""
    case = locked_case(key, by=by)
    fit = fit_of(_child(case, by), programme, grade, school_year)
    move_case(
        case,
        "plan",
        by=by,
        words=words,
        programme=programme,
        grade=grade,
        school_year=school_year,
        advice=fit.advice,
        advice_detail=fit.detail,
    )
    return key


def note_support(case: SchoolingCase, values: Mapping[str, Any], *, by: Caller) -> None:
    """What the child needs at school beyond a place; told to nobody but the office that works on the case."""
    SchoolingCase.objects.filter(pk=case.pk).update(**values, **stamped())
