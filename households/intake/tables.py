"""The table in an office's file, whatever it lists: its rows, its header, and where the header stands."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import BinaryIO, Final, NamedTuple

from households.intake.unpacking import is_workbook, text_encoding, unpacked, whole
from households.intake.unreadable import UnreadableFile
from households.intake.workbook import sheets_of

_HEADER_WITHIN: Final = 60
_SAMPLE: Final = 1 << 18
RawRows = Iterable[list[str]]
Fields = Sequence[str | None]


class Headers(NamedTuple):
    """How a form's headers are read: the field of each cell, and whether such fields are a header."""

    fields_of: Callable[[Sequence[str]], list[str | None]]
    is_header: Callable[[Fields], bool]


class Table(NamedTuple):
    """All rows from the file's first line on; the header's line and the first line's, as a spreadsheet counts."""

    rows: RawRows
    headers: list[str]
    header_line: int
    first_line: int = 1


def open_table(
    source: bytes | BinaryIO,
    fields_of: Callable[[Sequence[str]], list[str | None]],
    is_header: Callable[[Fields], bool],
) -> Table:
    """Find the table in a CSV, gzipped CSV or .xlsx file; `source` is its bytes or a seekable binary file.

    The whole file is checked for size and encoding before the first row is handed out. Delimiter (comma,
    semicolon, tab, bar), title lines and the header are found by looking for known column names.
    Raises `UnreadableFile` with a code of `findings.FILE_FINDINGS`.
    """
    read = Headers(fields_of, is_header)
    file = unpacked(source)
    if is_workbook(file):
        return _from_sheets(sheets_of(whole(file)), read)
    return _from_text(file, text_encoding(file), read)


def _from_sheets(sheets: Iterable[Iterator[list[str]]], read: Headers) -> Table:
    for rows in sheets:
        start = list(islice(rows, _HEADER_WITHIN))
        if (found := _header_among(start, read)) is not None:
            return Table(chain(start, rows), start[found], found + 1)
    raise UnreadableFile("header_not_found")


def _from_text(file: BinaryIO, encoding: str, read: Headers) -> Table:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    sample = text.read(_SAMPLE)
    text.detach()
    hint = re.match(r"sep=[,;\t|]\r?\n?", sample, re.IGNORECASE)
    # A spreadsheet obeys this line and does not show it.
    first_line = 0 if hint else 1
    candidates = [found for delimiter in ",;\t|" if (found := _header_in(sample, delimiter, read))]
    if not candidates:
        raise UnreadableFile("header_not_found")
    delimiter, headers, position = max(candidates, key=lambda found: sum(map(bool, read.fields_of(found[1]))))
    rows = _csv_rows(file, encoding, delimiter, first_line=first_line)
    return Table(rows, headers, position + first_line, first_line)


def _header_in(sample: str, delimiter: str, read: Headers) -> tuple[str, list[str], int] | None:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(islice(reader, _HEADER_WITHIN))
    found = _header_among(rows, read)
    return None if found is None else (delimiter, rows[found], found)


def _header_among(rows: Sequence[list[str]], read: Headers) -> int | None:
    return next((position for position, cells in enumerate(rows) if read.is_header(read.fields_of(cells))), None)


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
