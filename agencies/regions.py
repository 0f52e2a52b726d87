"""Regions of the whole country with their codes, and the other spellings by which papers name them."""

import csv
import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction

DATA = Path(__file__).parent / "data"


_LEVEL = re.compile(r"^(?:KECAMATAN|KELURAHAN|DESA|KOTA|KABUPATEN|KEC|KEL|DS|KAB)\b[.\s]*")


def spelling_key(name: str) -> str:
    """What the spellings of one place have in common: letters and digits, without `Kec.`, `KEL.` and the like."""
    return re.sub(r"[^A-Z0-9]", "", _LEVEL.sub("", name.strip().upper()))


def official_regions() -> Iterator[tuple[str, str, str, str | None]]:
    """Code, name, level, parent code; parents first."""
    with gzip.open(DATA / "regions.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["code"], row["name"], row["level"], row["parent_code"] or None


def load_regions() -> int:
    """Bring regions and aliases in line with the official list, set-wise; returns the number of regions."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE listed (code text, name text, level text, parent text) ON COMMIT DROP")
        with cursor.copy("COPY listed FROM STDIN") as copy:
            for row in official_regions():
                copy.write_row(row)
        cursor.execute(
            "INSERT INTO agencies_region (code, name, level, parent_id) SELECT code, name, level, parent FROM listed"
            " ORDER BY length(code) ON CONFLICT (code) DO UPDATE SET name = excluded.name"
            " WHERE agencies_region.name <> excluded.name"
        )
        cursor.execute("CREATE TEMP TABLE alias (region text, scheme text, spelling text) ON COMMIT DROP")
        with cursor.copy("COPY alias FROM STDIN") as copy:
            for alias in aliases():
                copy.write_row(alias)
        cursor.execute(
            "INSERT INTO agencies_regionalias (region_id, scheme, spelling) SELECT DISTINCT * FROM alias"
            " ON CONFLICT DO NOTHING"
        )
        cursor.execute("SELECT count(*) FROM agencies_region")
        return int(cursor.fetchone()[0])


def aliases() -> Iterator[tuple[str, str, str]]:
    """Region, scheme, spelling: the plain name, the old BPS code, and what papers write."""
    for code, name, _, _ in official_regions():
        yield code, "name", spelling_key(name)
    with (DATA / "region_aliases.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["code"], "name", spelling_key(row["spelling"])
    with (DATA / "palangkaraya_regions.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["bps_code_old"]:
                yield row["code"], "bps", row["bps_code_old"]
