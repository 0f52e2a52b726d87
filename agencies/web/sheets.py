"""Tables that leave as CSV or XLSX files: every cell is text, and none is run by whoever opens the file."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from xlsxwriter import Workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What XML 1.0 cannot hold.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# A cell holds no more.
LONGEST = 32_767
Rows = Iterable[Sequence[str]]


def csv_answer(rows: Rows, name: str) -> HttpResponse:
    """A CSV file in UTF-8 with a byte order mark; what a spreadsheet would take for a formula begins with an
    apostrophe."""
    body = io.StringIO()
    csv.writer(body).writerows([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in rows)
    return _attached(body.getvalue().encode("utf-8-sig", "replace"), "text/csv; charset=utf-8", name)


def xlsx_answer(rows: Rows, name: str) -> HttpResponse:
    """A workbook of one sheet; a cell of text is never a formula, a link or a number that loses its digits."""
    body = io.BytesIO()
    with Workbook(body, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        for line, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write_string(line, column, UNWRITABLE.sub("", cell)[:LONGEST])
    return _attached(body.getvalue(), XLSX, name)


def _attached(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
