"""Endpoints of matching: best people, best batches, the gaps of places, and what scores stand on."""

import json
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from rest_framework.request import Request

from agencies.access.caller import acting_as
from agencies.web.calls import Answer, listing, parameter, record, text
from agencies.web.filters import choice, day_from, day_until, read_filters, region
from agencies.web.paging import page_size
from agencies.web.views import ResourceViewSet, json_response
from coordination.matching import gaps, inputs, services
from coordination.matching.models import PARTS, Weighting
from coordination.matching.occupations import Activity

NUMBER = {"type": "integer"}
HIDDEN = {"type": ["integer", "null"], "description": "null: so few people that it might tell who they are."}
WORDS = {"text_id": text(), "text_en": text()}
PART = record("code points text_id text_en", code=text(), points=NUMBER, **WORDS)
CONDITION = record(
    "code met text_id text_en",
    code=text(),
    met={"type": ["boolean", "null"], "description": "null: not known to you."},
    **WORDS,
)
MATCH = {
    "region": text("Where the person lives."),
    "points": {**NUMBER, "description": "The sum of the parts."},
    "ready": {"type": "boolean", "description": "Whether no condition is known to be unmet."},
    "parts": listing(PART),
    "conditions": listing(CONDITION),
}
WEIGHTS = {"type": "object", "description": "The weights in force; `since` is null for the usual ones."}
LIMIT = parameter("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "At most so many.")
PLACE = parameter("region", text(example="62.71.04"), "In this region of your city or below it.")


def matches(**more: Any) -> Answer:
    """An answer of matches with the weights that they were scored by."""
    named = {**more, **MATCH}
    return Answer(schema=record("data weights", data=listing(record(" ".join(named), **named)), weights=WEIGHTS))


class MatchViewSet(ResourceViewSet):
    """Who fits which batch, with every part of the score in words. It proposes; an officer decides."""

    resource = "candidate"
    scope_name = "training"
    actions: ClassVar = {"people": "match", "batches": "match"}
    parameters: ClassVar = {"people": (LIMIT, PLACE), "batches": (LIMIT,)}
    answers: ClassVar = {
        "people": matches(person=text(format="uuid"), name=text()),
        "batches": matches(
            batch=text(format="uuid"), programme=text(format="uuid"), name=text(), starts_on=text(format="date")
        ),
    }

    def people(self, request: Request, id: str) -> HttpResponse:
        """Of the people whom you may see, those of working age who fit a batch best and have not applied.

        Those who fail no condition come first, then the higher score. Whether a person is registered as poor counts as
        yes or no. Distance is told by steps (own village, own district, elsewhere). The order decides nothing.
        """
        self._check_parameters(request, ("limit", "region"))
        with acting_as(self.caller):
            found = services.best_people(
                self._key(id), by=self.caller, limit=page_size(request.query_params), region=place_of(request)
            )
        return answer(*found)

    def batches(self, request: Request, id: str) -> HttpResponse:
        """The batches that take applications now and fit a person best; the order decides nothing.

        Empty for somebody who is not of working age (15 to 64), not alive here, or new within the last hour.
        """
        self._check_parameters(request, ("limit",))
        with acting_as(self.caller):
            found = services.best_batches(self._key(id), by=self.caller, limit=page_size(request.query_params))
        return answer(*found)


class LivelihoodViewSet(ResourceViewSet):
    """What the villages and districts of the city live on, dated, each with its source; nothing is overwritten."""

    resource = "livelihood"
    scope_name = "training"
    is_personal = False
    filters: ClassVar = {
        "region": region(levels=False),
        "activity": choice("activity", Activity.values),
        "since_from": day_from("since"),
        "since_until": day_until("since"),
    }
    inputs: ClassVar = {"create": inputs.LivelihoodInput}

    def create(self, request: Request) -> HttpResponse:
        """State what a place lives on from a day, or withdraw it; a new row, the older ones stay."""
        return self.act(request, lambda: services.add_livelihood(self.body(request), by=self.caller), status=201)


class GapViewSet(ResourceViewSet):
    """Which courses to plan where."""

    resource = "livelihood"
    scope_name = "training"
    actions: ClassVar = {"gaps": "gaps"}
    parameters: ClassVar = {"gaps": (PLACE,)}
    answers: ClassVar = {
        "gaps": Answer(
            schema=record(
                "data",
                data=listing(
                    record(
                        "region name livelihoods_of people livelihoods",
                        region=text(),
                        name=text(),
                        livelihoods_of={
                            "type": ["string", "null"],
                            "description": "The village, or its district where nothing is known of it; null: unknown.",
                        },
                        people={**HIDDEN, "description": "Registered people of working age; null: too few to tell."},
                        livelihoods=listing(
                            record(
                                "activity sectors concerned trained planned_seats gap courses text_id text_en",
                                activity=text(enum=Activity.values),
                                sectors=listing(NUMBER),
                                concerned=HIDDEN,
                                trained=HIDDEN,
                                planned_seats=NUMBER,
                                gap=HIDDEN,
                                courses=listing({"type": "object"}),
                                **WORDS,
                            )
                        ),
                    )
                ),
            )
        )
    }

    def gaps(self, request: Request) -> HttpResponse:
        """For each village its livelihoods: whom they concern, who is trained, the seats, the gap and the courses.

        Concerned are registered people of working age who work in the field or have no work. Trained are those who
        finished a course of the field. Seats are those of batches in the village that have not ended.
        """
        self._check_parameters(request, ("region",))
        with acting_as(self.caller):
            found = gaps.training_gaps(place_of(request) or self.caller.city, by=self.caller)
        return json_response(json.dumps({"data": found}, cls=DjangoJSONEncoder))


class WeightingViewSet(ResourceViewSet):
    """How many points each part of a score counts, from a day on; older weights stay on record."""

    resource = "weighting"
    scope_name = "training"
    is_personal = False
    inputs: ClassVar = {"create": inputs.WeightingInput}

    def create(self, request: Request) -> HttpResponse:
        """Set the weights of the city from a day; a part that is not given keeps its weight."""
        return self.act(request, lambda: services.set_weights(self.body(request), by=self.caller), status=201)


def place_of(request: Request) -> str:
    """The region asked for, or nothing. Raises Problem for what is no code."""
    found = read_filters(request.query_params, {"region": region()}, ["region"])
    return request.query_params["region"] if found else ""


def answer(found: list[services.Match], weights: Weighting) -> HttpResponse:
    """Matches, and the weights by which they were scored."""
    told = {part: getattr(weights, part) for part in ("since", *PARTS)}
    return json_response(json.dumps({"data": found, "weights": told}, cls=DjangoJSONEncoder))
