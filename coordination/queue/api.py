"""Endpoints of the day's work."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone

from agencies.web.calls import record
from agencies.web.filters import Filter, choice, identifier, region
from agencies.web.views import ResourceViewSet
from coordination.queue.counts import count_queue
from coordination.queue.models import QueueItem

NUMBER: dict[str, Any] = {"type": "integer"}
NUMBERS: dict[str, Any] = {"type": "object", "additionalProperties": NUMBER}


def overdue(field: str) -> Filter:
    """Only what should have been done before today."""

    def read(text: str) -> Mapping[str, Any]:
        if text != "true":
            raise ValueError("true")
        return {f"{field}__lt": timezone.localdate()}

    return Filter(field, read, {"type": "string", "enum": ["true"]}, "Only what is past its day.")


class QueueViewSet(ResourceViewSet):
    """What awaits my office today, each with its reason: the most overdue first, then what is due, then the oldest.

    An item goes by itself once it is done. Where my office may not see the person, the item names neither person nor
    village; `counts` tells how many there are in each district, and nothing of districts with a few.
    """

    resource = "queue_item"
    scope_name = "queue"
    orders = ("urgency",)
    filters: ClassVar = {
        "kind": choice("kind", QueueItem.Kind.values),
        "region": region(levels=False),
        "assignee": identifier("assignee"),
        "overdue": overdue("due_on"),
    }
    besides: ClassVar = {
        "counts": {
            **record(
                "kind region assignee unnamed",
                kind=NUMBERS,
                region=NUMBERS,
                assignee=NUMBERS,
                unnamed=record(
                    "total district",
                    total=NUMBER,
                    district={"type": "object", "additionalProperties": {"type": ["integer", "null"]}},
                ),
            ),
            "description": "All that awaits the office: by kind, by village and by assignee where it sees the person,"
            " and by district where it does not; null: so few that it is not told.",
        }
    }

    def beside(self) -> Mapping[str, Any]:
        """How much awaits the office."""
        return {"counts": count_queue(self.caller)}
