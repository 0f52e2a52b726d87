"""Who is calling: one statement finds token, client, agency and agreement, and counts the call."""

import re
import time
from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from agencies.access import policy
from agencies.access.caller import Caller, Row
from agencies.access.prepared import first_of_call
from agencies.models import AccessToken
from agencies.web.counting import COUNTED
from agencies.web.problems import Problem

INITIATOR = re.compile(r"[A-Za-z0-9._@-]{1,64}")
WINDOW_SECONDS = 60
BEARER = f"""
WITH bearer AS (
 SELECT c.id, c.client_id, c.role, c.purposes, t.scopes, a.id AS agency, a.kind, a.region_id
 FROM agencies_accesstoken t JOIN agencies_client c ON c.id = t.client_id JOIN agencies_agency a ON a.id = c.agency_id
 WHERE t.digest = %(digest)s AND t.revoked_at IS NULL AND t.expires_at > now() AND c.is_active AND a.is_active),
held AS (
 SELECT g.id, g.legal_basis FROM agencies_agreement g JOIN bearer b ON g.to_agency_id = b.agency
 WHERE g.purpose = %(purpose)s AND g.ended_at IS NULL AND %(today)s BETWEEN g.starts AND g.until
 ORDER BY g.starts DESC LIMIT 1),
counted AS ({COUNTED.format(rows="SELECT 'client:' || id, %(slot)s, 1 FROM bearer")})
SELECT b.*, held.id, held.legal_basis, counted.calls FROM bearer b LEFT JOIN held ON true LEFT JOIN counted ON true"""  # noqa: S608  constants only


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer`; sets `request.user` to a Caller."""

    def authenticate(self, request: Request) -> tuple[Caller, Any] | None:
        """Raises AuthenticationFailed for any token that is not live, and Problem when the quota is used up."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token or not token.isascii():
            return None
        purpose, slot = request.headers.get("X-Purpose", ""), int(time.time()) // WINDOW_SECONDS
        row = _find(token.strip(), purpose, slot)
        if row is None:
            raise AuthenticationFailed
        caller = _caller(request, row, purpose)
        request._request.client_name = row[1]  # type: ignore[attr-defined]
        request._request.quota = quota = Quota(row[10])  # type: ignore[attr-defined]
        if quota.exceeded:
            raise Problem("rate_limited", headers={"Retry-After": str(quota.resets_in), **quota.headers})
        return caller, row

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="sinergi"'


def caller_of(request: Request) -> Caller | None:
    """Who calls; None without a live token."""
    user: Any = request.user
    return user if isinstance(user, Caller) else None


def _find(token: str, purpose: str, slot: int) -> Row:
    values: dict[str, Any] = {
        "digest": AccessToken.digest_of(token),
        "purpose": purpose if purpose in policy.PURPOSES else "",
        "today": timezone.localdate(),
        "slot": slot,
    }
    rows = first_of_call(BEARER, values)
    return rows[0] if rows else None


def _caller(request: Request, row: tuple[Any, ...], purpose: str) -> Caller:
    client, _, role, purposes, scopes, agency, kind, city, agreement, basis, _ = row
    known = policy.PURPOSES.get(purpose)
    statutory = known is not None and kind in known.statutory_for.split()
    covered = purpose in purposes and (statutory or agreement is not None)
    return Caller(
        kind=kind,
        role=role,
        agency=agency,
        city=city,
        client=client,
        initiator=_initiator(request),
        purpose=purpose if covered else "",
        basis=(basis or known.basis) if covered and known else "",
        agreement=agreement if covered and not statutory else None,
        request_id=request._request.request_id,  # type: ignore[attr-defined]
        scopes=frozenset(scopes),
    )


def _initiator(request: Request) -> str:
    stated: str | None = request.headers.get("X-Initiator")
    if stated is not None and not INITIATOR.fullmatch(stated):
        raise Problem("initiator_invalid", "Letters, digits and . _ @ -, at most 64.")
    return stated or ""


class Quota:
    """How much of a client's calls of this minute is left."""

    def __init__(self, calls: int) -> None:
        self.limit = settings.RATE_LIMIT_PER_MINUTE
        self.left = max(0, self.limit - calls)
        self.exceeded = calls > self.limit
        self.resets_in = WINDOW_SECONDS - int(time.time()) % WINDOW_SECONDS

    @property
    def headers(self) -> dict[str, str]:
        """RateLimit header fields (IETF draft-ietf-httpapi-ratelimit-headers)."""
        return {
            "RateLimit-Policy": f'"calls";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"calls";r={self.left};t={self.resets_in}',
        }
