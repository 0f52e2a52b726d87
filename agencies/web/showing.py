"""How the admin shows values: names in place of keys and words in place of codes, as far as the officer may see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse
from django.utils.html import format_html

from agencies.access import policy
from agencies.access.caller import Caller, current_caller
from agencies.access.expressions import model_of
from agencies.access.models import RESOURCES
from agencies.access.scopes import visible
from agencies.models import Region
from agencies.web.labels import choose, code_label, value_label
from agencies.web.reasons import detail_words

# Which field people know a record by; a household goes by its head, what belongs to a person by the person.
KNOWN_BY = {
    "agency": "name",
    "client": "client_id",
    "officer": "full_name",
    "agreement": "number",
    "person": "name",
    "import": "file_name",
    "programme": "name",
    "batch": "name",
    "school": "name",
    "referral": "person__name",
    "schooling_case": "person__name",
    "place": "school__name",
    "placement": "place__school__name",
    "trainee": "person__name",
    "business_group": "name",
}
# Keys that are no foreign keys: resource -> field -> resource.
KEYS = {
    "access_record": {"agency": "agency", "client": "client", "officer": "officer", "agreement": "agreement"},
    "job": {"subject": "import"},
    "share": {"subjects": "person"},
}
CODES = {
    "access_record": "action resource decision purpose",
    "job": "kind",
    "share": "closed_reason",
    "headcount": "unit basis",
    "referral": "outcome",
    "referral_move": "name author words",
    "case_move": "name from_status to_status words",
}
# What PostgreSQL keeps as an English sentence, and reasons puts in words.
DETAILS = {"schooling_case": "advice_detail"}
TOTALS = ("accepted", "warned", "rejected", "skipped")


@dataclass
class Names:
    """What records are called, and who appears by it: the access log names them too."""

    of: dict[tuple[str, Any], str] = field(default_factory=dict)
    people: set[UUID] = field(default_factory=set)

    def get(self, resource: str, key: Any) -> Any:
        """The name, or the key of a record that the officer does not see."""
        return self.of.get((resource, key), key)


def target(resource: str, name: str) -> str | None:
    """The resource whose keys a field holds, when it is one of the table."""
    column: Any = model_of(resource)._meta.get_field(name)
    if isinstance(column, models.ForeignKey) and column.related_model is not Region:
        return RESOURCES.get(column.related_model._meta.label)
    return KEYS.get(resource, {}).get(name)


def name_links(caller: Caller, resource: str, fields: Iterable[str], rows: Iterable[Any]) -> Names:
    """The names of everything that these fields of the rows point at."""
    attributes = {name: model_of(resource)._meta.get_field(name).attname for name in fields}  # type: ignore[union-attr]
    linked = {name: attribute for name, attribute in attributes.items() if target(resource, name)}
    return name_values(
        caller, resource, ((name, getattr(row, attribute)) for row in rows for name, attribute in linked.items())
    )


def name_values(caller: Caller, resource: str, values: Iterable[tuple[str, Any]]) -> Names:
    """The names of what these values of fields point at; one query a kind of record."""
    wanted: dict[str, set[Any]] = {}
    for name, value in values:
        if (linked := target(resource, name)) is not None:
            wanted.setdefault(linked, set()).update(_keys(value))
    found = Names()
    for linked, keys in wanted.items():
        name_records(caller, linked, keys, found)
    return found


def _keys(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def name_records(caller: Caller, resource: str, keys: Iterable[Any], found: Names) -> None:
    """Add what these records are called; those that the officer does not see stay without a name."""
    if not keys or policy.grant(caller.kind, caller.role, resource) is None:
        return
    if resource == "household":
        _name_households(caller, keys, found)
    elif resource in KNOWN_BY:
        rows = visible(caller, resource).filter(pk__in=keys).values_list("pk", KNOWN_BY[resource])
        found.of |= {(resource, key): str(name) for key, name in rows}
        found.people |= {key for kind, key in found.of if kind == "person"}


def _name_households(caller: Caller, keys: Iterable[Any], found: Names) -> None:
    """By the head, or by whoever of the family the officer sees."""
    place = Case(When(relation="head", then=Value(0)), default=Value(1), output_field=IntegerField())
    people = visible(caller, "person").filter(household__in=keys).order_by(place, "birth_date", "pk")
    for home, key, name in people.values_list("household_id", "pk", "name"):
        if ("household", home) not in found.of:
            found.of["household", home] = choose(f"Keluarga {name}", f"Family of {name}")
            found.people.add(key)


def is_shown_otherwise(resource: str, name: str) -> bool:
    """Whether the admin's own way of showing the field would be a key, a code or a heap of brackets."""
    column: Any = model_of(resource)._meta.get_field(name)
    linked = target(resource, name)
    return (
        (linked is not None and not (linked == "agency" and column.is_relation))
        or name in CODES.get(resource, "").split()
        or name in DETAILS.get(resource, "").split()
        or isinstance(column, ArrayField | models.JSONField)
        or (isinstance(column, models.GeneratedField) and bool(_choices(column)))
    )


