"""Staging judged rows: COPY into a temporary table, then find who is who on the register, in one statement.

All of it runs in the transaction and under the role of the import, so row security holds for every row.
"""

from collections.abc import Container, Iterator, Mapping
from functools import cache
from typing import Any, Final

from django.conf import settings

from agencies.access.locks import ROTATION, lock
from agencies.access.vault import fingerprint, fingerprints, lasting_digest
from households.intake.judgement import Judged, RegisterRow
from households.register.models import Listing

LONGEST_NUMBER: Final = Listing._meta.get_field("register_number").max_length or 0
COLUMNS: Final = {
    "line": "int",
    "register_number": 'text COLLATE "C"',
    "nik_digest": "bytea",
    "nik_last4": "text",
    "nisn_digest": "bytea",
    "nisn_last4": "text",
    "card_digest": "bytea",
    "name": "text",
    "birth_date": "date",
    "birth_place": "text",
    "mother_name": "text",
    "sex": "text",
    "relation": "text",
    "marital_status": "text",
    "region": "text",
    "address": "text",
    "rt": "text",
    "rw": "text",
    "education": "text",
    "occupation": "text",
    "school_participation": "text",
    "disabilities": "varchar[]",
    "pregnant": "boolean",
    "life": "text",
    "welfare": "text",
    "decile": "smallint",
    "food_aid": "boolean",
    "cash_transfer": "boolean",
    "premium_subsidy": "boolean",
    "active": "boolean",
    "exit_reason": "text",
    "decree": "text",
    "second": "boolean",
    "pair_line": "int",
}
LIVES: Final = {"deceased": "deceased", "moved_out": "moved_out", "not_found": "not_found"}
TABLES: Final = ("taken", "staged", "staged_number", "staged_card")


