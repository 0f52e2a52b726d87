"""Admin pages of outcomes, to be read only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin

from agencies.web.admin import ShieldedAdmin
from coordination.cohorts.funnels import FUNNELS
from coordination.cohorts.models import Cohort, CohortEdition


@admin.register(Cohort)
class CohortAdmin(ShieldedAdmin):
    """What became of referrals, school places and courses."""

    columns = (
        "year",
        "funnel",
        "region",
        "month",
        "programme",
        "value",
        "agency",
        "side",
        "edition",
        "seats",
        "steps",
        "rates",
        "outcomes",
        "durations",
        "cost_per_placed",
        "as_of",
    )
    filters = ("year", "funnel", "dimension", "edition")

    def complete(self, rows: Sequence[Any]) -> Sequence[UUID]:
        """The figures in the order of their steps."""
        for row in rows:
            funnel = FUNNELS[row.funnel]
            row.steps = {name: row.steps.get(name, 0) for name in (*funnel.steps, *funnel.marks)}
            row.outcomes = {name: row.outcomes.get(name, 0) for name in funnel.outcomes}
        return super().complete(rows)


@admin.register(CohortEdition)
class CohortEditionAdmin(ShieldedAdmin):
    """Frozen figures: which year, when, by whom."""

    columns = ("year", "number", "basis", "frozen_by", "frozen_at", "as_of")
    filters = ("year",)