def _choices(column: Any) -> list[tuple[Any, Any]]:
    """The closed list of a field, or of what PostgreSQL derives for it."""
    source: Any = column.output_field if isinstance(column, models.GeneratedField) else column
    return list(source.flatchoices)


def shown(resource: str, name: str, value: Any, names: Names) -> Any:
    """One value in words."""
    column: Any = model_of(resource)._meta.get_field(name)
    if (linked := target(resource, name)) is not None:
        return ", ".join(str(names.get(linked, key)) for key in _keys(value))
    if isinstance(value, list):
        return ", ".join(str(code_label(str(item))) for item in value)
    if isinstance(value, Mapping):
        return _counted(resource, value)
    if value and (choices := _choices(column)):
        return value_label(value, str(dict(choices).get(value, "")))
    if name in CODES.get(resource, "").split() and value:
        return code_label(value)
    if name in DETAILS.get(resource, "").split() and value:
        return detail_words(value)
    if isinstance(value, bool):
        return choose("Ya", "Yes") if value else choose("Tidak", "No")
    return value


def _counted(resource: str, counts: Mapping[str, Any]) -> Any:
    if resource == "cohort":
        return _figures(counts)
    return _totals(counts) if "accepted" in counts else counts


def _totals(counts: Mapping[str, Any]) -> str:
    """What a register file came to, in one line."""
    words = choose("diterima, peringatan, ditolak, dilewati", "accepted, warned, rejected, skipped").split(", ")
    return ", ".join(f"{counts.get(name, 0)} {word}" for name, word in zip(TOTALS, words, strict=True))


class WordedFilter(admin.AllValuesFieldListFilter):
    """A filter by what PostgreSQL derives, in words."""

    def choices(self, changelist: Any) -> Any:
        """The values that there are."""
        for choice in super().choices(changelist):
            yield {**choice, "display": code_label(str(choice["display"]))}


def in_words(resource: str, field: Any) -> Any:
    """A column of the admin that shows a field in words; alone on its page, a name leads to its record."""
    linked = target(resource, field.name)

    def told(row: Any) -> Any:
        value = getattr(row, field.attname)
        words = shown(resource, field.name, value, row.names)
        caller, is_alone = current_caller(), field.is_relation and getattr(row, "is_alone", False)
        named = is_alone and (linked, value) in row.names.of
        if named and caller and policy.allows(caller.kind, caller.role, str(linked), "read"):
            page = f"admin:{field.related_model._meta.app_label}_{field.related_model._meta.model_name}_change"
            return format_html('<a href="{}">{}</a>', reverse(page, args=[value]), words)
        return words

    told.short_description = field.verbose_name  # type: ignore[attr-defined]
    return told


def timeline_of(caller: Caller, resource: str, record: Any) -> str:
    """The address of what the offices did with the family of a record; empty for who does no casework."""
    if not policy.works_at_desk(caller.kind, caller.role):
        return ""
    family = record.pk if resource == "household" else _family(caller, resource, record)
    return reverse("admin:timeline", args=[family]) if family else ""


def _family(caller: Caller, resource: str, record: Any) -> UUID | None:
    """Where the person lives whom a record is about, if the officer sees that person."""
    about = "person" in policy.readable(caller.kind, caller.role, resource)
    person = record.pk if resource == "person" else record.person_id if about else None
    if person is None:
        return None
    return visible(caller, "person").filter(pk=person).values_list("household_id", flat=True).first()


def _figures(figures: Mapping[str, Any]) -> str:
    """What there is of them, in one line; a hidden figure is a dash."""
    there = {code_label(name): value for name, value in figures.items() if value != 0}
    return ", ".join(f"{name} {_figure(value)}" for name, value in there.items())


def _figure(value: Any) -> str:
    if isinstance(value, Mapping):
        return " / ".join(str(number) for number in value.values())
    return "–" if value is None else str(value)
