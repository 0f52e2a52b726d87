"""Endpoints of the day's work."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from agencies.web.calls import Answer, record
from agencies.web.filters import Filter, choice, identifier, region
from agencies.web.results import RESULTS, told
from agencies.web.views import ResourceViewSet, json_response
from coordination.queue.counts import count_queue
from coordination.queue.inputs import AskInput, ReferInput
from coordination.queue.models import QueueItem
from coordination.queue.services import ask_for_child, first_children, refer_children

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

    actions: ClassVar = {"refer": "refer"}
    inputs: ClassVar = {"refer": ReferInput}
    answers: ClassVar = {"refer": Answer(schema=RESULTS)}

    def refer(self, request: Request) -> HttpResponse:
        """Refer children of the queue to an office, up to 1,000 in one call.

        One result each, in their order; what cannot be is refused alone. A child that was referred meanwhile, or
        that no longer is out of school, awaits nobody: its item is refused.
        """
        given = self.body(request)

        def answer() -> tuple[HttpResponse, None]:
            count, region = given.pop("first", 0), given.pop("region", None)
            items = given.pop("items", None) or first_children(count, region, by=self.caller)
            results = refer_children(items, by=self.caller, **given)
            return json_response(json.dumps(told(results), default=str)), None

        return self.once(request, answer)

    def beside(self) -> Mapping[str, Any]:
        """How much awaits the office."""
        return {"counts": count_queue(self.caller)}


class AskViewSet(ResourceViewSet):
    """Asking Dinsos for a child whom my office may not see."""

    resource = "pull_request"
    scope_name = "referrals"
    actions: ClassVar = {"ask": "create"}
    inputs: ClassVar = {"ask": AskInput}
    answers: ClassVar = {"ask": Answer(201)}

    def ask(self, request: Request, id: str) -> HttpResponse:
        """Ask Dinsos for the child of an item that names nobody.

        Answers with the pull request, which names nobody either; the item tells of it until Dinsos has answered.
        """

        def work() -> UUID:
            return ask_for_child(self._key(id), by=self.caller, **self.body(request))

        return self.act(request, work, status=201, at="/api/v1/pull-requests")
