"""The sheets of an .xlsx file as rows of text."""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Final

from python_calamine import CalamineSheet, CalamineWorkbook

from households.intake.unreadable import UnreadableFile

MAX_UNPACKED_BYTES: Final = 300_000_000
MAX_CELLS: Final = 10_000_000
_REFERENCE: Final = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{1,7})([0-9]{1,12})""")
_OVERLAP: Final = 64


class NumberCell(str):
    """The text of a cell that held a number: the spreadsheet may have changed it before we saw it."""

    __slots__ = ()


def sheets_of(content: bytes) -> Iterator[Iterator[list[str]]]:
    """Each sheet's rows, from the sheet's first line on, turned into text as they are drawn.

    Raises `UnreadableFile`: workbook_damaged, file_too_large.
    """
    _refuse_bombs(content)
    with _damage_named():
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in workbook.sheet_names:
            yield _rows(workbook.get_sheet_by_name(name))


def _rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    with _damage_named():
        for row in sheet.iter_rows():
            yield [_text(cell) for cell in row]


@contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except (UnreadableFile, GeneratorExit, KeyboardInterrupt, MemoryError, SystemExit):
        raise
    except BaseException as error:  # a panic of the Rust parser is no Exception
        raise UnreadableFile("workbook_damaged") from error


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return NumberCell(int(cell))
    if isinstance(cell, int | float):
        return NumberCell(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _refuse_bombs(content: bytes) -> None:
    """Refuse an archive whose parts, or whose sheets once laid out, would not fit into memory.

    The parser allocates every cell between the first and the last one of a sheet; two cells can be far apart.
    """
    with _damage_named(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES or len(parts) > 10_000:
            raise UnreadableFile("file_too_large")
        for part in parts:
            if _laid_out_cells(archive, part) > MAX_CELLS:
                raise UnreadableFile("file_too_large")


def _laid_out_cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    columns: set[bytes] = set()
    last_row, tail = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 20):
            for letters, digits in _REFERENCE.findall(tail + chunk):
                columns.add(letters)
                last_row = max(last_row, int(digits))
            tail = chunk[-_OVERLAP:]
    return last_row * max((_column_number(letters) for letters in columns), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
