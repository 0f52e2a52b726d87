"""Strict JSON in: what another parser might read otherwise is refused, not guessed."""

import json
from typing import Any

import orjson
from rest_framework.parsers import BaseParser

from agencies.web.problems import Fault, Problem


class StrictJSON(BaseParser):
    """Reads `application/json`; merge patches are read the same way."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """A JSON object. Raises Problem for broken text, duplicate keys, NUL, lone surrogates, NaN, deep nesting."""
        charset = str(media_type or "").partition("charset=")[2].strip('" ').lower()
        if charset not in ("", "utf-8", "utf8"):
            raise Problem("media_type_unsupported", "Only charset utf-8.")
        return read_json(stream.read())


class MergePatch(StrictJSON):
    """`application/merge-patch+json` (RFC 7396)."""

    media_type = "application/merge-patch+json"


def read_json(body: bytes) -> dict[str, Any]:
    """The object in a JSON body; an empty body is an empty object."""
    if not body.strip():
        return {}
    try:
        orjson.loads(body)  # refuses NaN, lone surrogates and nesting beyond 1024
        found = json.loads(body, object_pairs_hook=_unique, parse_float=_finite)
    except (ValueError, RecursionError) as fault:
        raise Problem("malformed", "The body is not valid JSON.") from fault
    if not isinstance(found, dict):
        raise Problem("malformed", "The body is a JSON object.")
    _no_nul(found)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})[:10]
        raise Problem("invalid", errors=[Fault(f"/{name[:60]}", "duplicate_key", "Stands twice.") for name in twice])
    return found


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("not a finite number")
    return number


def _no_nul(value: Any) -> None:
    """PostgreSQL stores no NUL character."""
    if isinstance(value, str) and "\0" in value:
        raise Problem("invalid", errors=[Fault("", "null_character", "Text must not contain NUL.")])
    if isinstance(value, dict):
        for name, inner in value.items():
            _no_nul(name)
            _no_nul(inner)
    elif isinstance(value, list):
        for inner in value:
            _no_nul(inner)
