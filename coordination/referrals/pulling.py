"""Pull requests: an office asks for somebody to be referred to it, and learns nothing but what it is answered."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.scopes import visible
from agencies.web.problems import Fault, Problem
from coordination.referrals.faults import RECEIVERS
from coordination.referrals.models import PullRequest
from coordination.referrals.services import author_of, create_referral
from households.register.services import stamped


def request_referral(
    *,
    kind: str,
    reason: str,
    by: Caller,
    digests: Sequence[bytes] = (),
    person: UUID | None = None,
    to_agency: UUID | None = None,
) -> UUID:
    """Ask the city's Dinsos to refer whoever has a number (its `digests`), or a person known inside by id.

    Goes alike whether there is such a person or not. `to_agency` says which Dinsos, where the caller works for
    several cities. Raises Problem when the caller's office does not do this kind of work.
    """
    if RECEIVERS[kind] != by.kind:
        raise Problem("invalid", errors=[Fault("/kind", "wrong_kind", "Your office does not take these referrals.")])
    request = PullRequest(
        id=new_id(),
        from_agency_id=by.agency,
        to_agency_id=_asked(to_agency, by),
        kind=kind,
        reason=reason,
        author=author_of(by),
        person_id=person,
        digests=list(digests),
    )
    request.save(force_insert=True)
    return request.id


def _asked(to_agency: UUID | None, by: Caller) -> UUID:
    """The Dinsos of the caller's city, or the named one in the caller's region."""
    offices = visible(by, "agency").filter(kind="social", is_active=True, region__gte=by.city, region__lt=f"{by.city}/")
    if to_agency:
        offices = offices.filter(pk=to_agency)
    found = list(offices.values_list("pk", flat=True)[:2])
    if len(found) != 1:
        raise Problem("invalid", errors=[Fault("/to_agency", "not_available", "Name one Dinsos of your region.")])
    return found[0]  # type: ignore[no-any-return]


def answer_request(
    request: PullRequest,
    *,
    by: Caller,
    reason: str = "",
    due_on: date | None = None,
    batch: UUID | None = None,
    place: UUID | None = None,
) -> UUID:
    """Refer the person that a locked request asks for; returns the referral.

    Raises Problem when it was answered before, when nobody on the register is meant, or as `create_referral` does.
    """
    _check_waiting(request, by)
    person = request.person_id or _person_of(request, by)
    if person is None:
        raise Problem("conflict", "Nobody on your register has the number that was asked for.")
    referral = create_referral(
        kind=request.kind,
        person=person,
        to_agency=request.from_agency_id,
        reason=reason or request.reason,
        due_on=due_on,
        batch=batch,
        place=place,
        by=by,
    )
    _close(request, "answered", person_id=person, referral_id=referral)
    return referral


def decline_request(request: PullRequest, *, reason: str, by: Caller) -> None:
    """Say no to a locked request, in words that the asker reads. Raises Problem when it was answered before."""
    _check_waiting(request, by)
    _close(request, "declined", words=reason)


def _check_waiting(request: PullRequest, by: Caller) -> None:
    waits = request.status == PullRequest.Status.ASKED and request.to_agency_id == by.agency
    if not waits:
        raise Problem("transition_refused", f"The request is {request.status}.", allowed=[])


def _person_of(request: PullRequest, by: Caller) -> UUID | None:
    """Whoever came onto the register since."""
    wanted = [bytes(digest) for digest in request.digests]
    people = visible(by, "person").filter(Q(nik_digest__in=wanted) | Q(nisn_digest__in=wanted))
    found = list(people.values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def _close(request: PullRequest, status: str, **changes: object) -> None:
    PullRequest.objects.filter(pk=request.pk).update(status=status, answered_at=Now(), **changes, **stamped())