def stage_rows(
    cursor: Any, rows: list[Judged], *, pairs: Mapping[int, int], second: set[int], given: Mapping[str, Any]
) -> None:
    """Make the temporary table `staged`: every accepted row, and the person, household and entry that it is about.

    `pairs` maps the line of a doubtful row to the line of the record that it seems to repeat; `second` holds the
    lines of people who stand in two households. `given` names `city`.
    """
    cursor.execute(PLANNING)
    carried = carried_digests(cursor, given["city"])
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    cursor.execute(f"CREATE TEMP TABLE taken ({columns}) ON COMMIT DROP")
    with cursor.copy(f"COPY taken ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in _staged(rows, pairs, second, given["city"], carried):
            copy.write_row(row)
    cursor.execute(WHO_IS_WHO, given)
    cursor.execute(INDEXES)


def drop_staged(cursor: Any) -> None:
    """Take the temporary tables away, so that the transaction can go on."""
    for table in TABLES:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")


def carried_digests(cursor: Any, city: str) -> set[bytes]:
    """The digests of a city's numbers that keys before the present one made: none unless keys rotate.

    They stay as they are until the transaction ends.
    """
    lock(ROTATION, shared=True)
    keys = settings.KEYS.now
    if not keys.older:
        return set()
    cursor.execute(CARRIED, {"city": city, "older": [bytes([number]) for number in keys.older]})
    return {bytes(digest) for (digest,) in cursor.fetchall()}


def digest_of(kind: str, number: str, carried: Container[bytes]) -> bytes:
    """The digest under which the register has a number already, or else its newest."""
    if not carried:
        return fingerprint(kind, number)
    return next((made for made in fingerprints(kind, number) if made in carried), fingerprint(kind, number))


def _staged(
    rows: list[Judged], pairs: Mapping[int, int], second: set[int], city: str, carried: Container[bytes]
) -> Iterator[tuple[str | int | bytes | bool | None, ...]]:
    # Families stand together and share a card.
    card = cache(lambda number: digest_of("family_card", number, carried))
    for judged in rows:
        row = judged.record
        if row is not None:
            line = judged.line
            yield (
                line,
                _register_number(row),
                digest_of("nik", row.nik, carried) if row.nik else None,
                row.nik[-4:] if row.nik else "",
                digest_of("nisn", row.nisn, carried) if row.nisn else None,
                row.nisn[-4:] if row.nisn else "",
                card(row.family_card),
                *_facts(row, city),
                *_fate(row),
                line in second,
                pairs.get(line),
            )


def _register_number(row: RegisterRow) -> str:
    """The record's own number; without one, or with too long a one, a keyed digest, so that it is found again."""
    number = row.register_number
    if number and len(number) <= LONGEST_NUMBER:
        return number
    who = number or f"{row.nik or ''}|{row.name}|{row.birth_date}|{row.mother_name}|{row.family_card}"
    return lasting_digest("row", who)[:8].hex()


def _facts(row: RegisterRow, city: str) -> tuple[Any, ...]:
    return (
        row.name[:120],
        row.birth_date.isoformat(),
        row.birth_place[:80],
        row.mother_name[:120],
        row.sex or "U",
        row.relation,
        row.marital_status or "unknown",
        row.region if row.region and row.region.startswith(city) else city,
        row.address[:200],
        row.rt[:5],
        row.rw[:5],
        row.education[:2],
        row.occupation[:2],
        row.school_participation or "unknown",
        f"{{{','.join(row.disabilities)}}}",
        row.pregnant,
    )


def _fate(row: RegisterRow) -> tuple[Any, ...]:
    life = "deceased" if not row.alive else LIVES.get(row.exit_reason or "", "alive")
    return (
        life if not row.active or not row.alive else "alive",
        row.status,
        row.decile,
        row.food_aid,
        row.cash_transfer,
        row.premium_subsidy,
        row.active,
        row.exit_reason or ("" if row.active else "not_found"),
        row.decree[:60],
    )


# For this transaction only: a whole city is sorted and joined in memory, and by hash. PostgreSQL has no statistics of
# what the transaction itself has written, and takes a city for one row: a nested loop would then go on for hours.
PLANNING: Final = """SET LOCAL work_mem = '64MB'; SET LOCAL enable_nestloop = off;
 SET LOCAL default_statistics_target = 10"""
CARRIED: Final = """SELECT nik_digest FROM register_person
 WHERE city = %(city)s AND substr(nik_digest, 1, 1) = ANY(%(older)s)
 UNION SELECT nisn_digest FROM register_person
 WHERE city = %(city)s AND substr(nisn_digest, 1, 1) = ANY(%(older)s)
 UNION SELECT number_digest FROM register_familycard
 WHERE city = %(city)s AND until IS NULL AND substr(number_digest, 1, 1) = ANY(%(older)s)"""
# Who is on the register under this number already is the same person, whatever else has changed; else whoever has
# this NIK, here or in another row of the file: the same NIK twice is one person with two records. Two people of the
# register who now claim one NIK stay two, and the first of them has it. One household for each family card: the one
# that holds it, or a new one. `main` is the row that speaks for its person, `lead` the one for its number.
WHO_IS_WHO: Final = """CREATE TEMP TABLE staged ON COMMIT DROP AS
 WITH found AS MATERIALIZED (SELECT t.line, t.nik_digest, t.register_number, t.active, t.second, l.id AS listing,
   coalesce(l.person_id, p.id, time_ordered_uuid()) AS person, coalesce(l.person_id, p.id) IS NOT NULL AS known
  FROM taken t
  LEFT JOIN register_listing l ON l.city = %(city)s AND l.source = 'DTKS' AND l.register_number = t.register_number
  LEFT JOIN register_person p ON l.id IS NULL AND p.city = %(city)s AND p.nik_digest = t.nik_digest),
 joined AS (SELECT line, register_number, active, second, listing,
   CASE WHEN known THEN person ELSE first_value(person) OVER same_nik END AS person,
   known OR first_value(known) OVER same_nik AS known,
   known AND person <> first_value(person) OVER same_nik AS nik_elsewhere
  FROM found WINDOW same_nik AS (PARTITION BY coalesce(nik_digest, int4send(line)) ORDER BY known DESC, second, line)),
 who AS (SELECT line, listing, person, known, nik_elsewhere,
   row_number() OVER (PARTITION BY person ORDER BY active DESC, second, line) = 1 AS main,
   row_number() OVER (PARTITION BY register_number ORDER BY active DESC, line) = 1 AS lead FROM joined),
 cards AS MATERIALIZED (SELECT t.card_digest, coalesce(c.household_id, time_ordered_uuid()) AS household,
   c.household_id IS NULL AS new_household
  FROM (SELECT card_digest FROM taken GROUP BY card_digest ORDER BY min(line)) t
  LEFT JOIN register_familycard c ON c.city = %(city)s AND c.number_digest = t.card_digest AND c.until IS NULL)
 SELECT t.line, t.register_number, CASE WHEN w.nik_elsewhere THEN NULL ELSE t.nik_digest END AS nik_digest, t.nik_last4,
  t.nisn_digest, t.nisn_last4, t.card_digest, t.name, t.birth_date, t.birth_place, t.mother_name, t.sex, t.relation,
  t.marital_status, t.region, t.address, t.rt, t.rw, t.education, t.occupation, t.school_participation, t.disabilities,
  t.pregnant, t.life, t.welfare, t.decile, t.food_aid, t.cash_transfer, t.premium_subsidy, t.active, t.exit_reason,
  t.decree, t.pair_line, w.person, w.known, w.main, w.lead, w.listing, c.household, c.new_household,
  p.household_id AS old_household, p.nik_digest AS old_nik, p.nisn_digest AS old_nisn
 FROM taken t JOIN who w USING (line) JOIN cards c USING (card_digest)
 LEFT JOIN register_person p ON w.known AND p.id = w.person ORDER BY t.line"""
INDEXES: Final = """CREATE INDEX ON staged (line);
 ANALYZE staged (line, person, household, register_number, listing, main, known, active, new_household)"""
