"""A register file taken apart: from bytes to rows with the line numbers a spreadsheet shows."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from operator import itemgetter
from typing import BinaryIO, Final, NamedTuple

from households.intake.headers import REQUIRED, fields_of, looks_like_header
from households.intake.unpacking import is_workbook, text_encoding, unpacked, whole
from households.intake.unreadable import UnreadableFile
from households.intake.workbook import sheets_of

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
_HEADER_WITHIN: Final = 60
_SAMPLE: Final = 1 << 18
_TOTAL: Final = re.compile(r"\W*(?:grand\s*|sub\s*)?(?:jumlah|total)\b", re.IGNORECASE)
_BIRTH: Final = re.compile(
    r"(.*?)[\s,/]+((?:\d{1,2}[-/. ]*(?:\d{1,2}|[A-Za-z]+)[-/., ]*|\d{4}[-/.]\d{1,2}[-/.])\d+)\s*"
)

RawRows = Iterable[list[str]]


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

    The whole file is checked for size and encoding before the first row is handed out. Delimiter (comma,
    semicolon, tab, bar), title lines and the header are found by looking for known column names.
    Raises `UnreadableFile` with a code of `findings.FILE_FINDINGS`.
    """
    file = unpacked(source)
    if is_workbook(file):
        return _from_sheets(sheets_of(whole(file)))
    return _from_text(file, text_encoding(file))


def _from_sheets(sheets: Iterable[Iterator[list[str]]]) -> RegisterFile:
    for rows in sheets:
        start = list(islice(rows, _HEADER_WITHIN))
        if (found := _header_among(start)) is not None:
            return RegisterFile(chain(start, rows), headers=start[found], header_line=found + 1)
    raise UnreadableFile("header_not_found")


def _from_text(file: BinaryIO, encoding: str) -> RegisterFile:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    sample = text.read(_SAMPLE)
    text.detach()
    hint = re.match(r"sep=[,;\t|]\r?\n?", sample, re.IGNORECASE)
    # A spreadsheet obeys this line and does not show it.
    first_line = 0 if hint else 1
    candidates = [found for delimiter in ",;\t|" if (found := _header_in(sample, delimiter))]
    if not candidates:
        raise UnreadableFile("header_not_found")
    delimiter, headers, position = max(candidates, key=lambda found: sum(map(bool, fields_of(found[1]))))
    rows = _csv_rows(file, encoding, delimiter, first_line=first_line)
    return RegisterFile(rows, headers=headers, header_line=position + first_line, first_line=first_line)


def _header_in(sample: str, delimiter: str) -> tuple[str, list[str], int] | None:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(islice(reader, _HEADER_WITHIN))
    found = _header_among(rows)
    return None if found is None else (delimiter, rows[found], found)


def _header_among(rows: Sequence[list[str]]) -> int | None:
    return next((position for position, cells in enumerate(rows) if looks_like_header(fields_of(cells))), None)


def _csv_rows(file: BinaryIO, encoding: str, delimiter: str, *, first_line: int) -> Iterator[list[str]]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter)
    read_to, line = 0, first_line
    try:
        for line, cells in enumerate(reader, start=first_line):
            read_to += 1
            if reader.line_num != read_to:
                read_to = reader.line_num
                if _swallowed_lines(cells, delimiter):
                    raise UnreadableFile("quote_not_closed", line)
            yield cells
    except csv.Error as error:
        raise UnreadableFile("quote_not_closed", line + 1) from error
    finally:
        text.detach()


def _swallowed_lines(cells: list[str], delimiter: str) -> bool:
    """Whether a quote ran on over whole lines: line breaks with many delimiters between them."""
    return any(
        "\n" in cell and cell.count(delimiter) >= 3 * cell.count("\n") and cell.count(delimiter) >= 3 for cell in cells
    ) or any(cell.count("\n") > 30 for cell in cells)


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
