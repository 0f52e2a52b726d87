"""Pull requests: an office asks for somebody to be referred to it, and learns nothing but what it is answered."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.scopes import visible
from agencies.access.vault import seal, unseal
from agencies.web.problems import Fault, Problem
from coordination.referrals.faults import RECEIVERS
from coordination.referrals.models import PullRequest
from coordination.referrals.services import author_of, create_referral
from households.register.numbers import digests
from households.register.services import stamped

DIGEST = 33  # the number of its key and SHA-256; a sealed number is longer


def request_referral(
    *,
    kind: str,
    reason: str,
    by: Caller,
    number: tuple[str, str] | None = None,
    person: UUID | None = None,
    to_agency: UUID | None = None,
) -> UUID:
    """Ask the city's Dinsos to refer whoever has a number (`nik` or `nisn`, and its digits), or a person by id.

    Goes alike whether there is such a person or not. `to_agency` says which Dinsos, where the caller works for
    several cities. Raises Problem when the caller's office does not do this kind of work.
    """
    if RECEIVERS[kind] != by.kind:
        raise Problem("invalid", errors=[Fault("/kind", "wrong_kind", "Your office does not take these referrals.")])
    key = new_id()
    request = PullRequest(
        id=key,
        from_agency_id=by.agency,
        to_agency_id=_asked(to_agency, by),
        kind=kind,
        reason=reason,
        author=author_of(by),
        person_id=person,
        digests=_sought(key, *number) if number else [],
    )
    request.save(force_insert=True)
    return request.id


def _sought(key: UUID, kind: str, number: str) -> list[bytes]:
    """What finds the number: its digests, and itself sealed, from which a rotation of keys makes them again."""
    return [*digests(kind, number), seal(f"{kind}:{number}".encode(), _place(key))]


def _place(key: UUID) -> str:
    return f"referrals_pullrequest.digests.{key}"


def renew_requests() -> int:
    """Make the digests of waiting requests anew that an older key made, and forget those of all others; how many."""
    older, count = settings.KEYS.now.older, 0
    waiting = Q(status=PullRequest.Status.ASKED, person=None)
    PullRequest.objects.exclude(waiting).exclude(digests=[]).update(digests=[])
    for request in PullRequest.objects.filter(waiting).order_by("pk"):
        sealed = bytes(request.digests[-1]) if request.digests else b""
        if len(sealed) > DIGEST and sealed[0] in older:
            kind, _, number = unseal(sealed, _place(request.pk)).decode().partition(":")
            rows = PullRequest.objects.filter(waiting, pk=request.pk)
            count += rows.update(digests=_sought(request.pk, kind, number))
    return count


def requests_of_older_keys() -> int:
    """How many waiting requests need a key before the one that writes; those without a sealed number until answered."""
    older = settings.KEYS.now.older
    waiting = PullRequest.objects.filter(status=PullRequest.Status.ASKED, person=None)
    return sum(bytes(found[-1])[0] in older for found in waiting.values_list("digests", flat=True) if found)


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
    wanted = [bytes(digest) for digest in request.digests if len(digest) == DIGEST]
    people = visible(by, "person").filter(Q(nik_digest__in=wanted) | Q(nisn_digest__in=wanted))
    found = list(people.values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def _close(request: PullRequest, status: str, **changes: object) -> None:
    PullRequest.objects.filter(pk=request.pk).update(status=status, answered_at=Now(), **changes, **stamped())
