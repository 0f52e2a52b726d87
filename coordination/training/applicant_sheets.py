"""A centre's list of applicants taken in for one batch: each row judged, the good ones taken, the others explained."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.scopes import visible
from agencies.web.problems import Problem
from coordination.training.applications import apply_for_many
from coordination.training.models import Application, Batch
from coordination.training.sheet_findings import FINDINGS, finding
from coordination.training.sheet_forms import HEADERS
from coordination.training.sheet_tables import Cells, read_rows
from households.intake.dates import read_date
from households.intake.services import country
from households.intake.values import clean_number, clean_text
from households.intake.workbook import NumberCell
from households.register.identity_numbers import PLACEHOLDERS, nik_problem
from households.register.lookup import look_up
from households.register.models import Person
from households.register.services import stamped

AT_ONCE = 1000
ALIKE = 0.75


@dataclass(slots=True)
class Applicant:
    """One row: its line, its cells by field, whom it names, and what was found; rejected once it has a `fate`."""

    line: int
    cells: Mapping[str, str]
    nik: str = ""
    person: UUID | None = None
    fate: str = ""
    findings: list[tuple[str, str]] = field(default_factory=list)

    def reject(self, code: str, column: str) -> None:
        """The row cannot be used."""
        self.fate = "rejected"
        self.findings.append((column, code))


def take_applicants(
    key: UUID, rows: list[Applicant], *, by: Caller, dry_run: bool = False, every_row: bool = False
) -> dict[str, Any]:
    """Take in the rows that name people whom the caller may see; whoever is hidden is `not_found`.

    Rows of another course or run are left out unless `every_row`. Gives the totals, one result a row and the findings.
    Raises Problem when the caller sees no such batch, or it takes nobody now.
    """
    batch = visible(by, "batch").select_related("programme").filter(pk=key).first()
    if batch is None:
        raise Problem("not_found")
    seen: set[str] = set()
    for row in rows:
        _judge(row, None if every_row else batch, seen)
    _find_people(rows, by)
    results = _apply(rows, key, by, dry_run)
    return {
        "totals": {"data_rows": len(rows), **dict.fromkeys(("accepted", "rejected", "skipped"), 0)}
        | Counter(row.fate for row in rows),
        "results": results,
        "findings": [finding(row.line, column, code) for row in rows for column, code in row.findings],
    }


def read_applicants(content: bytes) -> list[Applicant]:
    """The rows of data; blank lines, totals and a header once more are none.

    Raises Problem when there is no table that can be read, or one of more than AT_ONCE rows.
    """
    rows = read_rows(content, HEADERS, is_data=_is_data, most=AT_ONCE, no_header=FINDINGS["header_not_found"])
    return [Applicant(line, cells) for line, cells in rows]


def _is_data(cells: Cells) -> bool:
    return bool({"nik", "birth_date", "birth"} & cells.keys())


def _judge(row: Applicant, batch: Batch | None, seen: set[str]) -> None:
    """What the row alone says; `seen` are the numbers of earlier rows that can be used."""
    if batch and (fault := _other_batch(row, batch)):
        row.reject(*fault)
    elif code := _number_fault(row):
        row.reject(code, "nik")
    elif (name := row.cells.get("name")) and not any(map(str.isalpha, name)):
        row.reject("name_invalid", "name")
    elif {"birth_date", "birth"} & row.cells.keys() and _birth_date(row) is None:
        row.reject("birth_date_invalid", "birth_date")
    elif row.nik in seen:
        row.fate = "skipped"
        row.findings.append(("nik", "row_repeated"))
    else:
        seen.add(row.nik)


def _number_fault(row: Applicant) -> str | None:
    raw = row.cells.get("nik", "")
    row.nik = clean_number(raw)[:64]
    if not row.nik or row.nik in PLACEHOLDERS:
        return "nik_needed"
    if isinstance(raw, NumberCell) and row.nik.endswith("0"):
        return "nik_number_zeroed"
    return nik_problem(row.nik, country().provinces)


def _other_batch(row: Applicant, batch: Batch) -> tuple[str, str] | None:
    """The finding and its column when the row says that it is for another course or run."""
    course, run = _key(row.cells.get("vocation", "")), _words(row.cells.get("run", ""))
    names = (_key(batch.programme.name), _key(batch.programme.vocation))
    if course and not any(course in name or name in course for name in names):
        return "other_course", "vocation"
    return ("other_run", "run") if run - {str(batch.starts_on.year)} - _words(batch.name) else None


def _words(text: str) -> set[str]:
    """Numbers and words of a run's name, without those that only say that it is one."""
    return set(re.findall(r"[0-9]+|[^\W\d_]+", text.casefold())) - {"angkatan", "batch", "gelombang", "tahap", "ke"}


