"""What is done with outcomes: they are counted every night, and a year's figures are frozen."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from agencies.access import policy
from agencies.access.caller import Caller, acting_as, standing_in
from agencies.access.identifiers import new_id
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.models import Agency
from agencies.web.problems import Problem
from coordination.cohorts.courses import Offer, cost_per_placed, rates_of, read_courses, read_offers
from coordination.cohorts.funnels import COURSES, FUNNELS, PLACES, SCHOOLING, TRAINING
from coordination.cohorts.models import LIVE, PEOPLE, Cohort, CohortEdition
from coordination.cohorts.reading import Records, read_placements, read_referrals
from coordination.cohorts.tables import WHOLE, Cell, Figures, Record, Row, tabulate
from coordination.referrals.services import author_of

FIGURES = ("seats", "steps", "rates", "outcomes", "durations", "cost_per_placed", "as_of")
KEY = ("funnel", "year", "agency_id", "side", "dimension", "region_id", "month", "programme_id", "value")
Offers = Mapping[Row, Offer]


def count_every_city() -> int:
    """Count the outcomes of every city that were not counted today; returns of how many cities."""
    counted = 0
    for agency, city in Agency.objects.filter(kind="social", is_active=True).values_list("pk", "region_id"):
        by = Caller(
            kind="social",
            role="statistician",
            agency=agency,
            city=city,
            initiator="system",
            purpose="statistics",
            basis=policy.PURPOSES["statistics"].basis,
        )
        with acting_as(by):
            last = visible(by, "cohort").filter(edition=LIVE).aggregate(last=Max("as_of"))["last"]
            if last is None or timezone.localdate(last) < timezone.localdate():
                count_cohorts(by=by)
                counted += 1
    return counted


def count_cohorts(*, by: Caller) -> int:
    """Count what became of the referrals that the caller's Dinsos sent, of places reserved and courses in its city.

    A cohort is a year: of sending, of reserving a place, or in which a course begins. Replaces the live figures;
    returns how many rows were written. Must run while acting as the caller, whose role may read the city's records
    and write figures.
    """
    rows = {
        _key(row): row
        for funnel, years, offers in _every_record(by)
        for year, records in sorted(years.items())
        for row in _rows(funnel, year, records, offers.get(year, {}), by)
    }
    for row in visible(by, "cohort").filter(edition=LIVE):
        rows.setdefault(_key(row), _emptied(row))
    now = timezone.now()
    for row, key in zip(rows.values(), sorted(new_id() for _ in rows), strict=True):  # so that lists tell them in order
        row.pk, row.as_of = key, now
    Cohort.objects.bulk_create(
        rows.values(),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["city", "edition", "year", *(name.removesuffix("_id") for name in KEY if name != "year")],
        update_fields=FIGURES,
    )
    log_call(by, "count_cohorts", "cohort", count=len(rows))
    return len(rows)


def _every_record(by: Caller) -> Iterator[tuple[str, Records, Mapping[int, Offers]]]:
    """The records of each funnel, and what was offered to them."""
    yield SCHOOLING.name, read_referrals("schooling", by=by), {}
    yield TRAINING.name, read_referrals("training", by=by), {}
    yield PLACES.name, read_placements(by=by), {}
    yield COURSES.name, read_courses(by=by), read_offers(by=by)


def _key(row: Cohort) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in KEY)


def _rows(funnel: str, year: int, records: list[Record], offers: Offers, by: Caller) -> Iterator[Cohort]:
    kept = _hidden_before(funnel, year, by)
    tables = tabulate(records, FUNNELS[funnel], limit=settings.SMALL_CELL, kept=kept, also=offers)
    for row, figures in tables.items():
        cohort = _cohort(funnel, year, row, figures, by)
        if funnel == COURSES.name:
            _appraise(cohort, offers.get(row))
        yield cohort


def _appraise(row: Cohort, offer: Offer | None) -> None:
    """Set what its figures say of the seats and the money."""
    row.seats = offer.seats if offer else None
    row.rates = rates_of(row.steps, row.seats)
    row.cost_per_placed = cost_per_placed(row.steps, offer)


def _cohort(funnel: str, year: int, row: Row, figures: Figures, by: Caller) -> Cohort:
    agency, side = row.party or (None, "")
    return Cohort(
        city=by.city,
        funnel=funnel,
        year=year,
        agency_id=agency,
        side=side,
        dimension=row.dimension,
        region_id=row.value if row.dimension == "region" else by.city,
        month=int(row.value) if row.dimension == "month" else None,
        programme_id=UUID(row.value) if row.dimension == "programme" else None,
        value=row.value if row.dimension in PEOPLE else "",
        steps=figures.steps,
        outcomes=figures.outcomes,
        durations=figures.durations,
    )


def _hidden_before(funnel: str, year: int, by: Caller) -> Iterator[Cell]:
    """What an edition of the year hides: a figure that has grown since would give it away by the difference."""
    for row in visible(by, "cohort").filter(funnel=funnel, year=year, edition__gt=LIVE):
        party = (row.agency_id, row.side) if row.agency_id else None
        values = {"region": row.region_id, "month": row.month, "programme": row.programme_id, WHOLE: ""}
        value = str(values.get(row.dimension, row.value))
        for kind in ("steps", "outcomes"):
            for name, number in getattr(row, kind).items():
                if number is None:
                    yield Row(party, row.dimension, value), (kind, name)


def _emptied(row: Cohort) -> Cohort:
    """A row of which nobody is left."""
    row.steps, row.outcomes = dict.fromkeys(row.steps, 0), dict.fromkeys(row.outcomes, 0)
    row.durations, row.rates = dict.fromkeys(row.durations), dict.fromkeys(row.rates)
    row.seats = row.cost_per_placed = None
    return row


def freeze_year(*, year: int, basis: str, by: Caller) -> UUID:
    """Keep the figures of a year that is over as they were last counted; returns the edition.

    The caller's Dinsos speaks for its city. A year that was frozen before gets another edition beside the first.
    Raises Problem when the year is not over or nothing was counted; IntegrityError when two freeze it at once.
    """
    if year >= timezone.localdate().year:
        raise Problem("conflict", "This year is not over.")
    with standing_in(kind=by.kind, role="statistician", agency=by.agency, city=by.city) as desk:
        live = list(visible(desk, "cohort").filter(year=year, edition=LIVE).order_by("pk"))
    if not live:
        raise Problem("conflict", "No figures of this year were counted.")
    last: Any = visible(by, "cohort_edition").filter(year=year).aggregate(last=Max("number"))["last"]
    edition = CohortEdition(
        id=new_id(),
        city=by.city,
        year=year,
        number=(last or 0) + 1,
        basis=basis,
        agency_id=by.agency,
        frozen_by=author_of(by),
        as_of=max(row.as_of for row in live),
    )
    edition.save(force_insert=True)
    for row, key in zip(live, sorted(new_id() for _ in live), strict=True):
        row.pk, row.edition = key, edition.number
    with standing_in(kind=by.kind, role="statistician", agency=by.agency, city=by.city):
        Cohort.objects.bulk_create(live, batch_size=1000)
    log_call(by, "freeze", "cohort", count=len(live))
    return edition.id
