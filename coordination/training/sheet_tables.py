"""The rows of a list that a centre hands in, whatever it lists."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from agencies.web.problems import Fault, Problem
from households.intake.findings import FILE_FINDINGS, FindingText
from households.intake.tables import Headers, open_table
from households.intake.unreadable import UnreadableFile

Cells = Mapping[str, str]


def read_rows(
    content: bytes, headers: Headers, *, is_data: Callable[[Cells], bool], most: int, no_header: FindingText
) -> list[tuple[int, Cells]]:
    """The rows of data of a CSV, gzipped CSV or XLSX file: each with its line and its filled cells by field.

    Raises Problem when there is no table that can be read (`no_header` says which columns it must name), or one of more
    than `most` rows.
    """
    try:
        rows = list(islice(_read(content, headers, is_data), most + 1))
    except UnreadableFile as fault:
        told = no_header if fault.code == "header_not_found" else FILE_FINDINGS[fault.code]
        raise _unfit(fault.code, f"{told.text_id} / {told.text_en}") from fault
    if len(rows) > most:
        raise _unfit("too_many_rows", f"At most {most} rows.")
    return rows


def _read(content: bytes, headers: Headers, is_data: Callable[[Cells], bool]) -> Iterator[tuple[int, Cells]]:
    """Blank lines, totals and a header once more are no data."""
    table = open_table(content, *headers)
    columns = headers.fields_of(table.headers)
    if twice := [name for name in columns if name and columns.count(name) > 1]:
        raise UnreadableFile("column_repeated", field=twice[0])
    for line, cells in enumerate(table.rows, table.first_line):
        given = {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell.strip()}
        if line > table.header_line and is_data(given) and not headers.is_header(headers.fields_of(cells)):
            yield line, given


def _unfit(code: str, detail: str) -> Problem:
    return Problem("invalid", errors=[Fault("/file", code, detail)])
