"""What the register counts: how many people it lists, per year and place, without naming anybody."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, FilteredRelation, Max, OuterRef, Q, QuerySet

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.access.log import log_call
from agencies.models import Region
from coordination.monitoring.disclosure import hidden_codes
from coordination.monitoring.models import Headcount, Measure
from households.register.choices import Source, WelfareStatus
from households.register.models import Listing, Person

POOR = (WelfareStatus.POOR, WelfareStatus.EXTREME_POOR)
BASIS = {
    Measure.REGISTER_COUNT: "People with an open register entry on 31 December, possible duplicates left out",
    Measure.POOR_REGISTER_COUNT: "Of these, assessed as poor or extremely poor for that day",
    Measure.EXTREME_REGISTER_COUNT: "Of these, assessed as extremely poor for that day",
}
Figures = Mapping[str, int]


def count_register(year: int, *, by: Caller) -> int:
    """Count the register of the caller's city at the end of a year: city, districts and villages, three measures.

    Counting again replaces the figures. Returns how many figures were written. Must run while acting as the caller,
    whose role may read listings and assessments and write headcounts.
    """
    parents = _parents(by.city)
    figures = [
        figure
        for measure, villages in _village_counts(year, by.city).items()
        for figure in _figures(year, measure, _rolled_up(villages, parents), parents, by.city)
    ]
    Headcount.objects.bulk_create(
        figures,
        update_conflicts=True,
        unique_fields=["year", "region", "measure", "source", "edition"],
        update_fields=["value", "hidden", "basis", "unit", "as_of", "published_by"],
    )
    log_call(by, "count_register", "headcount", count=len(figures))
    return len(figures)


def publish_figure(values: Mapping[str, Any], *, by: Caller) -> UUID:
    """Take in a figure of the Statistics Bureau; one that was told before gets a new edition and stays beside it.

    Few people are hidden as in our own counts. Raises IntegrityError when two publish the same one at once, and the
    database's refusal for a region of another city.
    """
    series = {name: values[name] for name in ("year", "measure", "source")} | {"region_id": values["region"]}
    last = Headcount.objects.filter(**series).aggregate(last=Max("edition"))["last"] or 0
    small = values["unit"] == "persons" and 0 < values["value"] < settings.SMALL_CELL
    figure = Headcount(
        **series,
        city=values["region"][:5],
        basis="As the Statistics Bureau published it; another measure than any count of a register",
        value=None if small else values["value"],
        hidden=small,
        unit=values["unit"],
        as_of=values["as_of"],
        published_by="Badan Pusat Statistik",
        edition=last + 1,
    )
    figure.save(force_insert=True)
    return figure.id


def _parents(city: str) -> dict[str, str]:
    """Every district and village of the city, and what it is part of."""
    below = Region.objects.filter(code__startswith=f"{city}.")
    return dict(below.values_list("code", "parent_id"))


def _village_counts(year: int, city: str) -> dict[Measure, dict[str, int]]:
    """People per village where their family lives now."""
    # One record a person, register and period: a join, where two EXISTS would be asked for every person.
    record = FilteredRelation(
        "assessments", condition=Q(assessments__source=Source.DTKS, assessments__period=date(year, 12, 31))
    )
    rows = (
        _listed(year, city)
        .annotate(record=record)
        .values("household__region")
        .annotate(
            listed=Count("pk"),
            poor=Count("pk", filter=Q(record__status__in=POOR)),
            extreme=Count("pk", filter=Q(record__status__in=POOR[1:])),
        )
        .order_by()
    )
    found = list(rows.values_list("household__region", "listed", "poor", "extreme"))
    return {measure: {str(row[0]): int(row[place]) for row in found} for place, measure in enumerate(BASIS, 1)}


def _listed(year: int, city: str) -> QuerySet[Person]:
    end = date(year, 12, 31)
    entries = Listing.objects.filter(person=OuterRef("pk"), source=Source.DTKS, entered_on__lte=end)
    running = entries.filter(Q(exited_on=None) | Q(exited_on__gt=end))
    people: QuerySet[Person] = Person.objects.filter(Exists(running), city=city, possible_duplicate_of=None)
    return people


def _rolled_up(villages: Figures, parents: Mapping[str, str]) -> dict[str, int]:
    """Figures of villages, summed up to every place that they are part of; places without anybody count 0."""
    totals = dict.fromkeys([*parents, *parents.values()], 0)
    for village, value in villages.items():
        place: str | None = village
        while place in totals:
            totals[place] += value
            place = parents.get(place)
    return totals


def _figures(
    year: int, measure: Measure, totals: Figures, parents: Mapping[str, str], city: str
) -> Iterator[Headcount]:
    hidden = hidden_codes(totals, parents, city, limit=settings.SMALL_CELL)
    publisher = f"Dinas Sosial {Region.objects.get(code=city).name}"
    for code, value in totals.items():
        yield Headcount(
            id=new_id(),
            year=year,
            region_id=code,
            city=city,
            measure=measure,
            basis=BASIS[measure],
            value=None if code in hidden else value,
            hidden=code in hidden,
            unit="persons",
            source=Source.DTKS,
            as_of=date(year, 12, 31),
            published_by=publisher,
        )
