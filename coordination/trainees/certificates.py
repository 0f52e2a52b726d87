"""Certificates: issued, revoked, and what anybody may know of one by its number."""

import re
import secrets
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from agencies.access.caller import Caller
from agencies.access.functions import call
from agencies.access.identifiers import new_id
from agencies.access.log import log_call
from agencies.calendar import months_after
from agencies.web.locking import locked
from agencies.web.problems import Fault, Problem
from coordination.referrals.services import author_of
from coordination.trainees.codes import ALPHABET, plain
from coordination.trainees.models import Certificate, Trainee
from coordination.trainees.testing import locked_trainee
from households.register.services import stamped

# A certificate of competence by BNSP holds for three years; that of a centre has no end.
COMPETENCE_MONTHS = 36
COMPETENCE_ISSUER = "Badan Nasional Sertifikasi Profesi (BNSP)"
# Ten letters drawn from 32 are 50 bits: no number is found by trying.
VALIDITIES = ("valid", "expired", "revoked", "unknown")
NUMBER = re.compile(rf"[0-9]{{4}}-[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}")


def new_number(issued_on: date) -> str:
    """A number that nobody guesses, such as 2026-7K3QX-9M2PD."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{issued_on.year}-{drawn[:5]}-{drawn[5:]}"


def issue_certificate(
    *,
    trainee: UUID,
    kind: str,
    issued_on: date,
    by: Caller,
    issuer: str = "",
    scheme: str = "",
    registration: str = "",
) -> UUID:
    """A certificate for a trainee: of completion by the centre itself, of competence by BNSP for three years.

    Raises Problem when the trainee is not so far, or (`exists`) holds one in force.
    """
    found = locked_trainee(trainee, by)
    _check_earned(found, kind, issued_on)
    if Certificate.objects.filter(trainee=found, kind=kind, revoked_on=None).exists():
        raise Problem("exists")
    is_lasting = kind == Certificate.Kind.COMPLETION
    certificate = Certificate(
        id=new_id(),
        trainee=found,
        kind=kind,
        number=new_number(issued_on),
        issuer=issuer or (found.provider.name if is_lasting else COMPETENCE_ISSUER),
        scheme=scheme or found.batch.programme.name,
        registration=registration,
        issued_on=issued_on,
        valid_until=None if is_lasting else months_after(issued_on, COMPETENCE_MONTHS),
        author=author_of(by),
    )
    certificate.save(force_insert=True)
    log_call(by, "create", "certificate", subjects=[found.person_id], groups="paper")
    return certificate.pk


def _check_earned(trainee: Trainee, kind: str, issued_on: date) -> None:
    if issued_on < trainee.batch.starts_on:
        raise Problem("invalid", errors=[Fault("/issued_on", "before_start", "Before the course began.")])
    if kind == Certificate.Kind.COMPETENCE and trainee.result != Trainee.Result.COMPETENT:
        raise Problem("conflict", "Only whoever passed the competency test is certified as competent.")
    if kind == Certificate.Kind.COMPLETION and (trainee.finished_on is None or trainee.result not in Trainee.GRADUATED):
        raise Problem("conflict", "Only whoever has been through a finished course has completed it.")


def revoke_certificate(key: UUID, *, reason: str, by: Caller) -> UUID:
    """Take a certificate back; another may then be issued. Raises Problem when it was revoked before."""
    certificate: Certificate = locked(by, "certificate", key)
    if certificate.revoked_on:
        raise Problem("conflict", f"Revoked on {certificate.revoked_on}.")
    changes = {"revoked_on": timezone.localdate(), "revoked_reason": reason}
    Certificate.objects.filter(pk=key).update(**changes, **stamped())
    return key


def validity_of(number: str) -> str:
    """valid, expired, revoked or unknown: all that anybody without a log-in learns; a misspelt number is unknown."""
    read = plain(number)
    wanted = f"{read[:4]}-{read[4:9]}-{read[9:]}"
    if not NUMBER.fullmatch(wanted):
        return "unknown"
    found: Any = call("certificate_validity", wanted, timezone.localdate())
    return str(found)
