"""The history of one record in words: who changed what, when and why."""

from typing import Any
from uuid import UUID

from agencies.access.caller import Caller
from agencies.access.history import versions
from agencies.web.labels import code_label, field_label
from agencies.web.showing import Names, name_records, name_values, shown


def changes_in_words(caller: Caller, resource: str, key: UUID) -> tuple[list[dict[str, Any]], Names]:
    """The changes of a record that the caller sees, newest first, and the names of whatever they speak of."""
    changes = versions(caller, resource, key) or []
    both = ("before", "after")
    values = [(name, told[when]) for c in changes for name, told in c["fields"].items() for when in both]
    names = name_values(caller, resource, values)
    name_records(caller, "agency", {change["agency"] for change in changes}, names)
    name_records(caller, "client", {UUID(by) for c in changes if (by := (c["by"] or {}).get("client"))}, names)
    for change in changes:
        change["who"] = _who(change, names)
        change["words"] = code_label(change["change"])
        change["why"] = code_label(change["purpose"] or "")
        change["rows"] = [
            (field_label(name), *(shown(resource, name, told[when], names) for when in both))
            for name, told in change["fields"].items()
        ]
    return changes, names


def _who(change: dict[str, Any], names: Names) -> str:
    """Whoever acted, by name; else their system; else their office."""
    by = change["by"] or {}
    client = names.of.get(("client", UUID(by["client"])), "") if by.get("client") else ""
    return by.get("initiator") or client or names.of.get(("agency", change["agency"]), "")
