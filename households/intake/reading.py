"""A register file taken apart: from bytes to rows with the line numbers a spreadsheet shows."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import BinaryIO, Final, NamedTuple

from households.intake.headers import REQUIRED, fields_of, looks_like_header
from households.intake.tables import RawRows, open_table
from households.intake.unreadable import UnreadableFile

FIELDS: Final = (
    *("register_number", "name", "nik", "family_card", "birth_date", "nisn"),
    *("birth_place", "mother_name", "matched_on"),
    *("village_code", "district_code", "village_name", "district_name"),
    *("welfare_status", "extreme_poor", "decile"),
    *("address", "rt", "rw", "decree", "death_note"),
    *("sex", "food_aid_period", "cash_transfer_period", "premium_subsidy_period"),
    *(
        "relation",
        "marital_status",
        "food_aid",
        "cash_transfer",
        "premium_subsidy",
        "occupation",
        "education",
    ),
    *("school_participation", "disabilities", "pregnant", "alive", "active", "exit_reason"),
)
"""The order of a row's cells; the judging relies on it."""

_NAME: Final = FIELDS.index("name")
_NIK: Final = FIELDS.index("nik")
_WHOLE_NUMBER: Final = 15
_TOTAL: Final = re.compile(r"\W*(?:grand\s*|sub\s*)?(?:jumlah|total)\b", re.IGNORECASE)
_BIRTH: Final = re.compile(
    r"(.*?)[\s,/]+((?:\d{1,2}[-/. ]*(?:\d{1,2}|[A-Za-z]+)[-/., ]*|\d{4}[-/.]\d{1,2}[-/.])\d+)\s*"
)


class Row(NamedTuple):
    """One line of data: its number and the cells in the order of FIELDS, untouched, '' where there is no
    column.
    """

    line: int
    cells: tuple[str, ...]
    is_too_long: bool = False


class RegisterFile:
    """The rows of one register file; iterate once. `other_lines` counts what was no data, so far."""

    def __init__(self, rows: RawRows, *, headers: Sequence[str], header_line: int, first_line: int = 1) -> None:
        self.header_line = header_line
        self.columns = tuple(fields_of(headers))
        self.other_lines = 0
        self._rows = rows
        self._first_line = first_line
        self._width = len(headers)
        _refuse_columns(self.columns, header_line)
        self._nik_at = self.columns.index("nik")

    def __iter__(self) -> Iterator[Row]:
        """The data rows in their order. Raises `UnreadableFile` for a quote that is never closed."""
        width, pick, first_line = self._width, _picker(self.columns), self._first_line
        body = islice(self._rows, self.header_line - first_line + 1, None)
        for line, cells in enumerate(body, start=self.header_line + 1):
            if not (cells and cells[0][:1].isdigit()) and self._is_other(cells):
                self.other_lines += 1
                continue
            is_too_long = len(cells) > width and any(map(str.strip, cells[width:]))
            if len(cells) != width:
                cells = cells[:width] + [""] * (width - len(cells))
            cells.append("")
            picked = pick(cells)
            if not (picked[_NIK] or picked[_NAME]) and not any(map(str.strip, picked)):
                self.other_lines += 1
                continue
            yield Row(line, picked, is_too_long)

    def _is_other(self, cells: list[str]) -> bool:
        first = next((cell for cell in cells if cell.strip()), None)
        if first is None:
            return True
        nik = cells[self._nik_at] if self._nik_at < len(cells) else ""
        digits = sum(map(str.isdigit, nik))
        if not digits and looks_like_header(fields_of(cells)):
            return True
        # A resident can be called Jumlah: a line with a whole number in it is no total.
        return digits < _WHOLE_NUMBER and _TOTAL.match(first) is not None and not _has_whole_number(cells)


def _has_whole_number(cells: list[str]) -> bool:
    return any(sum(map(str.isdigit, cell)) >= _WHOLE_NUMBER for cell in cells)


def open_register(source: bytes | BinaryIO) -> RegisterFile:
    """Take a CSV, gzipped CSV or .xlsx register file apart; `source` is its bytes or a seekable binary file.

    Raises `UnreadableFile` with a code of `findings.FILE_FINDINGS`.
    """
    table = open_table(source, fields_of, looks_like_header)
    return RegisterFile(table.rows, headers=table.headers, header_line=table.header_line, first_line=table.first_line)


def _refuse_columns(columns: Sequence[str | None], line: int) -> None:
    known = [field for field in columns if field]
    for field in known:
        if known.count(field) > 1:
            raise UnreadableFile("column_repeated", line, field)
    if not {"birth_date", "birth"} & set(known):
        raise UnreadableFile("column_missing", line, "birth_date")
    for field in REQUIRED:
        if field not in known:
            raise UnreadableFile("column_missing", line, field)


def _picker(columns: Sequence[str | None]) -> Callable[[list[str]], tuple[str, ...]]:
    """Turns a line's cells, with one empty cell appended, into the order of FIELDS."""
    place = {field: position for position, field in enumerate(columns) if field}
    blank = len(columns)
    pick = itemgetter(*(place.get(field, blank) for field in FIELDS))
    if not {"birth", "rt_rw"} & place.keys():
        return pick
    return lambda cells: _with_parts(pick(cells), cells[place.get("birth", blank)], cells[place.get("rt_rw", blank)])


def _with_parts(picked: tuple[str, ...], birth: str, rt_rw: str) -> tuple[str, ...]:
    """Fill birth place and date, RT and RW from the columns that hold two values at once."""
    cells = dict(zip(FIELDS, picked, strict=True))
    if birth.strip() and not cells["birth_date"]:
        match = _BIRTH.fullmatch(birth) if len(birth) < 200 else None
        cells["birth_place"], cells["birth_date"] = (match[1], match[2]) if match else ("", birth)
    if rt_rw.strip() and not (cells["rt"] or cells["rw"]):
        cells["rt"], _, cells["rw"] = (part.strip() for part in re.sub(r"[^\d/]", "", rt_rw).partition("/"))
    return tuple(cells.values())
