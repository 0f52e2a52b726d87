"""The admin speaks Indonesian, English by choice, and tells the truth about long lists."""

import pytest

from agencies.web import paginator
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
ENGLISH_BROWSER = {"Accept-Language": "en-GB,en;q=0.9"}


def page(client, path):
    answer = client.get(path, headers=ENGLISH_BROWSER)
    assert answer.status_code == 200
    return answer


def log_in(client):
    values = {"username": "amal.administrator", "password": PASSWORD, "next": "/admin/"}
    assert client.post("/admin/login/", values).status_code == 302


def choose(client, language):
    return client.post("/admin/language/", {"language": language, "next": "/admin/"}, headers=ENGLISH_BROWSER)


def test_an_english_browser_reads_indonesian_until_its_reader_chooses(client, world):
    answer = page(client, "/admin/login/")
    assert (answer["Content-Language"], "Masuk" in answer.content.decode()) == ("id", True)
    choose(client, "en")
    assert "Log in" in page(client, "/admin/login/").content.decode()
    log_in(client)
    answer = page(client, "/admin/")
    assert (answer["Content-Language"], "Households" in answer.content.decode()) == ("en", True)
    chosen = choose(client, "id").cookies["django_language"]
    assert (chosen.value, chosen["max-age"] > 300 * 24 * 3600, chosen["httponly"]) == ("id", True, True)
    assert "Households" not in page(client, "/admin/").content.decode()


def test_a_language_that_we_do_not_speak_is_indonesian(client, world):
    client.cookies["django_language"] = "<script>"
    assert page(client, "/admin/login/")["Content-Language"] == "id"


@pytest.mark.parametrize(("language", "words"), [("id", "lebih dari 7 "), ("en", "more than 7 ")])
def test_a_list_that_is_longer_than_is_counted_says_so(client, world, monkeypatch, language, words):
    log_in(client)
    choose(client, language)
    assert words not in page(client, "/admin/register/person/").content.decode()
    monkeypatch.setattr(paginator, "MOST_ROWS", 7)  # the city of the tests has eight people
    assert words in page(client, "/admin/register/person/").content.decode()
    monkeypatch.setattr(paginator, "MOST_ROWS", 8)
    assert "8 " in page(client, "/admin/register/person/").content.decode()
    assert words.replace("7", "8") not in page(client, "/admin/register/person/").content.decode()
