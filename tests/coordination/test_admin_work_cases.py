"""The page of a schooling case: an officer walks it from the referral to the last check without seeing JSON."""

import re
from datetime import timedelta

import pytest

from coordination.schooling.models import SchoolingCase, Verification
from tests.conftest import owner
from tests.coordination.cases import TODAY, VERIFIED, case_in, long_ago, officer_of
from tests.coordination.desk import CASE, REFERRAL, deeds, do, enter, last_record, page, seen
from tests.coordination.schools import make_place
from tests.coordination.test_referrals import refer

pytestmark = pytest.mark.django_db
VISIT = {
    "visited_on": TODAY.isoformat(),
    "visitor": "Basim",
    "met": "guardian",
    "found": "Membantu di pasar.\r\nMau sekolah.",
}
FORM = {**VERIFIED, "nisn": "", "remarks": "Mau kembali", "support_notes": "Kurang dengar"}


def stored(key):
    with owner():
        return SchoolingCase.objects.get(pk=key)


def page_of(case):
    return f"{CASE}{case['id']}/"


def test_an_officer_walks_a_case_from_the_referral_to_the_enrolment(client, world):
    referral = refer(client, world, person="A daughter").json()["id"]
    place = make_place(capacity=2)
    enter(client, "basim.officer")
    assert deeds(client, f"{REFERRAL}{referral}/")[0] == "open-case"
    case = do(client, f"{REFERRAL}{referral}/", "open-case").removesuffix("change/")
    assert deeds(client, case) == ["assign", "support", "close"]
    do(client, case, "assign", officer=officer_of("basim"))
    do(client, case, "record-visit", **VISIT)
    do(client, case, "verify", **FORM)
    do(client, case, "plan", programme="regular", grade=7, school_year=2026)
    offered = page(client, f"{case}do/offer/")
    assert "SMP 30203387 (sisa 2)" in offered
    do(client, case, "offer", place=str(place.pk))
    do(client, case, "enrol", enrolled_on=TODAY.isoformat(), nisn="0012345678", holds_aid_card="true")
    assert deeds(client, case) == ["assign", "record-visit", "follow-up", "support"]
    text = page(client, f"{case}change/")
    for said in (
        "Terdaftar di sekolah",
        "Membantu di pasar. Mau sekolah.",
        "Putus sekolah",
        "Mencatat kunjungan",
        "Kartu keluarga",
    ):
        assert said in text, said
    assert last_record(action="enrol", resource="schooling_case").purpose == "schooling"
    found = stored(case.split("/")[-2])
    assert (found.status, found.grade, found.support_needs) == ("enrolled", 7, ["transport", "hearing"])


def test_the_verification_is_kept_as_it_was_filled_in(client, world):
    case = page_of(case_in(client, world, "visited"))
    enter(client, "basim.officer")
    form = page(client, f"{case}do/verify/")
    for label in ("Kategori", "Alasan", "Kelas terakhir", "Dokumen", "Keinginan", "NISN", "Kebutuhan dukungan"):
        assert label in form, label
    do(client, case, "verify", **FORM)
    with owner():
        kept = Verification.objects.get()
    assert (kept.category, kept.reasons, kept.last_grade) == ("dropped_out", ["cost", "working"], 6)
    assert (kept.documents, kept.wish, kept.remarks, kept.verifier) == (
        ["family_card"], "school", "Mau kembali", "basim.officer",
    )  # fmt: skip


