"""Rows judged: the sample files to the row, each reason and warning on its own, and hostile cells."""

import csv
import io
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.intake.findings import ROW_FINDINGS
from households.intake.headers import field_of
from households.intake.judging import Tally, judge_rows
from households.intake.reading import FIELDS, Row, open_register
from households.intake.regions import Regions
from households.intake.workbook import NumberCell

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests/samples/small"
LARGE = ROOT / "households/intake/samples"
DATA = ROOT / "agencies/data"
REGIONS = Regions.from_csv(DATA / "regions.csv.gz", DATA / "region_aliases.csv")
TODAY = date(2026, 11, 24)
GOOD = {
    "IDSEMESTA": "990000000001",
    "Nama": "SITI AMINAH",
    "NIK": "6271015705909012",
    "NOKK": "6271012301169735",
    "tempat_lahir": "PALANGKA RAYA",
    "tanggal_lahir": "17-05-1990",
    "jenis_kelamin": "P",
    "SHDK": "3",
    "status_kawin": "2",
    "nama_ibu_kandung": "HALIMAH",
    "id_kec": "627101",
    "id_desa": "6271011001",
    "kecamatan": "PAHANDUT",
    "desa_kelurahan": "PAHANDUT",
    "status_kesejahteraan": "MISKIN",
    "desil": "1",
    "NISN": "",
    "is_nonaktif": "TIDAK",
    "deleted_label": "",
    "Alamat": "Jl. Anoi No. 65",
}


def register_of(*rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(key for row in rows for key in row)))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def judge(*changes, city=None, **more):
    """Judge GOOD rows with changed cells; each has its own register number unless it says otherwise."""
    rows = [{**GOOD, "IDSEMESTA": str(990000000001 + i), **row} for i, row in enumerate(changes or (more,))]
    return list(judge_rows(open_register(register_of(*rows)), regions=REGIONS, on=TODAY, city=city))


def codes(judged):
    return [code for code, _ in judged.findings]


def judge_file(path, on=TODAY):
    tally = Tally()
    with path.open("rb") as file:
        judged = list(judge_rows(open_register(file), regions=REGIONS, on=on, tally=tally))
    return judged, tally


@pytest.fixture(scope="module", params=[2022, 2023])
def register(request):
    return request.param, *judge_file(LARGE / f"register_{request.param}.csv.gz", on=date(request.param, 12, 31))


def assert_totals(tally, expected):
    fates = {"clean": tally.clean, "warn": tally.warned, "reject": tally.rejected, "skip": tally.skipped}
    assert fates == expected["rows_by_fate"]
    assert (tally.data_rows, tally.other_lines) == (expected["data_rows"], expected["other_lines"])
    assert dict(tally.codes) == {**expected["reject_reasons"], **expected["warnings"]}


def expected_totals(folder, name):
    return json.loads((folder / "aggregates.json").read_text())["files"][name]


def test_a_whole_register_meets_its_totals_to_the_row(register):
    year, _, tally = register
    assert_totals(tally, expected_totals(ROOT / "tests/samples", f"register_{year}.csv.gz"))


@pytest.mark.parametrize("year", [2022, 2023])
def test_a_small_register_meets_its_totals_to_the_row(year):
    _, tally = judge_file(SMALL / f"register_{year}.csv")
    assert_totals(tally, expected_totals(SMALL, f"register_{year}.csv"))


def test_a_clean_register_is_clean():
    _, tally = judge_file(SMALL / "register_clean.csv")
    assert (tally.clean, tally.data_rows, dict(tally.codes)) == (60, 60, {})


def test_a_register_of_bad_rows_is_rejected_for_twenty_reasons():
    judged, tally = judge_file(SMALL / "register_all_bad.csv")
    assert (tally.rejected, tally.data_rows, len(tally.codes)) == (60, 60, 20)
    assert all(len(row.findings) == 1 and row.record is None for row in judged)


def test_people_of_a_register_add_up_by_what_was_read_of_them(register):
    year, judged, _ = register
    weaker = {row.amends.line if row.amends else row.line for row in judged if row.record and row.duplicate_of_line}
    people = [row.record for row in judged if row.record and row.record.active and row.line not in weaker]
    ages = [year - person.birth_date.year for person in people]
    found = {
        "persons": len(people),
        "extreme_poor": sum(person.status == "extreme_poor" for person in people),
        "pregnant": sum(person.pregnant for person in people),
        "with_disability": sum(bool(person.disabilities) for person in people),
        "without_usable_nik": sum(person.nik is None for person in people),
        "children_7_18": sum(7 <= age <= 18 for age in ages),
        "under_five": sum(age < 5 for age in ages),
        "born_29_february": sum((p.birth_date.month, p.birth_date.day) == (2, 29) for p in people),
        "out_of_school_7_18": sum(
            7 <= age <= 18 and person.school_participation in ("never", "no_longer")
            for age, person in zip(ages, people, strict=True)
        ),
    }
    city = json.loads((ROOT / "tests/samples/aggregates.json").read_text())["headcounts"][str(year)]["62.71"]
    assert found == {key: city[key] for key in found}


