"""Retries that never act twice: the key is locked before the work and kept with it (IETF draft-07)."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.prepared import Rows, Statement, inserting
from agencies.access.vault import seal, unseal
from agencies.web.models import StoredAnswer
from agencies.web.problems import Problem

KEY = re.compile(r"[\x21-\x7e]{1,255}")
LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
KEPT = """SELECT id, payload_digest, status, headers, body, resource, subject FROM web_storedanswer
 WHERE client_id = %(client)s AND route = %(route)s AND key = %(key)s"""
KEPT_HEADERS = ("ETag", "Location", "Retry-After")


def idempotency_key(request: Request) -> str:
    """The key of an acting call. Raises Problem when it is missing or malformed."""
    key = request.headers.get("Idempotency-Key", "").strip('"')
    if not key:
        raise Problem("idempotency_key_missing")
    if not KEY.fullmatch(key):
        raise Problem("idempotency_key_invalid", "1 to 255 visible ASCII characters.")
    return key


@dataclass(frozen=True, slots=True)
class Claim:
    """A call that may act under its key: `sent` goes out with the message that begins the call's transaction."""

    id: UUID
    client: UUID
    key: str
    route: str
    digest: bytes

    @property
    def sent(self) -> tuple[Statement, Statement]:
        """Take the key's lock, or see that the same call holds it; then look for the answer kept under it."""
        values = {"client": self.client, "route": self.route, "key": self.key}
        return (LOCK, [f"{self.client}:{self.route}:{self.key}"]), (KEPT, values)


def claim(caller: Caller, key: str, route: str, payload: bytes) -> Claim:
    """A claim on this key. Raises Problem for a caller without a client."""
    if caller.client is None:
        raise Problem("not_granted")
    return Claim(new_id(), caller.client, key, route, hashlib.sha256(payload).digest())


def kept(made: Claim, locked: Rows, found: Rows) -> StoredAnswer | None:
    """The answer under this key, given what PostgreSQL said to `sent`; None when nobody used it.

    Raises Problem when the same call is still running, or when the key was used with another payload.
    """
    if not locked[0][0]:
        raise Problem("idempotency_in_flight", headers={"Retry-After": "1"})
    if not found:
        return None
    key, digest, status, headers, body, resource, subject = found[0]
    # A bare digest is of a release before this one: such answers are gone in a week.
    sent = bytes(digest) if len(digest) == len(made.digest) else unseal(digest, _place(key, "payload_digest"))
    if sent != made.digest:
        raise Problem("idempotency_key_reused")
    return StoredAnswer(
        id=key, status=status, headers=json.loads(headers), body=body, resource=resource, subject=subject
    )


def keeping(made: Claim, response: HttpResponse, resource: str, subject: UUID | None) -> Statement:
    """The statement that keeps an answer for replays, in the transaction of the work.

    Its body is sealed, and so is the digest of what was sent: whoever knows the rest of a body would try numbers on it.
    """
    answer = StoredAnswer(
        id=made.id,
        client_id=made.client,
        key=made.key,
        route=made.route,
        payload_digest=seal(made.digest, _place(made.id, "payload_digest")),
        status=response.status_code,
        headers={name: response[name] for name in KEPT_HEADERS if name in response},
        body=seal(response.content, _place(made.id, "body")),
        resource=resource,
        subject=subject,
    )
    return inserting(answer)


def replay(stored: StoredAnswer) -> HttpResponse:
    """The stored answer once more."""
    body = unseal(bytes(stored.body or b""), _place(stored.id, "body"))
    response = HttpResponse(body, status=stored.status, content_type="application/json")
    for name, value in stored.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _place(key: Any, column: str) -> str:
    return f"web_storedanswer.{column}.{key}"


def forget_old_answers() -> int:
    """Drop answers past their time; returns how many."""
    age = timezone.now() - timedelta(days=settings.IDEMPOTENCY_DAYS)
    return StoredAnswer.objects.filter(created_at__lt=age).delete()[0]
