"""Endpoints of outcomes: figures without personal data."""

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from agencies.web.filters import choice, identifier, region, whole_number
from agencies.web.views import ResourceViewSet
from coordination.cohorts.inputs import EditionInput
from coordination.cohorts.models import Cohort
from coordination.cohorts.services import freeze_year

FIRST, LAST = 2000, 2200


class CohortViewSet(ResourceViewSet):
    """What became of referrals (funnels `schooling` and `training`), of school places (`places`) and of courses.

    A row is a cohort: those sent for the first time in a year (of `places`: reserved), by the year's whole, by village
    and district of the family (of the school), and by month of sending; of all offices together, and of each office
    as sender and receiver. An office reads its own rows, analysts and oversight those of their city.
    `steps` tells how many came so far or further; `outcomes` what became of them, each under one word, those waiting,
    at work, on hold or overdue also under `still_open`; `durations` the median and the 90th percentile in calendar
    days from sending (`on_hold`: days on hold). A figure of fewer than five people is null, and so are others from
    which it could be worked out; durations are told of ten people or more.
    Of `courses` a row is the applications to batches that begin in a year, those of the office that gives them under
    `received`; by home of the family, month, programme, sex, disability (kinds after UU 8/2016 article 4) and
    whether somebody was registered as poor on the day on which the course began. `seats` are told in all, by month and
    by programme; `rates` are percentages of told figures: seats taken, of these who came, of these who
    completed, and of these who passed the test or have work, by the last answer and after 3, 6 and 12 months.
    `cost_per_placed` is the cost of the batches for each person who has work. Edition 0 follows the records and is
    counted once a day (`as_of`); the others were frozen: see outcome editions.
    """

    resource = "cohort"
    scope_name = "headcounts"
    filters: ClassVar = {
        "funnel": choice("funnel", Cohort.Funnel.values),
        "year": whole_number("year", FIRST, LAST),
        "edition": whole_number("edition", 0, 1000),
        "dimension": choice("dimension", Cohort.Dimension.values),
        "region": region(levels=False),
        "month": whole_number("month", 1, 12),
        "programme": identifier("programme"),
        "value": choice("value", Cohort.Value.values),
        "agency": identifier("agency"),
        "side": choice("side", Cohort.Side.values),
    }


class CohortEditionViewSet(ResourceViewSet):
    """Which figures of outcomes were frozen, when, by whom and on what ground; nobody can change them afterwards."""

    resource = "cohort_edition"
    scope_name = "headcounts"
    filters: ClassVar = {"year": whole_number("year", FIRST, LAST)}
    inputs: ClassVar = {"create": EditionInput}

    def create(self, request: Request) -> HttpResponse:
        """Freeze the figures of a year that is over, as they were last counted.

        A year that was frozen before gets a further edition; the earlier ones stay beside it.
        """
        return self.act(request, lambda: freeze_year(**self.body(request), by=self.caller), status=201)
