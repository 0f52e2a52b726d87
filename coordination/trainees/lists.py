"""A list of attendance that was kept without a network: read, judged row by row, and recorded."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.log import log_call
from agencies.access.scopes import visible
from coordination.trainees.attendance import check_recordable, locked_session, record_marks, seated_in
from coordination.trainees.codes import code_of, plain
from coordination.trainees.models import Attendance
from coordination.training.sheet_tables import Cells, read_rows
from households.intake.findings import FindingText
from households.intake.tables import Headers

MOST_ROWS, MOST_BYTES = 1000, 1024 * 1024
CODE, NIK, STATUS = "code", "nik_last4", "status"
COLUMNS = {
    **dict.fromkeys(("code", "kode", "kode peserta", "participation_code"), CODE),
    **dict.fromkeys(("nik_last4", "nik", "4 angka akhir nik"), NIK),
    **dict.fromkeys(("status", "kehadiran", "attendance"), STATUS),
}
WORDS = {
    **{status: status for status in Attendance.Status.values},
    **dict.fromkeys(("h", "hadir"), "present"),
    **dict.fromkeys(("t", "terlambat"), "late"),
    **dict.fromkeys(("i", "s", "izin", "sakit"), "excused"),
    **dict.fromkeys(("a", "alpa", "alpha", "tidak hadir"), "absent"),
}
# Code -> Indonesian, English.
FINDINGS = {
    "recorded": ("Dicatat", "Recorded"),
    "unknown": ("Tidak ada peserta dengan kode atau NIK ini", "No participant has this code or number"),
    "ambiguous": ("Beberapa peserta berakhiran NIK ini; pakai kode", "Several numbers end so; use the code"),
    "twice": ("Peserta ini sudah ada di baris sebelumnya", "An earlier row names this participant"),
    "status_unknown": ("Kehadiran tidak dikenal", "Not a word of attendance"),
}
NO_HEADER = FindingText(
    "reject",
    "Baris judul kolom tidak ditemukan; harus ada kehadiran, dan kode atau 4 angka akhir NIK.",
    "No row of column names was found; it must name the columns for status, and for code or nik_last4.",
)


@dataclass(slots=True)
class Roll:
    """Who may stand in the list: by code, and by the end of the identity number where the caller may read it."""

    people: dict[UUID, UUID]
    codes: dict[str, UUID] = field(default_factory=dict)
    numbers: dict[str, UUID] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)


def record_list(key: UUID, content: bytes, *, by: Caller, dry_run: bool = False) -> list[dict[str, Any]]:
    """Record the good rows of a list and say of each row what became of it, with its line in the file.

    Raises Problem for a session that is not to be recorded, and for a file without the columns that are needed.
    """
    session = locked_session(key, by)
    check_recordable(session)
    rows = read_rows(content, Headers(_fields_of, _is_header), is_data=bool, most=MOST_ROWS, no_header=NO_HEADER)
    roll = _roll(dict(seated_in(session, by)), by)
    marks: dict[UUID, str] = {}
    results = [_judge(line, row, roll, marks) for line, row in rows]
    if marks and not dry_run:
        record_marks(session, marks, way=Attendance.Way.LIST, by=by)
    log_call(by, "record", "attendance", subjects=[roll.people[who] for who in marks], groups="mark")
    return results


def _fields_of(cells: Sequence[str]) -> list[str | None]:
    return [COLUMNS.get(cell.strip().lower()) for cell in cells]


def _is_header(fields: Sequence[str | None]) -> bool:
    return STATUS in fields and bool({CODE, NIK} & set(fields))


def _roll(people: dict[UUID, UUID], by: Caller) -> Roll:
    roll = Roll(people, codes={plain(code_of(key)): key for key in people})
    if "nik_last4" in policy.readable(by.kind, by.role, "person"):
        seen = dict(visible(by, "person").filter(pk__in=people.values()).values_list("pk", "nik_last4"))
        ends = Counter(seen.values())
        roll.shared = {end for end, number in ends.items() if number > 1}
        roll.numbers = {seen[who]: key for key, who in people.items() if who in seen and ends[seen[who]] == 1}
    return roll


def _judge(line: int, row: Cells, roll: Roll, marks: dict[UUID, str]) -> dict[str, Any]:
    """What became of one row; a good one is put among the marks."""
    code, number = row.get(CODE, "").strip(), row.get(NIK, "").strip()[-4:]
    who = roll.codes.get(plain(code)) if code else roll.numbers.get(number)
    status = WORDS.get(row.get(STATUS, "").strip().lower())
    if not code and number in roll.shared:
        found = "ambiguous"
    elif who is None:
        found = "unknown"
    elif who in marks:
        found = "twice"
    elif status is None:
        found = "status_unknown"
    else:
        found, marks[who] = "recorded", status
    return {"line": line, "code": found, "text_id": FINDINGS[found][0], "text_en": FINDINGS[found][1]}