def test_reasons_to_leave_the_register_are_read():
    judged, _ = judge_file(LARGE / "register_2023.csv.gz")
    left = Counter(row.record.exit_reason for row in judged if row.record and not row.record.active)
    assert left == {
        "no_longer_poor": 1091,
        "moved_out": 725,
        "not_found": 316,
        "deceased": 296,
        "invalid_nik": 115,
        "employed_civil_servant": 105,
        "duplicate": 65,
        "refused": 19,
    }


@pytest.mark.parametrize(
    "change",
    [
        {"Nama": "  siti\u00a0 Aminah "},
        {"NIK": "'6271015705909012"},
        {"NIK": "6271 0157 0590 9012\u00a0"},
        {"NOKK": " 6271012301169735 "},
        {"tempat_lahir": "Plk. Raya"},
        {"tempat_lahir": "palangkaraya "},
        {"tanggal_lahir": "17 Mei 1990"},
        {"tanggal_lahir": "1990-05-17"},
        {"jenis_kelamin": "Perempuan"},
        {"SHDK": "ISTRI"},
        {"SHDK": "3. Istri"},
        {"SHDK": "03"},
        {"status_kawin": "Kawin Tercatat"},
        {"desa_kelurahan": "KEL. PAHANDUT"},
        {"id_desa": "62.71.01.1001"},
        {"id_desa": ""},
        {"is_nonaktif": "0"},
        {"deleted_label": "-"},
    ],
)
def test_what_is_only_spelled_otherwise_is_cleaned_without_a_warning(change):
    plain, changed = judge(), judge(change)
    assert (changed[0].fate, changed[0].findings) == ("clean", ())
    assert changed[0].record == plain[0].record


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Nama": ""}, "name_missing"),
        ({"Nama": " - "}, "name_missing"),
        ({"Nama": "12345"}, "name_invalid"),
        ({"NIK": "6.27104E+15"}, "nik_exponent"),
        ({"NIK": "6,27104e15"}, "nik_exponent"),
        ({"NIK": "627101570590901"}, "nik_length"),
        ({"NIK": "62710157O5909012"}, "nik_letters"),
        ({"NIK": "٦٢٧١٠١٥٧٠٥٩٠٩٠١٢"}, "nik_letters"),
        ({"NIK": "６２７１０１５７０５９０９０１２"}, "nik_letters"),
        ({"NIK": "6271.0157.0590.9012"}, "nik_letters"),
        ({"NIK": "1071015705909012"}, "nik_province_unknown"),
        ({"NIK": "6200015705909012"}, "nik_area_zero"),
        ({"NIK": "6271005705909012"}, "nik_area_zero"),
        ({"NIK": "6271013205909012"}, "nik_date_impossible"),
        ({"NIK": "6271014005909012"}, "nik_date_impossible"),
        ({"NIK": "6271016902019012"}, "nik_date_impossible"),
        ({"NIK": "6271015705900000"}, "nik_serial_zero"),
        ({"NOKK": ""}, "kk_missing"),
        ({"NOKK": "-"}, "kk_missing"),
        ({"NOKK": "0000000000000000"}, "kk_invalid"),
        ({"NOKK": "9999999999999999"}, "kk_invalid"),
        ({"NOKK": "6,27101E+15"}, "kk_exponent"),
        ({"NOKK": "62710123011697355"}, "kk_length"),
        ({"NOKK": "6271O12301169735"}, "kk_letters"),
        ({"NOKK": "6271016301169735"}, "kk_date_impossible"),
        ({"NOKK": "1071012301169735"}, "kk_province_unknown"),
        ({"NOKK": "6271002301169735"}, "kk_area_zero"),
        ({"NOKK": "6271015705909012"}, "kk_equals_nik"),
        ({"tanggal_lahir": ""}, "birth_date_missing"),
        ({"tanggal_lahir": "31-02-1990"}, "birth_date_invalid"),
        ({"tanggal_lahir": "17-05-90"}, "birth_date_invalid"),
        ({"tanggal_lahir": "05/17/1990"}, "birth_date_invalid"),
        ({"tanggal_lahir": "25-11-2026"}, "birth_date_future"),
        ({"tanggal_lahir": "31-12-1899"}, "birth_date_implausible"),
    ],
)
def test_a_row_that_cannot_be_used_is_rejected_with_its_reason(change, code):
    (judged,) = judge(change)
    assert (judged.fate, codes(judged), judged.record) == ("rejected", [code], None)


