"""Applying judged rows set-wise: COPY into a temporary table, find who is who, then one statement a table.

All of it runs in the transaction and under the role of the import, so row security holds for every row.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection

from agencies.access.identifiers import new_id
from agencies.access.vault import fingerprint
from households.intake.judgement import Judged, RegisterRow
from households.register.numbers import sealed_number

if TYPE_CHECKING:
    from households.intake.services import Judgement

# A file that would end more than this part of the open entries by mere absence is no whole register.
ABSENT_LIMIT: Final = 0.2
COLUMNS: Final = {
    "line": "int",
    "register_number": "text",
    "nik_digest": "bytea",
    "nik_last4": "text",
    "nisn_digest": "bytea",
    "nisn_last4": "text",
    "card_digest": "bytea",
    "card_last4": "text",
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
    "person": "uuid",
    "household": "uuid",
}
LIVES: Final = {"deceased": "deceased", "moved_out": "moved_out", "not_found": "not_found"}


def apply_rows(judged: "Judgement", *, city: str, period: date, batch: UUID) -> dict[str, int]:
    """Bring the register of a city in line with the rows; returns how many entries, exits and changes there were."""
    second = {line for line, code, _ in judged.findings if code == "person_in_two_households"}
    doubtful = {line for line, code, _ in judged.findings if code == "possible_duplicate"}
    given: dict[str, Any] = {"city": city, "period": period, "batch": batch, "first": False}
    with connection.cursor() as cursor:
        # One import of a city at a time: a second waits here and then finds its rows in place.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"import {city}"])
        _stage(cursor, judged.rows, _pairs(judged.rows, doubtful), second, city)
        for statement in RESOLVE:
            cursor.execute(statement, given)
        _seal_numbers(cursor, judged.rows)
        counts = {}
        for name, statement in APPLY.items():
            cursor.execute(statement, given)
            counts[name] = max(cursor.rowcount, 0)
        counts["absent"] = _close_absent(cursor, given)
        for table in ("staged", "staged_number", "staged_card"):
            cursor.execute(f"DROP TABLE {table}")
    return counts


def _pairs(rows: list[Judged], doubtful: set[int]) -> dict[int, int]:
    """Doubtful line -> the line of the record that it seems to repeat, whichever of the two came first."""
    pairs = {}
    for row in rows:
        if row.duplicate_of_line is not None:
            if row.line in doubtful:
                pairs[row.line] = row.duplicate_of_line
            elif row.amends and row.amends.line in doubtful:
                pairs[row.amends.line] = row.line
    return pairs


def _stage(cursor: Any, rows: list[Judged], pairs: dict[int, int], second: set[int], city: str) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    cursor.execute(f"CREATE TEMP TABLE staged ({columns}) ON COMMIT DROP")
    with cursor.copy(f"COPY staged ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in _staged(rows, pairs, second, city):
            copy.write_row(row)
    cursor.execute("CREATE INDEX ON staged (register_number); CREATE INDEX ON staged (line); ANALYZE staged")


def _staged(rows: list[Judged], pairs: dict[int, int], second: set[int], city: str) -> Iterator[tuple[Any, ...]]:
    for judged in rows:
        row = judged.record
        if row is not None:
            yield (  # noqa: RUF005
                judged.line,
                _register_number(row),
                *_digests(row),
                *_facts(row, city),
                *_fate(row),
            ) + (
                judged.line in second,
                pairs.get(judged.line),
                new_id(),
                new_id(),
            )


def _register_number(row: RegisterRow) -> str:
    """The record's own number; without one, a keyed digest of who it is, so that it is found again."""
    if row.register_number:
        return row.register_number
    who = f"{row.nik or ''}|{row.name}|{row.birth_date}|{row.mother_name}|{row.family_card}"
    return fingerprint("row", who)[1:9].hex()


def _digests(row: RegisterRow) -> tuple[Any, ...]:
    return (
        fingerprint("nik", row.nik) if row.nik else None,
        row.nik[-4:] if row.nik else "",
        fingerprint("nisn", row.nisn) if row.nisn else None,
        row.nisn[-4:] if row.nisn else "",
        fingerprint("family_card", row.family_card),
        row.family_card[-4:],
    )