@pytest.mark.parametrize(
    "language, faults",
    [
        (
            "id",
            [
                ({"category": ""}, "harus diisi"),
                ({"reasons": []}, "harus diisi"),
                ({"verified_on": (TODAY + timedelta(days=1)).isoformat()}, "masa depan"),
                ({"nisn": "12"}, "tidak sah"),
                ({"last_grade": "40"}, "13"),
                ({"wish": "flying"}, "flying"),
                ({"remarks": "a\x07b"}, "tidak terlihat"),
            ],
        ),
        ("en", [({"category": ""}, "required"), ({"verified_on": "2099-01-01"}, "lies ahead")]),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_is_lost(client, world, language, faults):
    case = page_of(case_in(client, world, "visited"))
    enter(client, "basim.officer")
    client.post("/admin/language/", {"language": language, "next": "/admin/"})
    read = seen(page(client, f"{case}do/verify/"))
    for wrong, said in faults:
        text = do(client, case, "verify", 200, read=read, **{**FORM, "support_notes": "Kata kata saya", **wrong})
        row = next(part for part in text.split('class="form-row') if "errorlist" in part)
        assert said in row and f'name="{next(iter(wrong))}"' in row, (wrong, row)
        assert "Kata kata saya" in text and 'value="cost"' in text and text.count("checked") >= 3
    with owner():
        assert not Verification.objects.exists()


def test_who_comes_second_is_told_and_keeps_the_words(client, world):
    case = page_of(case_in(client, world, "visited"))
    enter(client, "basim.officer")
    before = seen(page(client, f"{case}do/verify/"))
    do(client, case, "verify", **FORM)
    text = do(client, case, "verify", 412, read=before, **FORM)
    assert "Data telah berubah sejak Anda baca" in text and "Mau kembali" in text and 'value="working"' in text
    with owner():
        assert Verification.objects.count() == 1
    do(client, case, "verify", read=seen(text), **FORM)
    do(client, case, "plan", programme="regular", grade=7, school_year=2026)
    stale = do(client, case, "verify", 412, read=seen(text), **FORM)
    late = do(client, case, "verify", 409, read=seen(stale), **FORM)
    assert "Status kasus sekarang: Direncanakan." in late and "Mau kembali" in late
    page(client, f"{case}do/verify/", 409)


def test_what_was_written_about_a_case_that_a_colleague_closed_meanwhile_stays_on_the_page(client, world):
    case = page_of(case_in(client, world, "visited"))
    enter(client, "basim.officer")
    before = seen(page(client, f"{case}do/verify/"))
    assert do(client, case, "close", outcome="not_found", words="Rumah kosong") == "/admin/desk/"
    text = do(client, case, "verify", 404, read=before, **FORM)
    assert "Tidak ditemukan" in text and "Mau kembali" in text and "canary" not in text


def test_a_full_school_is_said_to_be_full(client, world):
    place = make_place(capacity=1)
    case = page_of(case_in(client, world, "planned"))
    enter(client, "basim.officer")
    before = seen(page(client, f"{case}do/offer/"))
    with owner():
        type(place).objects.update(taken=1)
    text = do(client, case, "offer", 200, read=before, place=str(place.pk))
    assert "errorlist" in text
    assert stored(case.split("/")[-2]).status == "planned"


def test_checks_are_answered_one_by_one_until_the_child_is_retained(client, world):
    case = page_of(case_in(client, world, "enrolled", enrolled_on=long_ago()))
    enter(client, "basim.officer")
    answer = {"answer": "attending", "answered_on": TODAY.isoformat(), "words": "Hadir terus"}
    early = seen(page(client, f"{case}do/follow-up/"))
    do(client, case, "follow-up", **answer)
    assert "Data telah berubah" in do(client, case, "follow-up", 412, read=early, **answer)
    do(client, case, "follow-up", **answer)
    assert do(client, case, "follow-up", **answer) == "/admin/desk/"
    assert stored(case.split("/")[-2]).status == "retained"


def test_nobody_else_does_anything_with_a_case(client, world):
    case = case_in(client, world, "visited")
    for name in ("basim.administrator", "amal.officer", "carla.officer", "gita.officer"):
        enter(client, name)
        for answer in (client.get(f"{page_of(case)}do/verify/"), client.post(f"{page_of(case)}do/verify/", FORM)):
            assert answer.status_code in (403, 404), (name, answer.status_code)
            assert "canary" not in answer.content.decode()
        assert "/do/" not in client.get(f"{page_of(case)}change/").content.decode()
    assert stored(case["id"]).status == "visited"


def test_dinsos_sees_how_far_the_case_is_but_not_what_was_found(client, world):
    case = case_in(client, world, "verified")
    enter(client, "amal.officer")
    text = page(client, f"{page_of(case)}change/")
    assert "Terverifikasi" in text
    assert not re.search("canary-(visit|remarks|support)", text)


def test_the_case_page_asks_the_same_whatever_hangs_on_it(client, world, django_assert_max_num_queries):
    case = page_of(case_in(client, world, "visited"))
    enter(client, "basim.officer")
    for _ in range(5):
        do(client, case, "record-visit", **VISIT)
    with django_assert_max_num_queries(45):
        page(client, f"{case}change/")
