"""A city's list of schools from a file: known ones are brought up to date, new ones added, none taken away."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.db import transaction

from agencies.access.identifiers import new_id
from agencies.models import Region
from coordination.schools.levels import Level, authority_of
from coordination.schools.models import School

PALANGKA_RAYA = Path(__file__).parent / "data" / "palangkaraya_schools.csv"
COLUMNS = ("npsn", "name", "form", "ownership", "district_code", "address", "latitude", "longitude")
UPDATED = ["name", "level", "ownership", "authority", "region", "street", "latitude", "longitude"]


@dataclass(slots=True)
class Loaded:
    """How many schools were written, and what was wrong with which line."""

    written: int = 0
    faults: list[str] = field(default_factory=list)


def load_schools(path: Path) -> Loaded:
    """Take in a CSV file with the columns of COLUMNS; good rows are written, bad ones told with their line.

    Runs as the owner of the tables. Whether a school is open, and its places, stay as they are. Raises ValueError when
    the file lacks a column.
    """
    loaded, schools = Loaded(), dict[str, School]()
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            raise ValueError(f"columns missing: {', '.join(missing)}")
        regions = set(Region.objects.filter(level__in=["district", "village"]).values_list("code", flat=True))
        for number, row in enumerate(reader, 2):
            if faults := list(_faults(row, regions, schools)):
                loaded.faults.append(f"line {number}: {', '.join(faults)}")
            else:
                schools[row["npsn"].strip()] = _school(row)
    loaded.written = _write(schools.values())
    return loaded


def _faults(row: Mapping[str, str | None], regions: set[str], known: Mapping[str, School]) -> Iterator[str]:
    given = {name: (row[name] or "").strip() for name in COLUMNS}
    number = given["npsn"]
    if not (len(number) == 8 and number.isascii() and number.isdigit()):
        yield "npsn is not eight digits"
    if number in known:
        yield "npsn stands twice in the file"
    if given["form"] not in Level.values:
        yield f"form is none of {', '.join(Level.values)}"
    if given["ownership"] not in School.Ownership.values:
        yield "ownership is neither public nor private"
    if given["district_code"] not in regions:
        yield "district_code is no district or village"
    if not 0 < len(given["name"]) <= 120 or len(given["address"]) > 200:
        yield "name or address is missing or too long"
    if not (_is_degree(given["latitude"], 90) and _is_degree(given["longitude"], 180)):
        yield "latitude or longitude is no number of degrees"


def _is_degree(text: str, most: int) -> bool:
    try:
        return not text or abs(Decimal(text)) <= most
    except InvalidOperation:
        return False


def _school(row: Mapping[str, str]) -> School:
    given = {name: (row[name] or "").strip() for name in COLUMNS}
    return School(
        id=new_id(),
        npsn=given["npsn"],
        name=given["name"],
        level=given["form"],
        ownership=given["ownership"],
        authority=authority_of(given["form"]),
        region_id=given["district_code"],
        street=given["address"],
        latitude=_degrees(given["latitude"]),
        longitude=_degrees(given["longitude"]),
    )


def _degrees(text: str) -> Decimal | None:
    return round(Decimal(text), 7) if text else None


@transaction.atomic
def _write(schools: Iterable[School]) -> int:
    written = School.objects.bulk_create(
        schools, batch_size=5000, update_conflicts=True, unique_fields=["npsn"], update_fields=UPDATED
    )
    return len(written)