def _facts(row: RegisterRow, city: str) -> tuple[Any, ...]:
    return (
        row.name[:120],
        row.birth_date,
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
        list(row.disabilities),
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


def _seal_numbers(cursor: Any, rows: list[Judged]) -> None:
    """Encrypt the numbers that are new or have changed, each bound to the row in which it will stand."""
    by_line = {row.line: row.record for row in rows if row.record}
    cursor.execute("CREATE TEMP TABLE staged_number (person uuid, nik bytea, nisn bytea) ON COMMIT DROP")
    cursor.execute("CREATE TEMP TABLE staged_card (id uuid, household uuid, digest bytea, cipher bytea) ON COMMIT DROP")
    cursor.execute(UNSEALED)
    wanted = cursor.fetchall()
    with cursor.copy("COPY staged_number FROM STDIN") as copy:
        for line, person in wanted:
            row = by_line[line]
            copy.write_row((person, _cipher("nik", person, row.nik), _cipher("nisn", person, row.nisn)))
    cursor.execute("SELECT min(line), household, card_digest FROM staged WHERE new_household GROUP BY 2, 3")
    cards = cursor.fetchall()
    with cursor.copy("COPY staged_card FROM STDIN") as copy:
        for line, household, digest in cards:
            key = new_id()
            copy.write_row((key, household, digest, _cipher("family_card", key, by_line[line].family_card)))
    cursor.execute("CREATE INDEX ON staged_number (person); ANALYZE staged_number")


def _cipher(kind: str, key: UUID, number: str | None) -> bytes | None:
    if not number:
        return None
    prefix = "number" if kind == "family_card" else kind
    return bytes(sealed_number(kind, key, number)[f"{prefix}_cipher"])


def _close_absent(cursor: Any, given: dict[str, Any]) -> int:
    """End the entries that the file no longer has, unless so many are missing that it cannot be the whole register."""
    cursor.execute(ABSENT_COUNT, given)
    absent, open_entries = cursor.fetchone()
    if not absent or absent > open_entries * ABSENT_LIMIT:
        return 0
    cursor.execute(CLOSE_ABSENT, given)
    return int(cursor.rowcount)


RESOLVE: Final = (
    """ALTER TABLE staged ADD known boolean NOT NULL DEFAULT false, ADD main boolean NOT NULL DEFAULT false,
     ADD new_household boolean NOT NULL DEFAULT false""",
    # Who is on the register under this number already is the same person, whatever else has changed.
    """UPDATE staged s SET person = l.person_id, known = true FROM register_listing l
     WHERE l.city = %(city)s AND l.source = 'DTKS' AND l.register_number = s.register_number""",
    """UPDATE staged s SET person = p.id, known = true FROM register_person p
     WHERE NOT s.known AND s.nik_digest IS NOT NULL AND p.city = %(city)s AND p.nik_digest = s.nik_digest""",
    # The same NIK twice in one file is one person with two records.
    """UPDATE staged s SET person = f.person FROM (SELECT DISTINCT ON (nik_digest) nik_digest, person FROM staged
     WHERE nik_digest IS NOT NULL ORDER BY nik_digest, known DESC, second, line) f
     WHERE NOT s.known AND s.nik_digest = f.nik_digest AND s.person <> f.person""",
    """UPDATE staged s SET main = true FROM (SELECT DISTINCT ON (person) line FROM staged
     ORDER BY person, active DESC, second, line) m WHERE s.line = m.line""",
    # One household for each family card: the one that holds it, or a new one.
    """UPDATE staged s SET household = f.household, new_household = f.fresh FROM (
     SELECT DISTINCT ON (t.card_digest) t.card_digest, coalesce(c.household_id, t.household) AS household,
      c.household_id IS NULL AS fresh FROM staged t LEFT JOIN register_familycard c ON c.city = %(city)s
      AND c.number_digest = t.card_digest AND c.until IS NULL ORDER BY t.card_digest, t.line) f
     WHERE s.card_digest = f.card_digest""",
    "CREATE INDEX ON staged (person) WHERE main",
    "ANALYZE staged",
)
# Lines whose NIK or NISN must be sealed: of new people, and where the number is another one than before.
UNSEALED: Final = """SELECT s.line, s.person FROM staged s LEFT JOIN register_person p ON p.id = s.person
 WHERE s.main AND (p.id IS NULL OR s.nik_digest IS DISTINCT FROM p.nik_digest OR s.nisn_digest IS DISTINCT FROM p.nisn_digest)"""
# What a file says of a person, as columns of the register.
SAID: Final = [
    "name",
    "birth_date",
    "birth_place",
    "mother_name",
    "relation",
    "marital_status",
    "education",
    "occupation",
    "school_participation",
    "disabilities",
    "pregnant",
]
_OLD = ", ".join(f"p.{name}" for name in SAID)
_NEW = ", ".join(f"s.{name}" for name in SAID)
_SET = ", ".join(f"{name} = s.{name}" for name in SAID)
# The household in which a person lives: where the file says so, unless the record is inactive.
_HOME = "CASE WHEN s.active THEN s.household ELSE p.household_id END"
_FREE_NIK = """(s.nik_digest IS NULL OR s.nik_digest = p.nik_digest OR NOT EXISTS (SELECT 1 FROM register_person o
 WHERE o.city = p.city AND o.nik_digest = s.nik_digest AND o.id <> p.id))"""
APPLY: Final = {
    "households_new": """INSERT INTO register_household (id, region_id, address, rt, rw, version)
     SELECT DISTINCT ON (household) household, region, address, rt, rw, 1 FROM staged WHERE new_household
     ORDER BY household, active DESC, relation <> 'head', line""",
    "households_changed": """UPDATE register_household h SET region_id = s.region, address = s.address, rt = s.rt,
      rw = s.rw, version = h.version + 1, updated_at = now()
     FROM (SELECT DISTINCT ON (household) household, region, address, rt, rw FROM staged
      WHERE NOT new_household AND active ORDER BY household, relation <> 'head', line) s
     WHERE h.id = s.household
      AND (h.region_id, h.address, h.rt, h.rw) IS DISTINCT FROM (s.region::varchar, s.address::varchar, s.rt::varchar, s.rw::varchar)""",
    "family_cards_new": """INSERT INTO register_familycard (id, household_id, city, number_cipher, number_digest,
      number_last4, since) SELECT c.id, c.household, %(city)s, c.cipher, c.digest,
      (SELECT card_last4 FROM staged s WHERE s.card_digest = c.digest LIMIT 1), %(period)s FROM staged_card c""",
    "people_new": f"""INSERT INTO register_person (id, household_id, city, sex, phone, status, nik_cipher, nik_digest,
      nik_last4, nisn_cipher, nisn_digest, nisn_last4, version, {", ".join(SAID)})
     SELECT s.person, s.household, %(city)s, s.sex, '', s.life, n.nik, s.nik_digest, s.nik_last4, n.nisn,
      s.nisn_digest, s.nisn_last4, 1, {_NEW} FROM staged s JOIN staged_number n ON n.person = s.person
     WHERE s.main AND NOT s.known""",
    "moved": """WITH moving AS (SELECT s.person, s.household FROM staged s JOIN register_person p ON p.id = s.person
      WHERE s.main AND s.known AND s.active AND s.household <> p.household_id)
     UPDATE register_membership m SET until = greatest(m.since, %(period)s) FROM moving
     WHERE m.person_id = moving.person AND m.until IS NULL""",
    "people_changed": f"""UPDATE register_person p SET {_SET}, household_id = {_HOME}, status = s.life,
      sex = CASE WHEN s.sex = 'U' THEN p.sex ELSE s.sex END,
      nik_digest = CASE WHEN s.nik_digest IS NULL OR NOT {_FREE_NIK} THEN p.nik_digest ELSE s.nik_digest END,
      nik_cipher = CASE WHEN s.nik_digest IS NULL OR NOT {_FREE_NIK} THEN p.nik_cipher ELSE coalesce(n.nik, p.nik_cipher) END,
      nik_last4 = CASE WHEN s.nik_digest IS NULL OR NOT {_FREE_NIK} THEN p.nik_last4 ELSE s.nik_last4 END,
      nisn_digest = coalesce(s.nisn_digest, p.nisn_digest), nisn_cipher = coalesce(n.nisn, p.nisn_cipher),
      nisn_last4 = CASE WHEN s.nisn_digest IS NULL THEN p.nisn_last4 ELSE s.nisn_last4 END,
      version = p.version + 1, updated_at = now()
     FROM staged s LEFT JOIN staged_number n ON n.person = s.person
     WHERE s.main AND s.known AND p.id = s.person AND (
      ({_OLD}, p.household_id, p.status) IS DISTINCT FROM ({_NEW}, {_HOME}, s.life)
      OR (s.nik_digest IS NOT NULL AND s.nik_digest IS DISTINCT FROM p.nik_digest AND {_FREE_NIK})
      OR (s.nisn_digest IS NOT NULL AND s.nisn_digest IS DISTINCT FROM p.nisn_digest)
      OR (s.sex <> 'U' AND s.sex <> p.sex))""",
    "possible_duplicates": """UPDATE register_person p SET possible_duplicate_of_id = o.person, version = p.version + 1,
      updated_at = now() FROM staged s JOIN staged o ON o.line = s.pair_line
     WHERE p.id = s.person AND s.person <> o.person AND p.possible_duplicate_of_id IS DISTINCT FROM o.person""",
    "memberships_new": """INSERT INTO register_membership (id, household_id, person_id, since)
     SELECT time_ordered_uuid(), p.household_id, p.id, %(period)s FROM staged s JOIN register_person p ON p.id = s.person
     WHERE s.main AND NOT EXISTS (SELECT 1 FROM register_membership m WHERE m.person_id = p.id AND m.until IS NULL)""",
    "shares_following": """UPDATE register_share h SET household_id = p.household_id FROM staged s JOIN register_person p
      ON p.id = s.person WHERE s.main AND s.known AND h.closed_at IS NULL AND h.subjects[1] = p.id
      AND h.household_id <> p.household_id""",
    "assessments_new": """INSERT INTO register_assessment (id, person_id, source, period, status, decile, food_aid,
      cash_transfer, premium_subsidy, batch)
     SELECT time_ordered_uuid(), person, 'DTKS', %(period)s, welfare, decile, food_aid, cash_transfer, premium_subsidy,
      %(batch)s FROM staged WHERE main AND active ON CONFLICT (person_id, source, period) DO NOTHING""",
    "exits": """UPDATE register_listing l SET exited_on = %(period)s, exit_reason = s.exit_reason FROM staged s
     WHERE l.city = %(city)s AND l.source = 'DTKS' AND l.register_number = s.register_number AND NOT s.active
      AND l.exited_on IS NULL""",
    "returns": """UPDATE register_listing l SET exited_on = NULL, exit_reason = '' FROM staged s
     WHERE l.city = %(city)s AND l.source = 'DTKS' AND l.register_number = s.register_number AND s.active
      AND l.exited_on IS NOT NULL""",
    "entries": """INSERT INTO register_listing (id, person_id, household_id, city, source, register_number, entered_on,
      entry_reason, decree, exited_on, exit_reason, evidence, batch)
     SELECT time_ordered_uuid(), person, household, %(city)s, 'DTKS', register_number, %(period)s, CASE WHEN EXISTS
      (SELECT 1 FROM register_listing l WHERE l.city = %(city)s AND l.source = 'DTKS' AND l.batch <> %(batch)s)
      THEN 'proposed_new' ELSE 'registered' END, decree, CASE WHEN active THEN NULL ELSE %(period)s::date END,
      CASE WHEN active THEN '' ELSE exit_reason END, '', %(batch)s
     FROM (SELECT DISTINCT ON (register_number) * FROM staged ORDER BY register_number, active DESC, line) s
     ON CONFLICT (city, source, register_number) DO NOTHING""",
}
_ABSENT = """l.city = %(city)s AND l.source = 'DTKS' AND l.exited_on IS NULL AND l.entered_on < %(period)s
 AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.register_number = l.register_number)"""
ABSENT_COUNT: Final = f"""SELECT count(*) FILTER (WHERE {_ABSENT}), count(*) FROM register_listing l
 WHERE l.city = %(city)s AND l.source = 'DTKS' AND l.exited_on IS NULL"""
CLOSE_ABSENT: Final = f"UPDATE register_listing l SET exited_on = %(period)s, exit_reason = 'absent' WHERE {_ABSENT}"
