"""Register files taken apart: encodings, delimiters, headers, line numbers, and files to refuse."""

import gzip
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.intake.dates import read_date
from households.intake.findings import FILE_FINDINGS
from households.intake.headers import field_of
from households.intake.judging import judge_rows
from households.intake.reading import FIELDS, open_register
from households.intake.regions import Regions
from households.intake.unreadable import UnreadableFile
from households.intake.workbook import NumberCell

SMALL = Path(__file__).parents[1] / "samples" / "small"
HEADER = "IDSEMESTA,Nama,NIK,NOKK,tanggal_lahir,Alamat\n"
ROW = "991,BUDI,6271010202949932,6271012301169735,02/02/1994,Jl. Anoi\n"


def rows_of(source):
    register = open_register(source)
    return list(register), register.other_lines


def cell(row, field):
    return row.cells[FIELDS.index(field)]


def refusal(source):
    with pytest.raises(UnreadableFile) as caught:
        rows_of(source)
    assert caught.value.code in FILE_FINDINGS
    return caught.value.code, caught.value.line, caught.value.field


def workbook(*rows):
    """A minimal .xlsx whose cells are text, or numbers when given as int."""

    def xml(value):
        if isinstance(value, int):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    sheet = "".join(f"<row>{''.join(map(xml, row))}</row>" for row in rows)
    return zipped(f"<sheetData>{sheet}</sheetData>")


def zipped(sheet):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{types}">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{office}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}">'
        '<sheets><sheet name="data" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}">{sheet}</worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_rows_carry_the_line_numbers_of_a_spreadsheet():
    text = f"DAFTAR WARGA,,,,,\n\n{HEADER}{ROW}\n,,,,,\n{HEADER}{ROW}JUMLAH,2,,,,\n"
    rows, other_lines = rows_of(text.encode())
    assert [row.line for row in rows] == [4, 8]
    assert other_lines == 4


def test_a_line_break_inside_quotes_does_not_start_a_new_line():
    text = HEADER + ROW.replace("Jl. Anoi", '"Jl. Anoi\nGg. Dua"') + ROW
    rows, _ = rows_of(text.encode())
    assert [row.line for row in rows] == [2, 3]
    assert cell(rows[0], "address") == "Jl. Anoi\nGg. Dua"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_delimiter_encoding_and_packing_is_found(delimiter, encoding, pack):
    text = (HEADER + ROW.replace("Anoi", "Niño")).replace(",", delimiter)
    rows, _ = rows_of(pack(text.encode(encoding)))
    assert [cell(row, "address") for row in rows] == ["Jl. Niño"]


def test_columns_are_found_in_any_order_and_spelling():
    header = "No;DESA / KELURAHAN;Nomor Kartu Keluarga;TGL. LAHIR;Nama\nLengkap;nomor_induk_kependudukan;Hobi;SHDK"
    quoted = ";".join(f'"{name}"' for name in header.split(";"))
    rows, _ = rows_of(f"{quoted}\n1;MENTENG;6271;17 Mei 1990;SITI;6271;catur;3\n".encode())
    assert {field: cell(rows[0], field) for field in ("name", "nik", "birth_date", "village_name", "relation")} == {
        "name": "SITI",
        "nik": "6271",
        "birth_date": "17 Mei 1990",
        "village_name": "MENTENG",
        "relation": "3",
    }
    assert cell(rows[0], "family_card") == "6271"
    assert cell(rows[0], "address") == ""


def test_one_column_can_hold_birth_place_and_date_and_one_rt_and_rw():
    text = 'Nama,NIK,No. KK,"Tempat, Tgl Lahir",RT/RW\nSITI,1,2,"PALANGKA RAYA, 17-05-1990",001/013\n'
    rows, _ = rows_of(text.encode())
    found = [cell(rows[0], field) for field in ("birth_place", "birth_date", "rt", "rw")]
    assert found == ["PALANGKA RAYA", "17-05-1990", "001", "013"]


def test_the_delimiter_hint_of_a_spreadsheet_is_obeyed_and_not_counted():
    rows, _ = rows_of(("sep=;\n" + HEADER.replace(",", ";") + ROW.replace(",", ";")).encode())
    assert [row.line for row in rows] == [2]


def test_a_row_with_more_cells_than_the_header_is_marked():
    rows, _ = rows_of((HEADER + ROW + ROW.strip() + ",,\n" + ROW.strip() + ",Gg. 2\n").encode())
    assert [row.is_too_long for row in rows] == [False, False, True]


def test_a_resident_called_jumlah_is_no_total():
    rows, other_lines = rows_of((HEADER + ROW.replace("991,BUDI", ",JUMLAH")).encode())
    assert [cell(row, "name") for row in rows] == ["JUMLAH"]
    assert other_lines == 0


def test_rows_without_a_number_in_front_are_told_from_other_lines():
    text = "Nama,NIK,NOKK,tanggal_lahir\nBUDI,1,2,3\nNama,NIK,NOKK,tanggal_lahir\nSITI,,2,3\nTOTAL,2,,\n"
    rows, other_lines = rows_of(text.encode())
    assert [row.line for row in rows] == [2, 4]
    assert other_lines == 2


def test_a_workbook_is_read_with_its_number_cells_marked():
    rows, _ = rows_of(
        workbook(
            ["DAFTAR"],
            ["Nama", "NIK", "NOKK", "tanggal_lahir"],
            ["SITI", 6271010202949930, "6271012301169735", "02/02/1994"],
        )
    )
    assert [row.line for row in rows] == [3]
    assert cell(rows[0], "nik") == "6271010202949930"
    assert isinstance(cell(rows[0], "nik"), NumberCell)
    assert not isinstance(cell(rows[0], "family_card"), NumberCell)


