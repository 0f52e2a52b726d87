"""What is done with applications: one function, one use case, one transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agencies.access.caller import Caller
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.models import Agreement
from agencies.web.problems import Problem
from coordination.training import seats
from coordination.training.conditions import conditions_of, explained
from coordination.training.models import Application, Batch
from coordination.training.transitions import APPLICATION_MOVES, allowed_moves, checked
from households.register.models import Person, Share
from households.register.services import concerned_by, stamped

SHARE_DAYS = 180


def apply(*, batch: UUID, person: UUID, by: Caller, documents: Sequence[str] = ()) -> UUID:
    """An application that the provider, or Social Affairs for its people, takes in; still to be decided.

    Raises Problem when the batch takes nobody now or is another provider's, when the person is not alive or lives
    elsewhere, or when no agreement lets the provider see the person. Entry conditions are told, not enforced, here.
    """
    found = seats.locked_batch(batch, by)
    seats.check_registration(found, timezone.localdate())
    return _register(found, visible(by, "person").get(pk=person), documents, by)


def _register(batch: Batch, person: Person, documents: Sequence[str], by: Caller) -> UUID:
    seats.check_city(batch, person)
    own = batch.provider_id == by.agency
    if not own:
        _show_to_provider(batch, person, by)
    application = seats.new_application(batch, person, source="own" if own else "social")
    application.documents = list(documents)
    application.save(force_insert=True)
    return application.id


def _show_to_provider(batch: Batch, person: Person, by: Caller) -> None:
    """Whoever keeps the register opens the person to the provider, under the agreement that both have."""
    if by.kind != "social":
        raise Problem("conflict", "Only the provider takes applications; refer the person instead.")
    if person.status != "alive":
        raise seats.refused("not_alive", "This person is not known to be alive and here.")
    open_shares = Share.objects.open().filter(
        household=person.household_id, agency=batch.provider_id, purpose="training", subjects__contains=[person.pk]
    )
    if open_shares.exists():
        return
    pact = _agreement(batch, by, timezone.localdate())
    if pact is None:
        raise seats.refused("no_agreement", "No agreement lets this provider see people for training.")
    if person.pk not in concerned_by("training", person.household_id):
        raise seats.refused("not_concerned", "The agreement on training does not concern people of this age.")
    share = Share(
        household_id=person.household_id,
        agency_id=batch.provider_id,
        purpose="training",
        agreement=pact,
        subjects=[person.pk],
        until=min(timezone.localdate() + timedelta(days=SHARE_DAYS), pact.until),
    )
    share.save(force_insert=True)
    log_call(by, "open", "share", subjects=[person.household_id, person.pk])


def _agreement(batch: Batch, by: Caller, today: date) -> Agreement | None:
    pacts = visible(by, "agreement").filter(
        from_agency=by.agency, to_agency=batch.provider_id, purpose="training", ended_at=None
    )
    found: Agreement | None = pacts.filter(starts__lte=today, until__gte=today).order_by("-until").first()
    return found


def apply_for_many(
    *, batch: UUID, items: Sequence[Mapping[str, Any]], by: Caller, atomic: bool = False, dry_run: bool = False
) -> list[dict[str, Any]]:
    """Up to 1,000 applications for one batch; each stands or falls alone unless `atomic`.

    Gives for each item its index, its HTTP status, and either the id and the conditions not met, or the error.
    Raises Problem when the batch takes nobody now.
    """
    found = seats.locked_batch(batch, by)
    seats.check_registration(found, timezone.localdate())
    people = {person.pk: person for person in visible(by, "person").filter(pk__in=[item["person"] for item in items])}
    taken = set(Application.objects.filter(batch=found, status__in=Application.LIVE).values_list("person", flat=True))
    with transaction.atomic():
        results = [_one(index, item, found, people, taken, by) for index, item in enumerate(items)]
        failed = any("error" in result for result in results)
        if dry_run or (atomic and failed):
            transaction.set_rollback(True)
            for result in results:
                result.pop("id", None)
                if atomic and failed and "error" not in result:
                    result |= {"status": 424, "error": {"code": "not_applied", "detail": "Another item failed."}}
    return results


def _one(
    index: int,
    item: Mapping[str, Any],
    batch: Batch,
    people: Mapping[UUID, Person],
    taken: set[UUID],
    by: Caller,
) -> dict[str, Any]:
    """One item; nothing is written before it is known to be right, so a refusal leaves nothing behind."""
    person, documents = people.get(item["person"]), list(item.get("documents", ()))
    if person is None:
        return _failure(index, 422, "does_not_exist", "No such record.")
    if person.pk in taken:
        return _failure(index, 409, "exists", "This person has applied already.")
    try:
        key = _register(batch, person, documents, by)
    except Problem as problem:
        fault = problem.errors[0] if problem.errors else None
        return _failure(index, 422, fault.code if fault else problem.code, fault.detail if fault else problem.detail)
    taken.add(person.pk)
    unmet = [c.code for c in conditions_of(batch, person, documents, by=by) if c.met is False]
    return {"index": index, "status": 201, "id": str(key), "unmet": unmet}


def _failure(index: int, status: int, code: str, detail: str) -> dict[str, Any]:
    return {"index": index, "status": status, "error": {"code": code, "detail": detail}}


def change_application(application: Application, values: Mapping[str, Any], *, by: Caller) -> None:
    """Record papers and scores. Raises Problem when the application has ended or is another provider's."""
    if application.provider_id != by.agency:
        raise Problem("out_of_scope")
    if application.status not in Application.LIVE:
        raise Problem("conflict", f"The state is {application.status}.")
    Application.objects.filter(pk=application.pk).update(**values, **stamped())


