"""Tables that leave as CSV or XLSX files: every cell is text, and none is run by whoever opens the file."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What XML 1.0 cannot hold.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{XLSX}.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{LINKS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{LINKS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
Rows = Iterable[Sequence[str]]


def csv_answer(rows: Rows, name: str) -> HttpResponse:
    """A CSV file in UTF-8 with a byte order mark; what a spreadsheet would take for a formula begins with an
    apostrophe."""
    body = io.StringIO()
    csv.writer(body).writerows([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in rows)
    return _attached(body.getvalue().encode("utf-8-sig", "replace"), "text/csv; charset=utf-8", name)


def xlsx_answer(rows: Rows, name: str) -> HttpResponse:
    """A workbook of one sheet (ECMA-376); a cell of text is never a formula, and no number loses its digits."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, part in PARTS.items():
            archive.writestr(place, DECLARATION + part)
        lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>',
        )
    return _attached(body.getvalue(), XLSX, name)


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(UNWRITABLE.sub("", text))}</t></is></c>'


def _attached(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
