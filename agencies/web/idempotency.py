"""Retries that never act twice: the key is claimed first, in the transaction of the work (IETF draft-07)."""

import hashlib
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.vault import seal, unseal
from agencies.web.models import StoredAnswer
from agencies.web.problems import Problem

KEY = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_HEADERS = ("ETag", "Location", "Retry-After")


def idempotency_key(request: Request) -> str:
    """The key of an acting call. Raises Problem when it is missing or malformed."""
    key = request.headers.get("Idempotency-Key", "").strip('"')
    if not key:
        raise Problem("idempotency_key_missing")
    if not KEY.fullmatch(key):
        raise Problem("idempotency_key_invalid", "1 to 255 visible ASCII characters.")
    return key


def claim(caller: Caller, key: str, route: str, payload: bytes) -> StoredAnswer:
    """The row of this key: new when nobody used it, else the one that holds the stored answer.

    Raises Problem when the same call is still running, or when the key was used with another payload.
    Must run inside the caller's transaction.
    """
    if caller.client is None:
        raise Problem("not_granted")
    digest = hashlib.sha256(payload).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"{caller.client}:{route}:{key}"])
        if not cursor.fetchone()[0]:
            raise Problem("idempotency_in_flight", headers={"Retry-After": "1"})
    found = StoredAnswer.objects.filter(client=caller.client, route=route, key=key).first()
    if found is None:
        fresh = StoredAnswer(id=new_id(), client_id=caller.client, key=key, route=route, payload_digest=digest)
        fresh.save(force_insert=True)
        return fresh
    if bytes(found.payload_digest) != digest:
        raise Problem("idempotency_key_reused")
    return found


def keep(stored: StoredAnswer, response: HttpResponse, resource: str, subject: UUID | None) -> None:
    """Keep an answer for replays; its body is sealed."""
    stored.status, stored.resource, stored.subject = response.status_code, resource, subject
    stored.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    stored.body = seal(response.content, _place(stored.id))
    stored.save(update_fields=["status", "headers", "body", "resource", "subject"])


def replay(stored: StoredAnswer) -> HttpResponse:
    """The stored answer once more."""
    body = unseal(bytes(stored.body or b""), _place(stored.id))
    response = HttpResponse(body, status=stored.status, content_type="application/json")
    for name, value in stored.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _place(key: Any) -> str:
    return f"web_storedanswer.body.{key}"


def forget_old_answers() -> int:
    """Drop answers past their time; returns how many."""
    age = timezone.now() - timedelta(days=settings.IDEMPOTENCY_DAYS)
    return StoredAnswer.objects.filter(created_at__lt=age).delete()[0]
