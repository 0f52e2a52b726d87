"""The endpoint of a family's timeline."""

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from agencies.access.streams import stream
from agencies.web.calls import Answer, listing, record, text
from agencies.web.paging import read_walk
from agencies.web.problems import Problem
from agencies.web.views import ResourceViewSet
from coordination.timeline.sources import SOURCES

EVENT = record(
    "at on event words_id words_en resource id person details",
    at=text(format="date-time"),
    on=text("The day in the city's zone.", format="date"),
    event=text(enum=[source.name for source in SOURCES]),
    words_id=text(),
    words_en=text(),
    resource=text("Of which resource `id` is a record."),
    id=text(format="uuid"),
    person={"type": ["string", "null"], "format": "uuid"},
    details={"type": "object", "description": "What your agency may read of the record."},
)


class TimelineViewSet(ResourceViewSet):
    """What the offices did with one family."""

    resource = "household"
    scope_name = "households"
    actions: ClassVar = {"timeline": "read"}
    walks = ("timeline",)
    answers: ClassVar = {
        "timeline": Answer(
            schema=record(
                "data next_cursor has_more",
                data=listing(EVENT),
                next_cursor={"type": ["string", "null"]},
                has_more={"type": "boolean"},
            )
        )
    }

    def timeline(self, request: Request, id: str) -> HttpResponse:
        """Everything dated about a family, newest first, across all offices.

        Each office is told what it may read of the records that it may see, and nothing of the others.
        """
        self._check_parameters(request, ("limit", "cursor"))
        walk = read_walk(request, self.caller)
        found = stream(self.caller, SOURCES, self._key(id), after=walk.after, limit=walk.limit)
        if found is None:
            raise Problem("not_found")
        return self.page_response(request, walk, found)
