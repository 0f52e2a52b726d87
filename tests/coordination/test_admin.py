"""The admin: each office's administrator sees and changes what the table grants, and nothing else."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from households.intake.models import ImportBatch
from households.register.models import Household, Person, Share
from tests.conftest import owner
from tests.coordination.desk import last_record, page
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
ADMINISTRATORS = ["amal", "basim", "carla", "dina", "emil", "gita"]


@pytest.fixture
def log_in(client, world):
    def enter(username, **more):
        values = {"username": username, "password": PASSWORD, "next": "/admin/", **more}
        return client.post("/admin/login/", values)

    return enter


def share(world, *people):
    with owner():
        return Share.objects.create(
            household=world.households["A"],
            agency=world.agencies["basim"],
            purpose="schooling",
            subjects=[world.people[f"A {who}"].pk for who in people],
            until=localdate() + timedelta(days=30),
        )


def search(client, path, term):
    """Type a term, and follow where the page sends the browser."""
    answer = client.post(path, {"q": term})
    assert answer.status_code == 302
    assert term not in answer["Location"]
    return page(client, answer["Location"])


@pytest.mark.parametrize("name", [f"{who}.administrator" for who in ADMINISTRATORS] + ["emil.auditor"])
def test_every_page_of_the_index_opens_in_indonesian(client, log_in, name):
    assert log_in(name).status_code == 302
    index = page(client, "/admin/")
    assert "Instansi" in index and "Agencies" not in index
    links = sorted(set(re.findall(r'href="(/admin/[a-z]+/[a-z]+/(?:add/)?)"', index)))
    assert links
    for link in links:
        listing = page(client, link)
        for record in re.findall(rf'href="({link}[^"/]+/change/)', listing)[:2]:
            page(client, record)


def test_the_index_speaks_english_by_choice(client, log_in):
    log_in("amal.administrator")
    assert client.post("/admin/language/", {"language": "en", "next": "/admin/"}).status_code == 302
    index = page(client, "/admin/")
    assert "Households" in index and "Keluarga" not in index


def test_social_affairs_lists_its_own_families_only(client, log_in, world):
    log_in("amal.administrator")
    listing = page(client, "/admin/register/household/")
    assert str(world.households["A"].pk) in listing and str(world.households["B"].pk) in listing
    assert "canary-name-A-mother" in listing
    assert str(world.households["D"].pk) not in listing
    assert "-D" not in page(client, "/admin/register/person/")


def test_education_sees_a_family_only_while_it_is_shared(client, log_in, world):
    log_in("basim.administrator")
    assert "canary" not in page(client, "/admin/register/person/")
    share(world, "daughter", "mother")
    listing = page(client, "/admin/register/person/")
    assert "canary-name-A-daughter" in listing and "canary-name-A-son" not in listing


def test_education_sees_only_its_fields_of_a_person(client, log_in, world):
    share(world, "daughter", "mother")
    log_in("basim.administrator")
    record = page(client, f"/admin/register/person/{world.people['A daughter'].pk}/change/")
    assert "canary-name-A-daughter" in record
    for hidden in ("canary-dis", "canary-mother", "canary-birthplace"):
        assert hidden not in record
    assert 'name="school_participation"' in record and 'name="name"' not in record


def test_a_person_of_another_city_is_not_shown(client, log_in, world):
    log_in("amal.administrator")
    answer = client.get(f"/admin/register/person/{world.people['D son'].pk}/change/")
    assert answer.status_code in (302, 404)
    assert "canary" not in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/admin/register/assessment/", "/admin/agencies/officer/", "/admin/register/listing/"]
)
def test_a_page_that_the_table_does_not_grant_is_refused(client, log_in, path):
    log_in("emil.auditor")
    page(client, path, 403)
    assert last_record(initiator="emil.auditor").decision == "not_granted"


@pytest.mark.parametrize("query", ["mother_name__startswith=c", "nik_digest__gt=1", "household__address=x", "o=-2"])
def test_no_query_guesses_at_hidden_fields(client, log_in, world, query):
    share(world, "daughter", "mother")
    log_in("basim.administrator")
    answer = client.get(f"/admin/register/person/?{query}")
    assert answer.status_code in (200, 302, 400)
    assert query.startswith("o=") or "canary" not in answer.content.decode()


def test_a_search_finds_by_the_beginning_of_the_name(client, log_in):
    log_in("amal.administrator")
    listing = search(client, "/admin/register/person/", "CANARY-name-a-t")
    assert "canary-name-A-toddler" in listing and "canary-name-A-son" not in listing
    assert 'value="CANARY-name-a-t"' in listing


def test_a_search_keeps_the_filters_and_starts_at_the_first_page(client, log_in):
    log_in("amal.administrator")
    answer = client.post("/admin/register/person/?sex__exact=F&p=3&q=old", {"q": "canary"})
    assert re.fullmatch(r"/admin/register/person/\?sex__exact=F&q=[\w%-]+", answer["Location"])


def test_a_term_in_the_address_finds_nobody(client, log_in, world):
    log_in("amal.administrator")
    sealed = client.post("/admin/register/person/", {"q": "canary"})["Location"]
    assert "canary-name" in page(client, sealed)
    assert "canary-name" not in page(client, "/admin/register/person/?q=canary")
    client.post("/admin/logout/")
    share(world, "daughter", "mother")
    log_in("basim.administrator")
    assert "canary-name" in page(client, "/admin/register/person/")
    assert "canary-name" not in page(client, sealed)


def test_a_number_in_the_search_box_finds_nobody_and_points_to_the_lookup(client, log_in, world):
    log_in("amal.administrator")
    listing = search(client, "/admin/register/person/", world.numbers["A son"])
    assert "canary" not in listing and "Cari nomor" in listing


@pytest.mark.parametrize(
    ("who", "kind", "found"), [("A son", "nik", 1), ("A card", "family_card_number", 4), ("D son", "nik", 0)]
)
def test_the_lookup_finds_by_number_within_the_city(client, log_in, world, who, kind, found):
    log_in("amal.administrator")
    answer = client.post("/admin/register/person/lookup/", {"kind": kind, "number": world.numbers[who]})
    text = answer.content.decode()
    assert len(re.findall(r'href="/admin/register/person/[^"]+/change/', text)) == found
    assert world.numbers[who] not in text
    assert last_record(action="lookup", initiator="amal.administrator").count == found


def test_the_number_of_queries_does_not_grow_with_the_list(client, log_in, world):
    log_in("amal.administrator")
    page(client, "/admin/register/household/")
    counts = []
    for more in (0, 30):
        with owner():
            for number in range(more):
                home = Household.objects.create(region_id="62.71.04.1004", address=f"Jalan {number}")
                Person(
                    household=home,
                    city="62.71",
                    name=f"x{number}",
                    sex="F",
                    birth_date=date(1980, 1, 1),
                    relation="head",
                ).save(force_insert=True)
        for path in ("/admin/register/household/", "/admin/register/person/"):
            with CaptureQueriesContext(connection) as queries:
                page(client, path)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) < 20


def test_a_page_is_logged_with_everybody_on_it(client, log_in, world):
    log_in("amal.administrator")
    page(client, "/admin/register/household/")
    record = last_record(action="list", resource="household")
    assert {world.households["A"].pk, world.people["A mother"].pk} <= set(record.subjects)
    assert (record.purpose, record.initiator, record.count) == ("registry", "amal.administrator", 2)
    page(client, f"/admin/register/person/{world.people['A son'].pk}/change/")
    seen = [world.people["A son"].pk, world.people["A mother"].pk]  # the family goes by its head
    assert last_record(action="read", resource="person").subjects == seen


def test_a_change_writes_its_columns_and_stands_in_the_history(client, log_in, world):
    log_in("amal.administrator")
    path = f"/admin/register/household/{world.households['A'].pk}"
    values = {"region": "62.71.04.1004", "address": "Jalan Baru 1", "rt": "01", "rw": "02"}
    assert client.post(f"{path}/change/", values).status_code == 302
    with owner():
        household = Household.objects.get(pk=world.households["A"].pk)
    assert (household.address, household.version) == ("Jalan Baru 1", 2)
    history = page(client, f"{path}/history/")
    assert "Jalan Baru 1" in history and "amal.administrator" in history
    assert last_record(action="change").subjects == [household.pk]


def test_a_family_cannot_be_moved_out_of_the_city(client, log_in, world):
    log_in("amal.administrator")
    path = f"/admin/register/household/{world.households['A'].pk}/change/"
    answer = client.post(path, {"region": "63.71.01.1001", "address": "x", "rt": "", "rw": ""})
    assert answer.status_code == 200
    with owner():
        assert Household.objects.get(pk=world.households["A"].pk).city == "62.71"


def test_values_of_closed_lists_are_in_indonesian(client, log_in):
    log_in("amal.administrator")
    listing = page(client, "/admin/register/person/")
    assert "Perempuan" in listing and "Kepala keluarga" in listing and "Female" not in listing


def test_the_words_of_the_admin_change_no_migration(world):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_nothing_is_deleted(client, log_in, world):
    log_in("amal.administrator")
    path = f"/admin/register/person/{world.people['A son'].pk}/delete/"
    assert client.post(path, {"post": "yes"}).status_code == 403


def test_oversight_reads_who_saw_a_person(client, log_in, world):
    log_in("amal.administrator")
    person = world.people["A son"].pk
    page(client, f"/admin/register/person/{person}/change/")
    client.post("/admin/logout/")
    log_in("emil.auditor")
    listing = search(client, "/admin/access/accessrecord/", str(person))
    assert "amal.administrator" in listing


def test_manpower_adds_a_programme_of_its_own(client, log_in, world):
    log_in("carla.administrator")
    values = {"name": "Las dasar", "vocation": "welding", "sectors": "5", "hours": 80, "minimum_age": 18}
    values["minimum_education"] = 0
    assert client.post("/admin/training/programme/add/", values).status_code == 302
    assert "Las dasar" in page(client, "/admin/training/programme/")


def test_an_uploaded_file_becomes_a_batch_of_the_office(client, log_in, world):
    log_in("amal.administrator")
    page(client, "/admin/intake/importbatch/add/")
    file = SimpleUploadedFile("daftar.csv", b"nik,nama\n1,x\n")
    values = {"file": file, "period": "31-12-2022", "dry_run": "on"}
    answer = client.post("/admin/intake/importbatch/add/", values)
    assert answer.status_code == 302, answer.content
    with owner():
        batch = ImportBatch.objects.get()
    assert (batch.agency_id, batch.period, batch.dry_run) == (world.agencies["amal"].pk, date(2022, 12, 31), True)
    assert "daftar.csv" in page(client, answer["Location"])
