"""Applying staged rows set-wise: one statement a table, all in the transaction and under the role of the import."""

from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection

from households.intake.judgement import Judged
from households.intake.sealing import seal_numbers
from households.intake.staging import drop_staged, stage_rows

if TYPE_CHECKING:
    from households.intake.services import Judgement

# A file that would end more than this part of the open entries by mere absence is no whole register.
ABSENT_LIMIT: Final = 0.2


def apply_rows(judged: "Judgement", *, city: str, period: date, batch: UUID) -> dict[str, int]:
    """Bring the register of a city in line with the rows; returns how many entries, exits and changes there were."""
    second = {line for line, code, _ in judged.findings if code == "person_in_two_households"}
    doubtful = {line for line, code, _ in judged.findings if code == "possible_duplicate"}
    given: dict[str, Any] = {"city": city, "period": period, "batch": batch}
    with connection.cursor() as cursor:
        # One import of a city at a time: a second waits here and then finds its rows in place.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"import {city}"])
        stage_rows(cursor, judged.rows, pairs=_pairs(judged.rows, doubtful), second=second, given=given)
        seal_numbers(cursor, judged.rows)
        counts = {}
        for name, statement in APPLY.items():
            cursor.execute(statement, given)
            counts[name] = max(cursor.rowcount, 0)
        counts["absent"] = _close_absent(cursor, given)
        drop_staged(cursor)
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