def test_a_row_is_rejected_for_every_reason_at_once():
    (judged,) = judge(Nama="?", NIK="1", NOKK="", tanggal_lahir="x")
    assert judged.findings == (
        ("name_invalid", "name"),
        ("nik_length", "nik"),
        ("kk_missing", "family_card"),
        ("birth_date_invalid", "birth_date"),
    )


@pytest.mark.parametrize(
    ("change", "code", "field", "kept"),
    [
        ({"NIK": ""}, "nik_missing", "nik", None),
        ({"NIK": "TIDAK ADA"}, "nik_missing", "nik", None),
        ({"NIK": "9999999999999994"}, "nik_placeholder", "nik", None),
        ({"NIK": "9999999999999999"}, "nik_placeholder", "nik", None),
        ({"NIK": "6299015705909012"}, "nik_area_unknown", "nik", "6299015705909012"),
        ({"tanggal_lahir": "18-05-1990"}, "nik_birth_date_mismatch", "birth_date", date(1990, 5, 18)),
        ({"jenis_kelamin": "L"}, "nik_sex_mismatch", "sex", "M"),
        ({"id_desa": "6271011099"}, "region_unknown", "region", "62.71.01"),
        ({"id_desa": "6271991099", "id_kec": "", "kecamatan": ""}, "region_unknown", "region", "62.71"),
        ({"id_desa": "", "desa_kelurahan": "?"}, "region_unknown", "region", "62.71.01"),
        ({"Nama": "=SUM(A1)"}, "formula_like", "name", "=SUM(A1)"),
        ({"Alamat": "'@Anoi"}, "formula_like", "address", "@Anoi"),
        ({"NISN": "9321234"}, "nisn_zeros_lost", "nisn", "0009321234"),
        ({"NISN": "00093212345"}, "nisn_invalid", "nisn", None),
        ({"desil": "11"}, "decile_invalid", "decile", None),
        ({"SHDK": "99"}, "value_unknown", "relation", "other"),
        ({"status_kawin": "?"}, "value_unknown", "marital_status", None),
        ({"IDSEMESTA": ""}, "register_number_missing", "register_number", ""),
    ],
)
def test_a_doubtful_row_is_kept_with_a_warning(change, code, field, kept):
    (judged,) = judge(change)
    assert (judged.fate, codes(judged)) == ("warned", [code])
    assert getattr(judged.record, field) == kept


@pytest.mark.parametrize(("text", "decile"), [("6-10", None), ("", None), ("0", None), ("-", None), ("10", 10)])
def test_merged_and_unset_deciles_are_no_warning(text, decile):
    (judged,) = judge(desil=text)
    assert (judged.fate, judged.record.decile) == ("clean", decile)


def test_extreme_poverty_is_believed_wherever_it_stands():
    (judged,) = judge(P3KE="YA")
    assert (judged.record.status, codes(judged)) == ("extreme_poor", ["status_conflict"])


def test_an_equal_row_is_skipped_and_names_the_first_one():
    first, copy = judge({"IDSEMESTA": "7"}, {"IDSEMESTA": "7", "Nama": "Siti  Aminah", "tanggal_lahir": "17/05/1990"})
    assert (first.fate, copy.fate, copy.duplicate_of_line) == ("clean", "skipped", first.line)


def test_another_record_under_the_same_register_number_is_kept_with_a_warning():
    _, other, copy = judge(
        {"IDSEMESTA": "7"},
        {"IDSEMESTA": "7", "Nama": "RAHMAH", "NIK": "6271015705909099"},
        {"IDSEMESTA": "7", "Nama": "RAHMAH", "NIK": "6271015705909099"},
    )
    assert (other.fate, codes(other)) == ("warned", ["register_number_repeated"])
    assert (copy.fate, copy.duplicate_of_line) == ("skipped", other.line)


def test_a_nik_under_a_second_family_card_is_found_once():
    first, second = judge({}, {"NOKK": "6271012301169736"})
    assert (first.fate, second.fate, codes(second)) == ("clean", "warned", ["person_in_two_households"])
    assert second.duplicate_of_line == first.line