def test_numbers_whose_last_digit_a_spreadsheet_may_have_lost_are_found():
    regions = Regions([("62", "Kalimantan Tengah"), ("62.71.01", "Pahandut"), ("62.71.01.1001", "Pahandut")])
    header = ["IDSEMESTA", "Nama", "NIK", "NOKK", "tanggal_lahir", "id_desa", "jk", "NISN"]
    good = ["1", "SITI", 6271015705909012, 6271012301169735, "17-05-1990", 6271011001, "P", ""]
    rows = [
        good,
        [*good[:2], 6271015705909010, *good[3:]],
        ["2", "RAHMAH", 6271015705909013, 6271012301169730, *good[4:]],
        ["3", "NOOR", 6271015705909014, *good[3:7], 1234567890],
    ]
    judged = judge_rows(open_register(workbook(header, *rows)), regions=regions, on=date(2026, 11, 24))
    assert [row.findings for row in judged] == [
        (),
        (("nik_number_zeroed", "nik"),),
        (("kk_number_zeroed", "family_card"),),
        (("nisn_zeros_lost", "nisn"),),
    ]


@pytest.mark.parametrize("spelling", ["NAMA  LENGKAP ", "Nama_Lengkap", "NAMA\nLENGKAP", "nama lengkap (sesuai KTP)"])
def test_a_header_is_known_in_other_spellings(spelling):
    assert field_of(spelling) == "name"


def test_a_file_object_can_stand_for_its_bytes():
    with (SMALL / "register_2022.csv").open("rb") as file:
        assert len(rows_of(file)[0]) == 72


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (gzip.compress(b""), "file_empty"),
        (b"\x00" * 5000, "file_not_text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "file_not_text"),
        (b"\xef\xbb\xbf" + HEADER.encode() + b"\xff\xfe", "file_not_text"),
        (gzip.compress(HEADER.encode() * 50)[:-9], "file_gzip_damaged"),
        (b"\x1f\x8b\x08 and then no gzip at all", "file_gzip_damaged"),
        (b"PK\x03\x04 and then no zip", "workbook_damaged"),
        (b"halo,dunia\n1,2\n", "header_not_found"),
        (b"x" * 3_000_000, "line_too_long"),
    ],
)
def test_a_file_that_cannot_be_taken_apart_is_refused_as_a_whole(content, code):
    assert refusal(content) == (code, None, None)


def test_a_gzip_that_unpacks_to_too_much_is_refused():
    assert refusal(gzip.compress((b"a" * 999 + b"\n") * 301_000, 1))[0] == "file_too_large"


def test_a_workbook_that_would_fill_the_memory_is_refused():
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    far = f"<sheetData>{cells}</sheetData>"
    assert refusal(zipped(far))[0] == "file_too_large"


def test_missing_and_repeated_columns_are_named():
    assert refusal(b"judul\nNama,NIK,tgl_lahir,Alamat\n") == ("column_missing", 2, "family_card")
    assert refusal(b"Nama,NIK,NOKK,Alamat\n") == ("column_missing", 1, "birth_date")
    assert refusal(b"Nama,NIK,NOKK,No. KK,tgl_lahir\n") == ("column_repeated", 1, "family_card")


def test_a_quote_that_is_never_closed_is_refused_with_its_line():
    assert refusal((HEADER + ROW + ROW.replace("BUDI", '"BUDI') + ROW * 3).encode()) == (
        "quote_not_closed",
        3,
        None,
    )
    assert refusal((HEADER + ROW.replace("BUDI", '"BUDI') + ROW * 9000).encode())[0] == "quote_not_closed"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("17/05/1990", "1990-05-17"),
        ("7-5-1990", "1990-05-07"),
        ("17.05.1990", "1990-05-17"),
        ("1990-05-17", "1990-05-17"),
        ("1990-05-17 00:00:00", "1990-05-17"),
        ("17 Mei 1990", "1990-05-17"),
        ("17-AGUSTUS-1990", "1990-08-17"),
        ("1 Nopember 1990", "1990-11-01"),
        ("Kamis, 17 Mei 1990", "1990-05-17"),
        ("17 May 1990", "1990-05-17"),
        ("3 Dec 1990", "1990-12-03"),
        ("05/17/1990", None),
        ("17/05/90", None),
        ("17 Mei 90", None),
        ("17 Bulan 1990", None),
        ("29-02-2001", None),
        ("1990", None),
        ("00-00-0000", None),
        ("17-05/1990", None),
        ("١٧/٠٥/١٩٩٠", None),
    ],
)
def test_dates_are_read_day_before_month_and_never_with_a_short_year(text, iso):
    found = read_date(text)
    assert (found.isoformat() if found else None) == iso


@given(st.binary(max_size=400))
def test_arbitrary_bytes_raise_nothing_but_unreadable_file(content):
    for start in (b"", b"\x1f\x8b\x08\x00", b"PK\x03\x04", b"\xff\xfe", HEADER.encode()):
        try:
            rows_of(start + content)
        except UnreadableFile as error:
            assert error.code in FILE_FINDINGS


@given(st.binary(min_size=1, max_size=30), st.integers(min_value=0))
def test_a_damaged_workbook_raises_nothing_but_unreadable_file(damage, at):
    content = workbook(["Nama", "NIK", "NOKK", "tanggal_lahir"], ["SITI", 1, 2, "02/02/1994"])
    at %= len(content)
    try:
        rows_of(content[:at] + damage + content[at + len(damage) :])
    except UnreadableFile as error:
        assert error.code in FILE_FINDINGS