def _close_absent(cursor: Any, given: dict[str, Any]) -> int:
    """End the entries that the file no longer has, unless so many are missing that it cannot be the whole register."""
    cursor.execute(ABSENT_COUNT, given)
    absent, open_entries = cursor.fetchone()
    if not absent or absent > open_entries * ABSENT_LIMIT:
        return 0
    cursor.execute(CLOSE_ABSENT, given)
    return int(cursor.rowcount)


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
      c.last4, %(period)s FROM staged_card c""",
    "people_new": f"""INSERT INTO register_person (id, household_id, city, sex, phone, status, nik_cipher, nik_digest,
      nik_last4, nisn_cipher, nisn_digest, nisn_last4, version, {", ".join(SAID)})
     SELECT s.person, s.household, %(city)s, s.sex, '', s.life, n.nik, s.nik_digest, s.nik_last4, n.nisn,
      s.nisn_digest, s.nisn_last4, 1, {_NEW} FROM staged s LEFT JOIN staged_number n USING (line)
     WHERE s.main AND NOT s.known""",
    "moved": """UPDATE register_membership m SET until = greatest(m.since, %(period)s) FROM staged s
     WHERE s.main AND s.known AND s.active AND s.household <> s.old_household AND m.person_id = s.person
      AND m.until IS NULL""",
    "people_changed": f"""UPDATE register_person p SET {_SET}, household_id = {_HOME}, status = s.life,
      sex = CASE WHEN s.sex = 'U' THEN p.sex ELSE s.sex END,
      nik_digest = CASE WHEN s.nik_digest IS NULL OR NOT {_FREE_NIK} THEN p.nik_digest ELSE s.nik_digest END,
      nik_cipher = CASE WHEN s.nik_digest IS NULL OR NOT {_FREE_NIK} THEN p.nik_cipher ELSE coalesce(n.nik, p.nik_cipher) END,
      nik_last4 = CASE WHEN s.nik_digest IS NULL OR NOT {_FREE_NIK} THEN p.nik_last4 ELSE s.nik_last4 END,
      nisn_digest = coalesce(s.nisn_digest, p.nisn_digest), nisn_cipher = coalesce(n.nisn, p.nisn_cipher),
      nisn_last4 = CASE WHEN s.nisn_digest IS NULL THEN p.nisn_last4 ELSE s.nisn_last4 END,
      version = p.version + 1, updated_at = now()
     FROM staged s LEFT JOIN staged_number n USING (line)
     WHERE s.main AND s.known AND p.id = s.person AND (
      ({_OLD}, p.household_id, p.status) IS DISTINCT FROM ({_NEW}, {_HOME}, s.life)
      OR (s.nik_digest IS NOT NULL AND s.nik_digest IS DISTINCT FROM p.nik_digest AND {_FREE_NIK})
      OR (s.nisn_digest IS NOT NULL AND s.nisn_digest IS DISTINCT FROM p.nisn_digest)
      OR (s.sex <> 'U' AND s.sex <> p.sex))""",
    "possible_duplicates": """UPDATE register_person p SET possible_duplicate_of_id = o.person, version = p.version + 1,
      updated_at = now() FROM staged s JOIN staged o ON o.line = s.pair_line
     WHERE p.id = s.person AND s.person <> o.person AND p.possible_duplicate_of_id IS DISTINCT FROM o.person""",
    "memberships_new": """INSERT INTO register_membership (id, household_id, person_id, since)
     SELECT time_ordered_uuid(), s.household, s.person, %(period)s FROM staged s WHERE s.main
      AND (NOT s.known OR s.active AND s.household <> s.old_household)""",
    "shares_following": """UPDATE register_share h SET household_id = s.household FROM staged s
     WHERE s.main AND s.known AND s.active AND s.household <> s.old_household AND h.closed_at IS NULL
      AND h.subjects[1] = s.person""",
    "assessments_new": """INSERT INTO register_assessment (id, person_id, source, period, status, decile, food_aid,
      cash_transfer, premium_subsidy, batch)
     SELECT time_ordered_uuid(), s.person, 'DTKS', %(period)s, s.welfare, s.decile, s.food_aid, s.cash_transfer,
      s.premium_subsidy, %(batch)s FROM staged s WHERE s.main AND s.active AND (NOT s.known OR NOT EXISTS (
      SELECT 1 FROM register_assessment a WHERE a.person_id = s.person AND a.source = 'DTKS' AND a.period = %(period)s))
     ON CONFLICT (person_id, source, period) DO NOTHING""",
    "exits": """UPDATE register_listing l SET exited_on = %(period)s, exit_reason = s.exit_reason FROM staged s
     WHERE l.id = s.listing AND s.lead AND NOT s.active AND l.exited_on IS NULL""",
    "returns": """UPDATE register_listing l SET exited_on = NULL, exit_reason = '' FROM staged s
     WHERE l.id = s.listing AND s.lead AND s.active AND l.exited_on IS NOT NULL""",
    "entries": """INSERT INTO register_listing (id, person_id, household_id, city, source, register_number, entered_on,
      entry_reason, decree, exited_on, exit_reason, evidence, batch)
     SELECT time_ordered_uuid(), s.person, s.household, %(city)s, 'DTKS', s.register_number, %(period)s,
      CASE WHEN EXISTS (SELECT 1 FROM register_listing l WHERE l.city = %(city)s AND l.source = 'DTKS'
       AND l.entered_on < %(period)s) THEN 'proposed_new' ELSE 'registered' END,
      s.decree, CASE WHEN s.active THEN NULL ELSE %(period)s::date END,
      CASE WHEN s.active THEN '' ELSE s.exit_reason END, '', %(batch)s
     FROM staged s WHERE s.lead AND s.listing IS NULL ON CONFLICT (city, source, register_number) DO NOTHING""",
    # A doubt is settled once the record that was thought the better one has left the register.
    "doubts_settled": """UPDATE register_person p SET possible_duplicate_of_id = NULL, version = p.version + 1,
      updated_at = now() WHERE p.city = %(city)s AND p.possible_duplicate_of_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM register_listing l WHERE l.person_id = p.possible_duplicate_of_id AND l.exited_on IS NULL)""",
}
ABSENT_COUNT: Final = """SELECT count(*) FILTER (WHERE s.line IS NULL AND l.entered_on < %(period)s), count(*)
 FROM register_listing l LEFT JOIN staged s ON s.listing = l.id AND s.lead
 WHERE l.city = %(city)s AND l.source = 'DTKS' AND l.exited_on IS NULL"""
CLOSE_ABSENT: Final = """UPDATE register_listing l SET exited_on = %(period)s, exit_reason = 'absent'
 WHERE l.city = %(city)s AND l.source = 'DTKS' AND l.exited_on IS NULL AND l.entered_on < %(period)s
  AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.listing = l.id)"""
