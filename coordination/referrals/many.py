"""Up to a thousand referrals in one call: each is made whole or not at all, and judged as a single one is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from rest_framework.exceptions import ErrorDetail, ValidationError

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.calendar import working_calendar
from agencies.models import Agency
from agencies.web.problems import KINDS, Fault, Problem, as_problem
from coordination.referrals.due import first_due
from coordination.referrals.faults import person_fault, receiver_fault
from coordination.referrals.inputs import ItemInput
from coordination.referrals.models import Referral, ReferralMove
from coordination.referrals.services import create_referral, move_row
from coordination.referrals.shares import share_for
from households.register.models import Person, Share

Values = Mapping[str, Any]
Result = UUID | Problem


@dataclass(slots=True)
class Stock:
    """What all items of a call speak of, read once."""

    people: dict[UUID, Person]
    agencies: dict[UUID, Agency]
    due: dict[str, datetime]
    families: dict[UUID, list[Person]] = field(default_factory=lambda: defaultdict(list))


def create_referrals(items: Mapping[int, Values], *, by: Caller) -> dict[int, Result]:
    """A referral, or the Problem that refuses it, for each item of checked values; set-wise, and logged as one call.

    An item that asks for a seat or a place is decided alone, under the lock of what it asks for.
    """
    plain = {index: values for index, values in items.items() if not (values.get("batch") or values.get("place"))}
    stock = _stock(list(plain.values()), by)
    results: dict[int, Result] = {index: _one(values, by) for index, values in items.items() if index not in plain}
    ready: dict[int, Values] = {}
    for index, values in plain.items():
        faults = _faults(values, stock)
        if faults:
            results[index] = Problem("invalid", errors=faults)
        else:
            ready[index] = values
    results |= _made(ready, stock, by)
    _log(results, items, by)
    return results


def refer_many(items: Sequence[Values], *, atomic: bool, dry_run: bool, by: Caller) -> list[dict[str, Any]]:
    """One result an item, in order: `created` with the id, or `refused` with why; raises Problem when all must be."""
    checked, results = _checked(items, by)
    with transaction.atomic():
        results |= create_referrals(checked, by=by)
        refused = {index: found for index, found in results.items() if isinstance(found, Problem)}
        transaction.set_rollback(dry_run)
    if atomic and refused:
        raise Problem("invalid", "Nothing was kept.", errors=list(_all_faults(refused)))
    return [told(index, results[index], dry_run) for index in range(len(items))]


def _checked(items: Sequence[Values], by: Caller) -> tuple[dict[int, Values], dict[int, Result]]:
    """Items of a sound shape, and why the others have none."""
    checked: dict[int, Values] = {}
    results: dict[int, Result] = {}
    shape = ItemInput(context={"caller": by})  # one for all: making its fields anew takes longer than checking
    known = set(shape.fields)
    for index, item in enumerate(items):
        unknown = sorted(set(item) - known)
        try:
            if unknown:
                named = {name[:60]: [ErrorDetail("Not a field of this call.", "unknown_field")] for name in unknown}
                raise ValidationError(named)
            checked[index] = shape.run_validation(item)
        except ValidationError as fault:
            results[index] = as_problem(fault)
    return checked, results


def _all_faults(refused: Mapping[int, Problem]) -> Iterator[Fault]:
    for index, problem in sorted(refused.items()):
        for fault in problem.errors or [Fault("", problem.code, problem.detail)]:
            yield Fault(f"/items/{index}{fault.pointer}", fault.code, fault.detail)


def told(index: int, found: Result, dry_run: bool = False) -> dict[str, Any]:
    """One result of a call about many."""
    if isinstance(found, UUID):
        return {"index": index, "status": "created", **({} if dry_run else {"id": found})}
    problem: dict[str, Any] = {"code": found.code, "title": KINDS[found.code].title_en}
    if found.detail:
        problem["detail"] = found.detail
    if found.errors:
        problem["errors"] = [asdict(fault) for fault in found.errors]
    return {"index": index, "status": "refused", "problem": problem}


def _stock(items: Sequence[Values], by: Caller) -> Stock:
    people = visible(by, "person").in_bulk({values["person"] for values in items})
    agencies = visible(by, "agency").in_bulk({values["to_agency"] for values in items})
    due = {kind: first_due(kind, by.city, working_calendar()) for kind in Referral.Kind.values}
    stock = Stock(people, agencies, due)
    families = Person.objects.filter(household__in={p.household_id for p in people.values()})
    for member in families.order_by("birth_date"):
        stock.families[member.household_id].append(member)
    return stock


def _one(values: Values, by: Caller) -> Result:
    try:
        with transaction.atomic():
            return create_referral(by=by, **values)
    except (Problem, IntegrityError, ObjectDoesNotExist) as fault:
        return _refusal(fault, values)


def _refusal(fault: Exception, values: Values) -> Problem:
    """As the call for a single one would answer."""
    if not isinstance(fault, ObjectDoesNotExist):
        return as_problem(fault)
    offer = "batch" if values.get("batch") else "place"
    return Problem("invalid", errors=[Fault(f"/{offer}", "does_not_exist", "No such record.")])


def _faults(values: Values, stock: Stock) -> list[Fault]:
    """What `create_referral` would say."""
    person, receiver = stock.people.get(values["person"]), stock.agencies.get(values["to_agency"])
    if person is None or receiver is None:
        unknown = {"/person": person, "/to_agency": receiver}
        return [Fault(at, "does_not_exist", "No such record.") for at, record in unknown.items() if record is None]
    fault = person_fault(person) or receiver_fault(receiver, values["kind"], person.city)
    return [fault] if fault else []


def _made(ready: Mapping[int, Values], stock: Stock, by: Caller) -> dict[int, Result]:
    """Insert what may be; what is open already is refused, also when another call opened it meanwhile."""
    rows = {index: _referral(values, stock, by) for index, values in ready.items()}
    wanted = {_key(row) for row in rows.values()}
    rivals = Referral.objects.filter(person__in={key[0] for key in wanted}, status__in=Referral.OPEN)
    taken = {_key(row) for row in rivals}
    results: dict[int, Result] = {}
    for index, row in list(rows.items()):
        if _key(row) in taken:
            results[index] = Problem("exists")
            del rows[index]
        taken.add(_key(row))
    return results | _inserted(list(rows.items()), stock, by)


def _key(row: Referral) -> tuple[UUID, str, UUID]:
    return row.person_id, row.kind, row.to_agency_id


def _referral(values: Values, stock: Stock, by: Caller) -> Referral:
    person, sent = stock.people[values["person"]], values.get("send", True)
    row = Referral(
        id=new_id(),
        from_agency_id=by.agency,
        to_agency_id=values["to_agency"],
        household_id=person.household_id,
        person_id=person.pk,
        kind=values["kind"],
        reason=values["reason"],
        due_on=values.get("due_on"),
        status=Referral.Status.REQUESTED if sent else Referral.Status.DRAFT,
    )
    if sent:
        row.sent_at = Now()
        row.due_at = stock.due[row.kind]
    return row


def _inserted(rows: Sequence[tuple[int, Referral]], stock: Stock, by: Caller) -> dict[int, Result]:
    """All of them; or, when one meets a rival, each half by itself."""
    if not rows:
        return {}
    try:
        with transaction.atomic():
            _insert([row for _, row in rows], stock, by)
    except IntegrityError:
        if len(rows) == 1:
            return {rows[0][0]: Problem("exists")}
        half = len(rows) // 2
        return _inserted(rows[:half], stock, by) | _inserted(rows[half:], stock, by)
    return {index: row.pk for index, row in rows}


def _insert(rows: Sequence[Referral], stock: Stock, by: Caller) -> None:
    shares = {row.pk: share_for(row, stock.families[row.household_id]) for row in rows if row.sent_at}
    Share.objects.bulk_create(shares.values())
    for row in rows:
        row.share_id = shares[row.pk].pk if row.pk in shares else None
    Referral.objects.bulk_create(rows)
    ReferralMove.objects.bulk_create(
        move_row(row, "send" if row.sent_at else "create", row.status, by=by, before="") for row in rows
    )


def _log(results: Mapping[int, Result], items: Mapping[int, Values], by: Caller) -> None:
    """One row for the call with everybody it concerns."""
    made = {index: key for index, key in results.items() if isinstance(key, UUID)}
    subjects = [*made.values(), *(items[index]["person"] for index in made)]
    log_call(by, "create", "referral", subjects=subjects, count=len(made))
    log_call(by, "open", "share", subjects=[items[index]["person"] for index in made])
