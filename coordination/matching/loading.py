"""A city's list of livelihoods from a file: what is not known yet is added, nothing is changed."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.db import transaction

from agencies.models import Region
from agencies.regions import DATA
from coordination.matching.models import Livelihood
from coordination.matching.occupations import Activity

PALANGKA_RAYA = DATA / "palangkaraya_livelihoods.csv"
# The pages of the list are of 2015 to 2025; it holds here from the day after the last of them.
STATED = date(2026, 1, 1)
COLUMNS = ("region_code", "livelihood", "source")


@transaction.atomic
def load_livelihoods(path: Path, *, since: date = STATED) -> int:
    """Take in a CSV file with the columns of COLUMNS; returns how many rows it has.

    Runs as the owner of the tables. Raises ValueError, with the line, for a column, place or livelihood not known, and
    then nothing is taken in.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(_read(csv.DictReader(file), since))
    Livelihood.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _read(reader: "csv.DictReader[str]", since: date) -> Iterator[Livelihood]:
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise ValueError(f"columns missing: {', '.join(missing)}")
    places = set(Region.objects.filter(level__in=["district", "village"]).values_list("code", flat=True))
    for number, row in enumerate(reader, 2):
        if row["region_code"] not in places or row["livelihood"] not in Activity.values or not row["source"]:
            raise ValueError(f"line {number}: place, livelihood or source is not known")
        yield Livelihood(
            region_id=row["region_code"], activity=row["livelihood"], source=row["source"][:400], since=since
        )
