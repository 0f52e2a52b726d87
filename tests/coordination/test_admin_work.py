"""The officers' pages: what awaits the office, and what is done from it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coordination.referrals.models import PullRequest, Referral
from tests.conftest import owner
from tests.coordination.desk import enter, last_record, page
from tests.coordination.test_queue_rights import crowd
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
DESK = "/admin/desk/"


@pytest.fixture
def log_in(client, world):
    return lambda username: enter(client, username)


def items(text):
    return re.findall(r'name="items" value="([^"]+)"', text)


def refer(client, world, ticked, **more):
    body = {"items": ticked, "to_agency": str(world.agencies["basim"].pk), "reason": "Putus sekolah", **more}
    answer = client.post(DESK, body)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", ["amal.officer", "amal.supervisor", "basim.officer", "carla.officer", "gita.officer"])
def test_who_does_the_work_of_an_office_finds_it_on_a_page(client, log_in, name):
    assert client.post("/admin/login/", {"username": name, "password": PASSWORD, "next": DESK}).status_code == 302
    assert "Pekerjaan hari ini" in page(client, "/admin/")
    page(client, DESK)


@pytest.mark.parametrize("name", ["amal.administrator", "basim.administrator", "emil.auditor", "emil.administrator"])
def test_who_keeps_accounts_or_the_log_does_no_work(client, log_in, name):
    log_in(name)
    assert "Pekerjaan hari ini" not in page(client, "/admin/")
    page(client, DESK, 403)
    assert last_record(initiator=name).decision == "not_granted"


@pytest.mark.parametrize("name", ["amal.analyst", "amal.health_officer", "farah.officer"])
def test_the_desk_stays_closed_for_others(client, log_in, name):
    assert client.post("/admin/login/", {"username": name, "password": PASSWORD}).status_code == 200
    log_in(name)
    assert client.get(DESK).status_code == 302


def test_the_queue_names_whom_the_office_may_see_and_why_they_wait(client, log_in, world):
    log_in("amal.officer")
    text = page(client, DESK)
    assert "canary-name-A-daughter" in text and "canary-name-B-daughter" in text
    assert "Anak usia sekolah yang tidak bersekolah lagi" in text and "Anak tidak bersekolah (2)" in text
    assert "-D" not in text
    record = last_record(resource="person", action="list")
    assert world.people["A daughter"].pk in record.subjects
    assert (record.purpose, record.initiator) == ("casework", "amal.officer")
    client.post("/admin/language/", {"language": "en", "next": DESK})
    assert "Of school age and no longer in a school" in page(client, DESK)


def test_the_other_city_sees_its_own_queue(client, log_in):
    log_in("dina.officer")
    text = page(client, DESK)
    assert "canary-name-D-daughter" in text and "canary-name-A" not in text


def test_an_office_is_not_told_who_waits_where_it_may_not_see_them(client, log_in):
    log_in("basim.officer")
    text = page(client, DESK)
    assert "canary" not in text and "Belum terlihat oleh kantor Anda: 2 anak" in text
    assert len(items(text)) == 2


@pytest.mark.parametrize(
    ("query", "seen"),
    [("kind=child_out_of_school", "AB"), ("kind=visit_due", ""), ("region=62.71.01.1001", "B"), ("overdue=true", "")],
)
def test_the_queue_is_narrowed(client, log_in, query, seen):
    log_in("amal.officer")
    text = page(client, f"{DESK}?{query}")
    assert [mark for mark in "AB" if f"canary-name-{mark}-daughter" in text] == list(seen)


@pytest.mark.parametrize("query", ["kind=x", "region=1", "assignee=x", "cursor=x"])
def test_a_filter_that_is_none_is_refused_in_words(client, log_in, query):
    log_in("amal.officer")
    assert "tidak sah" in page(client, f"{DESK}?{query}", 400)


def test_the_queue_goes_on_page_by_page_with_as_many_queries(client, log_in, world):
    log_in("amal.officer")
    with CaptureQueriesContext(connection) as few:
        page(client, DESK)
    crowd(world, **{"62.71.02.1001": 60})
    with CaptureQueriesContext(connection) as many:
        first = page(client, DESK)
    assert len(items(first)) == 50
    assert len(many) <= len(few) < 25
    following = re.search(r'href="(\?cursor=[^"]+)"', first)[1]
    second = page(client, DESK + following)
    assert len(items(second)) == 12 and not set(items(first)) & set(items(second))
    log_in("amal.supervisor")
    page(client, DESK + following, 400)


def test_ticked_children_are_referred_and_each_result_is_told(client, log_in, world):
    log_in("amal.officer")
    ticked = items(page(client, DESK))
    told = refer(client, world, [*ticked, "x"], due_on="2099-01-31")
    assert told.count("Sudah dirujuk") == 2 and "mungkin sudah dirujuk petugas lain" in told
    again = refer(client, world, ticked)
    assert again.count("mungkin sudah dirujuk petugas lain") == 2
    with owner():
        made = Referral.objects.get(person=world.people["A daughter"])
    assert (made.status, made.to_agency_id) == ("requested", world.agencies["basim"].pk)
    assert (made.reason, str(made.due_on)) == ("Putus sekolah", "2099-01-31")
    assert "Rujukan untuk dijawab (2)" not in page(client, DESK)
    log_in("basim.officer")
    assert "Rujukan untuk dijawab (2)" in page(client, DESK)


def test_all_children_of_a_page_are_referred_at_once(client, log_in, world):
    log_in("amal.officer")
    ticked = items(page(client, DESK))
    assert refer(client, world, [], shown=ticked, all="1").count("Sudah dirujuk") == 2


def test_what_was_filled_in_is_kept_when_something_is_missing(client, log_in, world):
    log_in("amal.officer")
    ticked = items(page(client, DESK))
    kept = refer(client, world, ticked[:1], reason="")
    assert kept.count("checked") == 1 and "errorlist" in kept
    assert f'value="{world.agencies["basim"].pk}" selected' in kept
    assert "Centang sekurang-kurangnya satu anak" in refer(client, world, [])
    foreign = refer(client, world, ticked, to_agency=str(world.agencies["carla"].pk))
    assert "errorlist" in foreign
    with owner():
        assert not Referral.objects.exists()


def test_education_asks_for_children_whom_it_may_not_see(client, log_in, world):
    log_in("basim.officer")
    ticked = items(page(client, DESK))
    answer = client.post(DESK, {"items": [*ticked, "x"], "reason": "Perlu kembali bersekolah"}).content.decode()
    assert answer.count("Sudah diminta") == 2 and "Tidak ditemukan" in answer and "canary" not in answer
    again = client.post(DESK, {"items": ticked[:1], "reason": "Perlu"}).content.decode()
    assert "sudah ada" in again
    with owner():
        assert PullRequest.objects.filter(from_agency=world.agencies["basim"]).count() == 2


def test_manpower_ticks_nobody(client, log_in, world):
    log_in("carla.officer")
    assert items(page(client, DESK)) == []
    answer = client.post(DESK, {"items": ["x"], "to_agency": str(world.agencies["basim"].pk), "reason": "x"})
    assert answer.status_code == 200 and "Sudah" not in answer.content.decode()


def test_a_forged_form_is_refused(world, client, log_in):
    log_in("amal.officer")
    client.handler.enforce_csrf_checks = True
    assert client.post(DESK, {"items": ["x"], "reason": "x"}).status_code == 403