def _key(text: str) -> str:
    return "".join(clean_text(text).casefold().split())


def _find_people(rows: list[Applicant], by: Caller) -> None:
    wanted = [row for row in rows if not row.fate]
    found = look_up(by, [{"nik": row.nik} for row in wanted])
    for row, result in zip(wanted, found, strict=True):
        if result["status"] == "found":
            row.person = result["persons"][0]
        else:
            row.reject("not_found", "nik")
    people = visible(by, "person").in_bulk([row.person for row in wanted if row.person])
    for row in wanted:
        if row.person:
            _compare(row, people[row.person])


def _compare(row: Applicant, person: Person) -> None:
    """A NIK that leads to somebody of another name and another birth date was mistyped."""
    differs = []
    if (name := _key(row.cells.get("name", ""))) and SequenceMatcher(None, name, _key(person.name)).ratio() < ALIKE:
        differs.append(("name", "name_differs"))
    if (born := _birth_date(row)) and born != person.birth_date:
        differs.append(("birth_date", "birth_date_differs"))
    if len(differs) == 2:
        row.reject("another_person", "nik")
    else:
        row.findings += differs


def _birth_date(row: Applicant) -> date | None:
    text = row.cells.get("birth_date") or row.cells.get("birth", "").rpartition(",")[2]
    return read_date(clean_text(text)) if len(text) < 60 else None


def _apply(rows: list[Applicant], batch: UUID, by: Caller, dry_run: bool) -> list[dict[str, Any]]:
    wanted = [row for row in rows if row.person and not row.fate]
    applied = apply_for_many(batch=batch, items=[{"person": row.person} for row in wanted], by=by, dry_run=dry_run)
    answers: dict[int, dict[str, Any]] = {}
    for row, result in zip(wanted, applied, strict=True):
        if error := result.get("error"):
            row.fate = "skipped" if error["code"] == "exists" else "rejected"
            row.findings.append(("nik", error["code"]))
            continue
        row.fate = "accepted"
        answers[row.line] = {"person": row.person, "unmet": result["unmet"]} | (
            {"id": result["id"]} if "id" in result else {}
        )
        _keep_score(row, result.get("id"), by)
    return [{"line": row.line, "status": row.fate, **answers.get(row.line, {})} for row in rows]


def _keep_score(row: Applicant, application: str | None, by: Caller) -> None:
    if "score" not in row.cells:
        return
    score = _score(row.cells["score"])
    if "test_score" not in policy.writable(by.kind, by.role, "application"):
        row.findings.append(("score", "score_not_yours"))
    elif score is None:
        row.findings.append(("score", "score_invalid"))
    elif application:
        Application.objects.filter(pk=application).update(test_score=score, **stamped())


def _score(text: str) -> int | None:
    """0 to 100, rounded half up; with a decimal comma or point."""
    try:
        number = Decimal(clean_text(text)[:20].replace(",", "."))
    except InvalidOperation:
        return None
    return int(number.to_integral_value(ROUND_HALF_UP)) if number.is_finite() and 0 <= number <= 100 else None
