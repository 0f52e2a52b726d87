"""Sealing the numbers of a register file: only those that are new or have changed, each bound to its row."""

from typing import Any, Final

from households.intake.judgement import Judged
from households.register.numbers import cipher


def seal_numbers(cursor: Any, rows: list[Judged]) -> None:
    """Make the temporary tables `staged_number`, ciphertexts by line of `staged`, and `staged_card`, new cards."""
    by_line = {row.line: row.record for row in rows if row.record}
    cursor.execute(NUMBERS)
    cursor.execute(UNSEALED)
    wanted = cursor.fetchall()
    with cursor.copy("COPY staged_number FROM STDIN") as copy:
        for line, person in wanted:
            row = by_line[line]
            nik = cipher("nik", person, row.nik) if row.nik else None
            copy.write_row((line, nik, cipher("nisn", person, row.nisn) if row.nisn else None))
    cursor.execute(NEW_CARDS)
    cards = cursor.fetchall()
    with cursor.copy("COPY staged_card FROM STDIN") as copy:
        for line, key, household, digest in cards:
            number = by_line[line].family_card
            copy.write_row((key, household, digest, number[-4:], cipher("family_card", key, number)))


NUMBERS: Final = """CREATE TEMP TABLE staged_number (line int, nik bytea, nisn bytea) ON COMMIT DROP;
 CREATE TEMP TABLE staged_card (id uuid, household uuid, digest bytea, last4 text, cipher bytea) ON COMMIT DROP"""
# Lines whose NIK or NISN must be sealed: of new people, and where the number is another one than before.
UNSEALED: Final = """SELECT line, person::text FROM staged WHERE main
 AND (nik_digest <> old_nik OR old_nik IS NULL AND nik_digest IS NOT NULL
  OR nisn_digest <> old_nisn OR old_nisn IS NULL AND nisn_digest IS NOT NULL)"""
NEW_CARDS: Final = """SELECT min(line), time_ordered_uuid()::text, household::text, card_digest FROM staged
 WHERE new_household GROUP BY household, card_digest ORDER BY 1"""
