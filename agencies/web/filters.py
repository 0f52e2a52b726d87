"""Typed filters of lists: what a query parameter means, and what of it is valid."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from agencies.web.problems import Problem

REGION_LENGTHS = (2, 5, 8, 13)


@dataclass(frozen=True, slots=True)
class Filter:
    """One query parameter: the field that must be readable, how its text is read, and its JSON schema."""

    field: str
    read: Callable[[str], Mapping[str, Any]]
    schema: Mapping[str, Any]
    description: str


def choice(field: str, values: list[str]) -> Filter:
    """One of a set of words."""

    def read(text: str) -> Mapping[str, Any]:
        if text not in values:
            raise ValueError(f"one of {', '.join(values)}")
        return {field: text}

    return Filter(field, read, {"type": "string", "enum": values}, f"Only this {field}.")


def identifier(field: str) -> Filter:
    """The id of a record."""
    return Filter(
        field,
        lambda text: {field: read_uuid(text)},
        {"type": "string", "format": "uuid"},
        f"Only of this {field}.",
    )


def contains_identifier(field: str) -> Filter:
    """An id among several."""
    return Filter(
        field,
        lambda text: {f"{field}__contains": [read_uuid(text)]},
        {"type": "string", "format": "uuid"},
        "Only those about this record.",
    )


def day_from(field: str) -> Filter:
    """On or after a day."""
    return Filter(field, lambda text: {f"{field}__gte": read_day(text)}, {"type": "string", "format": "date"}, "From.")


def day_until(field: str) -> Filter:
    """On or before a day."""
    return Filter(field, lambda text: {f"{field}__lte": read_day(text)}, {"type": "string", "format": "date"}, "Until.")


def whole_number(field: str, lowest: int, highest: int) -> Filter:
    """A whole number within bounds."""

    def read(text: str) -> Mapping[str, Any]:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not lowest <= int(text) <= highest:
            raise ValueError(f"a whole number from {lowest} to {highest}")
        return {field: int(text)}

    return Filter(field, read, {"type": "integer", "minimum": lowest, "maximum": highest}, f"Only this {field}.")


def yes_or_no(field: str) -> Filter:
    """true or false."""

    def read(text: str) -> Mapping[str, Any]:
        if text not in ("true", "false"):
            raise ValueError("true or false")
        return {field: text == "true"}

    return Filter(field, read, {"type": "boolean"}, f"Only where {field} is this.")


def is_set(field: str) -> Filter:
    """true: a moment that has come."""

    def read(text: str) -> Mapping[str, Any]:
        if text != "true":
            raise ValueError("true")
        return {f"{field}__gte": datetime.min.replace(year=1970, tzinfo=UTC)}

    return Filter(field, read, {"type": "boolean", "enum": [True]}, f"Only where {field} is set.")


def region(levels: bool = True) -> Filter:
    """A Kemendagri code of any level; with `levels` the model also stores city and district."""

    def read(text: str) -> Mapping[str, Any]:
        if not re.fullmatch(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?", text):
            raise ValueError("a Kemendagri code such as 62.71.04.1004")
        stored = {5: "city", 8: "district"}.get(len(text)) if levels else None
        if len(text) == REGION_LENGTHS[-1]:
            return {"region": text}
        return {stored: text} if stored else {"region__gte": text, "region__lt": f"{text}/"}

    return Filter("region", read, {"type": "string", "example": "62.71.04"}, "In this region or below it.")


def name_prefix(field: str, key: str) -> Filter:
    """The beginning of a name, upper and lower case alike; a range, which row security lets use its index."""

    def read(text: str) -> Mapping[str, Any]:
        wanted = text.strip().lower()
        if not 2 <= len(wanted) <= 60:
            raise ValueError("2 to 60 characters")
        return {f"{key}__gte": wanted, f"{key}__lt": wanted + "\U0010ffff"}

    return Filter(field, read, {"type": "string", "minLength": 2, "maxLength": 60}, "The name begins so.")


def read_uuid(text: str) -> UUID:
    """A UUID in its usual form."""
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        raise ValueError("a UUID")
    return UUID(text)


def read_day(text: str) -> date:
    """A day as YYYY-MM-DD."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("a day as YYYY-MM-DD")
    return date.fromisoformat(text)


def read_moment(text: str) -> datetime:
    """A moment as RFC 3339 with Z or an offset."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(Z|[+-][0-9]{2}:[0-9]{2})", text):
        raise ValueError("a moment as 2026-01-31T08:00:00Z")
    return datetime.fromisoformat(text)


def moment_from(field: str) -> Filter:
    """At or after a moment."""
    return Filter(
        field,
        lambda text: {f"{field}__gte": read_moment(text)},
        {"type": "string", "format": "date-time"},
        "From.",
    )


def moment_until(field: str) -> Filter:
    """At or before a moment."""
    return Filter(
        field,
        lambda text: {f"{field}__lte": read_moment(text)},
        {"type": "string", "format": "date-time"},
        "Until.",
    )


def read_filters(query: Mapping[str, str], declared: Mapping[str, Filter], readable: list[str]) -> dict[str, Any]:
    """ORM look-ups of the filters in a query. Raises Problem for a value that is not valid.

    A filter on a field that the caller may not read does not exist for it.
    """
    found: dict[str, Any] = {}
    for name, wanted in declared.items():
        if name in query and wanted.field in readable:
            try:
                found |= wanted.read(query[name])
            except (ValueError, OverflowError) as fault:
                raise Problem("parameter_invalid", f"{name}: {fault}") from fault
    return found
