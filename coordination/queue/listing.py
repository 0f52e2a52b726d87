"""How the items of the queue stand on a page: in words, with their names and the way to what is to be done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.log import log_call
from agencies.models import Region
from agencies.web.forms import optional
from agencies.web.labels import choose, code_label, field_label, spoken
from agencies.web.showing import Names, name_records
from coordination.queue.models import QueueItem

CHILD = QueueItem.Kind.CHILD_OUT_OF_SCHOOL
# Which record an item leads to, the closest to the work first.
RECORDS = (
    ("schooling_case", "schooling_schoolingcase"),
    ("referral", "referrals_referral"),
    ("pull_request", "referrals_pullrequest"),
    ("person", "register_person"),
)
# What is derived from records that an item does not name: they are found by their person.
LISTS = {
    QueueItem.Kind.APPLICATION_TO_DECIDE: "training_application",
    QueueItem.Kind.FOLLOW_UP_DUE: "trainees_trainee",
    QueueItem.Kind.ABSENCE_TO_FOLLOW_UP: "trainees_trainee",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One item as it is shown; without a name where the office may not see the person."""

    key: str
    name: str
    reason: str
    link: str
    region: str
    assignee: str
    since: date
    due_on: date | None
    is_overdue: bool
    is_escalated: bool
    timeline: str
    is_pickable: bool
    is_picked: bool


def rows_of(found: Sequence[Mapping[str, Any]], caller: Caller, *, ticked: Collection[str] = ()) -> list[Row]:
    """The rows of these documents of items; whoever is named by them goes into the access log."""
    names = Names()
    people = {UUID(item["person"]) for item in found if item["person"]}
    name_records(caller, "person", people, names)
    name_records(caller, "officer", {UUID(item["assignee"]) for item in found if item["assignee"]}, names)
    if people:
        groups = policy.GRANTS[caller.kind, caller.role]["person"].read
        log_call(caller, "list", "person", subjects=sorted(people), groups=groups)
    regions = Region.objects.in_bulk({item["region"] for item in found})
    return [_row(item, names, regions, caller, ticked) for item in found]


def _row(
    item: Mapping[str, Any], names: Names, regions: Mapping[str, Region], caller: Caller, ticked: Collection[str]
) -> Row:
    hidden = choose("Belum terlihat oleh kantor Anda", "Not open to your office yet")
    region, due = regions.get(item["region"]), item["due_on"]
    return Row(
        key=item["id"],
        name=_name(names, "person", item["person"]) or hidden,
        reason=choose(item["reason_id"], item["reason_en"]),
        link=_link(item),
        region=region.name if region else "",
        assignee=_name(names, "officer", item["assignee"]),
        since=date.fromisoformat(item["since"]),
        due_on=date.fromisoformat(due) if due else None,
        is_overdue=item["is_overdue"],
        is_escalated=item["is_escalated"],
        timeline=reverse("admin:timeline", args=[item["household"]]) if item["household"] else "",
        is_pickable=item["kind"] == CHILD and bool(item["person"]) == (caller.kind == "social"),
        is_picked=item["id"] in ticked,
    )


def _name(names: Names, resource: str, key: str | None) -> str:
    return names.of.get((resource, UUID(key)), "") if key else ""


def _link(item: Mapping[str, Any]) -> str:
    page = "" if item["referral"] else LISTS.get(item["kind"], "")
    if page and item["person"]:
        return f"{reverse(f'admin:{page}_changelist')}?person__id__exact={item['person']}"
    for name, page in RECORDS:
        if item[name]:
            return reverse(f"admin:{page}_change", args=[item[name]])
    return ""


def filter_form(query: Mapping[str, str], counts: Mapping[str, Any], caller: Caller) -> forms.Form:
    """What the list can be narrowed to, each with how much of it there is."""
    names = Names()
    name_records(caller, "officer", {UUID(key) for key in counts["assignee"]}, names)
    places = Region.objects.in_bulk(counts["region"])
    form = forms.Form(query, label_suffix="")
    form.fields["kind"] = optional(
        [(kind, f"{code_label(kind)} ({number})") for kind, number in counts["kind"].items()], field_label("kind")
    )
    form.fields["region"] = optional(
        [(code, f"{places[code].name} ({number})") for code, number in counts["region"].items() if code in places],
        spoken("Kelurahan", "Village"),
    )
    form.fields["assignee"] = optional(
        [(key, f"{_name(names, 'officer', key) or '—'} ({number})") for key, number in counts["assignee"].items()],
        field_label("assignee"),
    )
    late = forms.CheckboxInput(attrs={"value": "true"}, check_test=lambda value: value == "true")
    form.fields["overdue"] = forms.CharField(
        required=False, widget=late, label=spoken("Hanya yang terlambat", "Only what is late")
    )
    return form


def unnamed_words(unnamed: Mapping[str, Any]) -> str:
    """How many people await the office whom it may not see yet, by district; of a few it is not told."""
    if not unnamed["total"]:
        return ""
    places = Region.objects.in_bulk(unnamed["district"])
    counted = [(places[code].name, n) for code, n in unnamed["district"].items() if code in places]
    parts = [f"{name} {n}" for name, n in counted if n is not None]
    told = choose("Belum terlihat oleh kantor Anda: {} anak", "Not open to your office yet: {} children")
    return told.format(unnamed["total"]) + (f" ({', '.join(parts)})" if parts else "")