def move_application(key: UUID, name: str, *, by: Caller, override_reason: str = "") -> UUID:
    """Accept, confirm, decline, withdraw or record a no-show; a freed seat goes to the reserve list.

    Raises Problem with the allowed moves when this one is not possible for the caller now; when accepting, with
    the conditions that are not met, unless the officer gives a reason for passing over them.
    """
    batch, application = seats.locked_application(key, by)
    move = checked(
        APPLICATION_MOVES,
        name,
        application.status,
        is_provider=application.provider_id == by.agency,
        but=_pointless(application),
    )
    if name == "accept":
        _check_conditions(application, override_reason, by)
        seats.accept(batch, application, {"override_reason": override_reason} if override_reason else {})
    elif name == "confirm":
        _confirm(application)
    else:
        seats.leave(application, status=move.to)
    return key


def possible_moves(application: Application, *, by: Caller) -> list[str]:
    """The moves that the caller can make now."""
    is_provider = application.provider_id == by.agency
    but = _pointless(application)
    return allowed_moves(APPLICATION_MOVES, application.status, is_provider=is_provider, but=but)


def _pointless(application: Application) -> tuple[str, ...]:
    """Moves that make no sense now: deciding twice for the reserve list, confirming what nobody waits for."""
    found = ("accept",) if application.decided_at and application.status == seats.QUEUE else ()
    return found if application.confirm_by else (*found, "confirm")


def _check_conditions(application: Application, override_reason: str, by: Caller) -> None:
    person = visible(by, "person").filter(pk=application.person_id).first()
    found = explained(application, by=by, person=person)
    unmet = [condition for condition in found if condition["met"] is False]
    if unmet and not override_reason and not application.override_reason:
        raise Problem("conflict", "Some conditions are not met; an officer may accept with a reason.", conditions=unmet)


def _confirm(application: Application) -> None:
    """A seat that was decided for becomes the person's; one held for a referral waits for the provider's decision."""
    if application.confirm_by is not None and application.confirm_by < timezone.now():
        raise Problem("conflict", f"The seat was held until {application.confirm_by.isoformat()}.")
    status = Application.Status.ACCEPTED if application.decided_at else Application.Status.HELD
    Application.objects.filter(pk=application.pk).update(status=status, confirm_by=None, **stamped())


def tell_conditions(key: UUID, *, by: Caller) -> list[dict[str, Any]]:
    """The conditions of an application, each with its words. Raises Problem when the caller sees none."""
    application = visible(by, "application").select_related(None).filter(pk=key).first()
    if application is None:
        raise Problem("not_found")
    person = visible(by, "person").filter(pk=application.person_id).first()
    log_call(by, "read", "application", subjects=[application.person_id], groups="conditions")
    return explained(application, by=by, person=person)