@pytest.mark.parametrize(("nik", "found"), [("6271015705909013", True), ("", True), ("6271015705909023", False)])
def test_a_person_with_a_nik_one_digit_apart_or_missing_is_a_possible_duplicate(nik, found):
    _, second = judge({}, {"NIK": nik})
    assert ("possible_duplicate" in codes(second)) is found
    assert second.duplicate_of_line == (2 if found else None)


def test_a_pair_is_warned_of_on_the_row_without_nik_even_when_it_came_first():
    tally = Tally()
    rows = [{**GOOD, "NIK": "", "IDSEMESTA": "1"}, {**GOOD, "IDSEMESTA": "2"}]
    _, second = judge_rows(open_register(register_of(*rows)), regions=REGIONS, on=TODAY, tally=tally)
    assert (second.fate, second.findings, second.duplicate_of_line) == ("clean", (), 2)
    assert second.amends == (2, ("possible_duplicate", "name"), False)
    assert (tally.clean, tally.warned, tally.codes["possible_duplicate"]) == (1, 1, 1)


def test_a_pair_is_warned_of_on_the_later_register_number():
    _, second = judge({"IDSEMESTA": "9"}, {"IDSEMESTA": "8", "NOKK": "6271012301169736"})
    assert second.amends == (2, ("person_in_two_households", "nik"), True)


def test_placeholders_join_nobody():
    changes = [{"NIK": "9999999999999999", "Nama": name, "NOKK": f"627101230116973{i}"} for i, name in enumerate("AB")]
    assert [codes(row) for row in judge(*changes)] == [["nik_placeholder"]] * 2


def test_a_record_closed_as_a_duplicate_opens_no_question():
    _, closed = judge({}, {"NIK": "", "is_nonaktif": "YA", "deleted_label": "DATA GANDA"})
    assert (closed.fate, closed.findings, closed.record.exit_reason) == ("clean", (), "duplicate")


def test_region_names_are_looked_up_in_the_city_when_there_is_no_code():
    rows = {
        "id_kec": "",
        "id_desa": "",
        "kecamatan": "Kec. Sebangau",
        "desa_kelurahan": "Kel. Kereng Bengkirai",
    }
    assert judge(rows, city="62.71")[0].record.region == "62.71.04.1003"
    assert codes(judge(rows)[0]) == ["region_unknown"]


def test_a_name_that_two_villages_share_is_no_village():
    twins = Regions([("99", "A"), ("99.01.01.1001", "Baru"), ("99.01.01.1002", "Baru")])
    assert twins.child_named("99.01.01", "Kel. Baru") is None


def test_codes_and_words_give_the_same_record():
    flags = {"BPNT": "1", "PKH": "0", "pekerjaan": "9", "pendidikan": "3", "partisipasi_sekolah": "2"}
    words = {
        "BPNT": "YA",
        "PKH": "T",
        "pekerjaan": "Petani",
        "pendidikan": "SD",
        "partisipasi_sekolah": "Masih sekolah",
    }
    coded, worded = judge(flags)[0], judge(words)[0]
    assert coded.record == worded.record
    assert (coded.record.food_aid, coded.record.cash_transfer, coded.record.occupation) == (True, False, "9")


def test_disabilities_are_read_as_a_list():
    (judged,) = judge(keterangan_disabilitas="SENSORIK NETRA; Fisik")
    assert judged.record.disabilities == ("physical", "sensory_sight")


def test_every_code_says_something_in_both_languages():
    for code, text in ROW_FINDINGS.items():
        assert text.severity in ("reject", "warn"), code
        assert text.text_id and text.text_en and text.text_id != text.text_en, code


class Lines(list):
    other_lines = 0


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=40), max_size=12), st.booleans())
def test_arbitrary_cells_never_raise_and_name_only_known_codes(change, are_numbers):
    good = {field_of(header): cell for header, cell in GOOD.items()}
    strange = {field: NumberCell(cell) if are_numbers else cell for field, cell in change.items()}
    rows = Lines(
        Row(line, tuple({**dict.fromkeys(FIELDS, ""), **good, **cells}.values()))
        for line, cells in enumerate((strange, {}, strange), start=2)
    )
    for judged in judge_rows(rows, regions=REGIONS, on=TODAY):
        assert {code for code, _ in judged.findings} <= ROW_FINDINGS.keys()
        assert judged.record is None or "\x00" not in "".join(map(str, judged.record))
