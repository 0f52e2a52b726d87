"""The pages of referrals, of requests for them, of applications and of a family's past, as officers use them."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from coordination.referrals.models import Attachment, PullRequest, Referral
from coordination.timeline.sentences import SENTENCES
from coordination.timeline.sources import SOURCES
from coordination.trainees.models import Outcome
from coordination.training.models import Application
from tests.conftest import owner
from tests.coordination.cases import TODAY, case_in, officer_of
from tests.coordination.courses import Course
from tests.coordination.desk import REFERRAL, deeds, do, enter, last_record, page, seen
from tests.coordination.test_outcomes import long_over
from tests.coordination.test_referrals import post, refer

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def page_of(answer):
    return f"{REFERRAL}{answer.json()['id']}/"


def stored(record):
    with owner():
        return Referral.objects.get(pk=record.split("/")[-2])


def test_each_side_is_offered_its_moves_and_makes_them(client, world):
    referral = page_of(refer(client, world))
    enter(client, "amal.officer")
    assert deeds(client, referral) == ["withdraw", "transfer", "cancel", "amend", "note", "attach"]
    do(client, referral, "note", text="Mohon segera")
    do(client, referral, "amend", reason="Putus sekolah sejak Juli", due_on=(TODAY + timedelta(days=30)).isoformat())
    enter(client, "basim.supervisor")
    moves = ["open-case", "accept", "decline", "return", "assign", "transfer", "note", "attach"]
    assert deeds(client, referral) == moves
    do(client, referral, "accept")
    do(client, referral, "assign", officer=officer_of("basim"))
    do(client, referral, "hold", reason="Menunggu rapor")
    text = page(client, f"{referral}change/")
    for said in ("Mohon segera", "Menunggu rapor", "Ditunda", "Menunda", "basim officer", "Putus sekolah sejak Juli"):
        assert said in text, said
    assert "fail" in deeds(client, referral) and "accept" not in deeds(client, referral)
    assert last_record(action="hold", resource="referral").initiator == "basim.supervisor"
    do(client, referral, "resume")
    do(client, referral, "complete", outcome="Kembali bersekolah")
    assert stored(referral).status == "completed"
    assert deeds(client, referral) == []


def test_a_reason_is_asked_for_where_the_call_needs_one(client, world):
    referral = page_of(refer(client, world))
    enter(client, "basim.officer")
    text = do(client, referral, "decline", 200, reason=" ")
    assert "errorlist" in text
    assert stored(referral).status == "requested"
    assert do(client, referral, "decline", reason="Bukan warga kota") == f"{referral}change/"
    assert (stored(referral).status, stored(referral).outcome) == ("declined", "Bukan warga kota")


def test_who_decides_second_is_told_what_is_possible_now(client, world):
    referral = page_of(refer(client, world))
    enter(client, "basim.officer")
    before = seen(page(client, f"{referral}change/"))
    do(client, referral, "accept")
    stale = do(client, referral, "decline", 412, read=before, reason="Tidak cocok")
    assert "Data telah berubah" in stale and "Tidak cocok" in stale
    text = do(client, referral, "decline", 409, read=seen(stale), reason="Tidak cocok")
    assert "Status rujukan sekarang: Diterima." in text and "Yang mungkin sekarang: Mengembalikan" in text
    client.post("/admin/language/", {"language": "en", "next": "/admin/"})
    text = do(client, referral, "decline", 409, read=seen(text), reason="Tidak cocok")
    assert "The referral now is: Accepted." in text and "Possible now: Returned" in text
    assert stored(referral).status == "accepted"


def test_a_referral_goes_on_to_another_office_only_where_it_can(client, world):
    referral = page_of(refer(client, world))
    enter(client, "basim.officer")
    assert 'value="---------"' not in page(client, f"{referral}do/transfer/")
    text = do(client, referral, "transfer", 200, to_agency=str(world.agencies["carla"].pk), reason="x")
    assert "errorlist" in text
    assert stored(referral).status == "requested"


@pytest.mark.parametrize("name", ["dina.officer", "carla.officer", "gita.officer"])
def test_strangers_find_no_referral_and_move_none(client, world, name):
    referral = page_of(refer(client, world))
    enter(client, name)
    assert client.get(f"{referral}change/").status_code == 302
    assert client.get(f"{referral}do/accept/").status_code == 404
    assert client.post(f"{referral}do/accept/", {"seen": "1"}).status_code == 404
    assert stored(referral).status == "requested"


@pytest.mark.parametrize("name", ["amal.administrator", "basim.administrator"])
def test_who_keeps_the_accounts_moves_no_referral(client, world, name):
    referral = page_of(refer(client, world))
    enter(client, name)
    assert deeds(client, referral) == []
    assert client.post(f"{referral}do/accept/", {"seen": "1"}).status_code == 403
    assert last_record(initiator=name).decision == "not_granted"
    assert stored(referral).status == "requested"


def test_a_paper_is_filed_fetched_and_taken_back(client, world):
    referral = page_of(refer(client, world))
    enter(client, "basim.officer")
    refused = do(client, referral, "attach", 422, file=SimpleUploadedFile("x.pdf", b"MZ", "application/pdf"))
    assert "Hanya berkas PDF, JPEG atau PNG" in refused
    do(client, referral, "attach", file=SimpleUploadedFile("surat.pdf", PDF, "application/pdf"))
    paper = re.search(r'href="(/admin/referrals/attachment/[^"]+/)change/"', page(client, f"{referral}change/"))[1]
    enter(client, "amal.officer")
    assert deeds(client, paper) == []
    answer = client.get(f"{paper}content/")
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment") and answer["X-Content-Type-Options"] == "nosniff"
    assert last_record(action="download").initiator == "amal.officer"
    enter(client, "dina.officer")
    assert client.get(f"{paper}content/").status_code == 404
    enter(client, "basim.officer")
    do(client, paper, "remove")
    assert client.get(f"{paper}content/").status_code == 404
    with owner():
        assert Attachment.objects.get().removed_at


def test_dinsos_answers_a_request_by_a_referral_or_declines_it(client, world):
    asked = {"kind": "schooling", "reason": "Terlihat di pasar", "nik": world.numbers["A daughter"]}
    keys = [post(client, world, "basim", "pull-requests", asked).json()["id"] for _ in range(2)]
    enter(client, "basim.officer")
    assert deeds(client, f"/admin/referrals/pullrequest/{keys[0]}/") == []
    enter(client, "amal.officer")
    one, other = (f"/admin/referrals/pullrequest/{key}/" for key in keys)
    assert deeds(client, one) == ["answer", "decline"]
    made = do(client, one, "answer", reason="Putus sekolah")
    assert "canary-name-A-daughter" in page(client, made)
    assert "sudah ada" in do(client, other, "answer", 409, reason="Putus sekolah")
    do(client, other, "decline", reason="Sudah dirujuk")
    with owner():
        assert [row.status for row in PullRequest.objects.order_by("pk")] == ["answered", "declined"]


def test_manpower_decides_on_an_application_that_awaits_it(client, world):
    refer(client, world, who="amal", person="A mother", to="carla", kind="training", batch=str(world.batch))
    enter(client, "carla.officer")
    with owner():
        application = Application.objects.get()
    record = f"/admin/training/application/{application.pk}/"
    assert {"accept", "decline", "withdraw"} <= set(deeds(client, record))
    do(client, record, "accept", override_reason="Sudah terampil")
    with owner():
        assert Application.objects.get().status == "accepted"
    enter(client, "carla.administrator")
    assert deeds(client, record) == []


def test_the_timeline_tells_each_office_what_it_may_know_in_sentences(client, world):
    case_in(client, world, "verified")
    timeline = f"/admin/desk/timeline/{world.households['A'].pk}/"
    enter(client, "amal.officer")
    text = page(client, timeline)
    sent = "Office of amal merujuk ke Office of basim, jenis: "
    for said in (sent, "Masuk daftar DTKS", "Data keluarga dibuka untuk Office of basim", "Langkah kasus sekolah: "):
        assert said in text, said
    assert "canary-remarks" not in text and "canary-visit" not in text
    record = last_record(action="timeline")
    assert (record.purpose, record.initiator) == ("casework", "amal.officer")
    assert world.people["A daughter"].pk in last_record(action="list", resource="person").subjects
    household = world.households["A"].pk
    assert timeline in page(client, f"/admin/register/household/{household}/change/")
    enter(client, "basim.officer")
    text = page(client, timeline)
    assert "canary-visit" in text and "Masuk daftar" not in text and "canary-name-A-son" not in text
    client.post("/admin/language/", {"language": "en", "next": timeline})
    assert "Office of amal referred to Office of basim" in page(client, timeline)
    for name in ("dina.officer", "carla.officer"):
        enter(client, name)
        page(client, timeline, 404)
    enter(client, "amal.administrator")
    page(client, timeline, 403)


def test_every_event_has_sentences_of_what_it_shows():
    shows = {source.name: set(source.shows.split()) for source in SOURCES}
    assert set(SENTENCES) == set(shows)
    for name, both in SENTENCES.items():
        parts = [re.findall(r"{(\w+)}", " ".join(clauses)) for clauses in both]
        assert parts[0] == parts[1] and set(parts[0]) <= shows[name], name


def test_manpower_asks_a_graduate_from_the_queue(client, world):
    course = Course(world, client, source="referral")
    course.attend("ppppp", "ppppp", "aaaaa")
    assert course.move("finish").status_code == 200
    long_over(course)
    enter(client, "carla.officer")
    queue = page(client, "/admin/desk/?kind=follow_up_due")
    listing = re.search(r'href="(/admin/trainees/trainee/\?person[^"]+)"', queue)[1]
    trainee = re.search(r'href="(/admin/trainees/trainee/[^"]+/change/)', page(client, listing))[1]
    with owner():
        first = Outcome.objects.get(trainee=trainee.split("/")[-3], months=3)
    check = f"/admin/trainees/outcome/{first.pk}/"
    assert f"{check}change/" in page(client, trainee)
    given = {"answered_on": TODAY.isoformat(), "income_band": "", "words": "Bekerja di kebun"}
    refused = do(client, check, "answer", 422, answer="not_reached", **{**given, "income_band": "below_1m"})
    assert "errorlist" in refused and "Bekerja di kebun" in refused
    do(client, check, "answer", answer="not_reached", **given)
    assert last_record(action="answer", resource="outcome").initiator == "carla.officer"
