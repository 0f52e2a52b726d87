"""Keyset pages: a cursor names the last record seen; it is signed and bound to the caller and the list."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from rest_framework.request import Request

from agencies.access.caller import Caller
from agencies.web.problems import Problem

DEFAULT_LIMIT, MAXIMUM_LIMIT = 50, 200
SIGNATURE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a caller is in a list: `what` it walks through (path and filters), after which record, how many a page."""

    what: str
    kept: Mapping[str, str]
    after: str | None
    limit: int


def read_walk(request: Request, caller: Caller) -> Walk:
    """The walk that a request goes on with. Raises Problem for a limit or a cursor that is not valid."""
    query = request.query_params
    kept = {name: query[name] for name in sorted(query) if name not in ("cursor", "limit")}
    what = f"{request.path.rstrip('/')}?{urlencode(kept)}"
    after = read_cursor(caller, what, query["cursor"]) if "cursor" in query else None
    return Walk(what, kept, after, page_size(query))


def _signature(caller: Caller, what: str, last: str, key: bytes) -> bytes:
    bound = json.dumps([str(caller.client or caller.officer), caller.purpose, what, last])
    return hmac.digest(key, bound.encode(), hashlib.sha256)[:SIGNATURE_BYTES]


def make_cursor(caller: Caller, what: str, last: str) -> str:
    """The cursor behind `last` in the list `what` (path and filters)."""
    keys = settings.KEYS.now
    signature = _signature(caller, what, last, keys.cursor[keys.writes])
    return base64.urlsafe_b64encode(signature + last.encode()).decode().rstrip("=")


def read_cursor(caller: Caller, what: str, cursor: str) -> str:
    """The record key in a cursor. Raises Problem for one that we did not make for this caller and list."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        signature, last = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:].decode()
    except ValueError as fault:
        raise Problem("cursor_invalid") from fault
    keys = settings.KEYS.now.cursor.values()
    if not any(hmac.compare_digest(signature, _signature(caller, what, last, key)) for key in keys):
        raise Problem("cursor_invalid")
    return last


def page_size(query: Mapping[str, Any]) -> int:
    """`limit`, 1 to 200."""
    given = str(query.get("limit", DEFAULT_LIMIT))
    if not (given.isascii() and given.isdigit() and len(given) <= 3 and 1 <= int(given) <= MAXIMUM_LIMIT):
        raise Problem("parameter_invalid", f"limit: a whole number from 1 to {MAXIMUM_LIMIT}.")
    return int(given)
