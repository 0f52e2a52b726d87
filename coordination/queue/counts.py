"""How much awaits an office: added up from the changes that the items leave, with small numbers hidden."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from agencies.access.caller import Caller, acting_as
from agencies.access.scopes import visible
from agencies.models import Region
from coordination.monitoring.disclosure import hidden_codes

Counts = dict[str, Any]


def count_queue(by: Caller) -> Counts:
    """By kind, by village and by assignee where the office sees the person; by district where it does not.

    A district with fewer than `SMALL_CELL` people whom the office may not see has None, and so has another one, so
    that nobody finds the number by subtraction.
    """
    with acting_as(by):
        changes = visible(by, "queue_count").filter(day__lte=timezone.localdate())
        cells = list(changes.values_list("kind", "place", "assignee", "named").annotate(Sum("change")).order_by())
        kinds, villages, assignees, districts = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
        for kind, place, assignee, named, number in cells:
            kinds[kind] += number
            (villages if named else districts)[place] += number
            if assignee:
                assignees[str(assignee)] += number
        return {
            "kind": _told(kinds),
            "region": _told(villages),
            "assignee": _told(assignees),
            "unnamed": {"total": districts.total(), "district": _hidden(districts, by.city)},
        }


def _told(numbers: Counter[str]) -> dict[str, int]:
    return {name: number for name, number in sorted(numbers.items()) if number}


def _hidden(numbers: Counter[str], region: str) -> dict[str, int | None]:
    """By district of the office's city, or by city of its province; a place not known so far down counts above."""
    parts = Region.objects.filter(parent=region).values_list("code", flat=True)
    totals = {code: sum(n for place, n in numbers.items() if place.startswith(code)) for code in parts}
    hidden = hidden_codes(
        {region: numbers.total(), **totals}, dict.fromkeys(totals, region), region, limit=settings.SMALL_CELL
    )
    shown = {code: None if code in hidden else number for code, number in sorted(totals.items())}
    return {code: number for code, number in shown.items() if number != 0}
