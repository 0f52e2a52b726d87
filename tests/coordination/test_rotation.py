"""Keys rotate while the offices work: killed half way, gone on with, and at the end without the old key."""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings as configuration
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from agencies.access import history, keys
from agencies.access.identifiers import new_id
from agencies.access.models import AccessRecord
from agencies.access.resealing import RESEALING, still_older
from agencies.web.models import CallCounter, StoredAnswer
from coordination.referrals.files import drop_older_files, files_of_older_keys, reseal_files
from coordination.referrals.models import Attachment, PullRequest
from coordination.rotation import TABLES, StillNeeded, drop_keys, left_over, make_anew, prepare_key, use_key
from coordination.sandbox.addresses import change
from coordination.trainees import codes
from households.register.models import Household, Person
from households.register.numbers import sealed_number
from tests.agencies.test_access_log import as_owner
from tests.apart import apart, settled
from tests.conftest import owner
from tests.coordination import test_attachments as papers
from tests.coordination import test_pull_requests as pulls
from tests.coordination.test_referrals import get, referral_in
from tests.households.test_imports import register, take_in

ADDRESS = "Jl. Putar 1"
SEEN = ("A son", "B toddler")  # one in the first batches, one in the last
place = papers.place
# Digests and other bytes that no key made.
NOT_SEALED = {
    "agencies_client.secret_digest",
    "agencies_client_history.secret_digest",
    "agencies_accesstoken.digest",
    "intake_importbatch.content_digest",
    "access_accessseal.digests",
    "access_accessseal.previous",
    "access_accessseal.digest",
}
KILLED = """
import os, signal, sys
import django
django.setup()
from dataclasses import replace
from coordination import rotation
rotation.TABLES = [replace(table, batch=2) for table in rotation.TABLES]
heard = []
def tell(table, rows):
    heard.append(table)
    if len(heard) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
rotation.make_anew(tell)
"""


@pytest.fixture
def kept(ring, db):
    """What the committed rows hold before, put back afterwards."""

    def read():
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"SELECT {', '.join(table.stored)}, {table.key[0]} FROM {table.name}")
                yield table, cursor.fetchall()

    before = as_owner(lambda: list(read()))

    def put_back():
        StoredAnswer.objects.filter(key__startswith="rotating").delete()
        Household.objects.filter(address=ADDRESS).delete()
        CallCounter.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, 'on', false)", [RESEALING])
            for table, rows in before:
                columns = ", ".join(f"{name} = %s" for name in table.stored)
                cursor.executemany(f"UPDATE {table.name} SET {columns} WHERE {table.key[0]} = %s", rows)

    yield before
    as_owner(put_back)


def post(world, path, body, key=None):
    headers = world.headers("amal", **{"Idempotency-Key": key or f"rotating-{uuid4().hex}"})
    return apart(lambda: Client().post(f"/api/v1/{path}", body, content_type="application/json", headers=headers))


def works(world, earlier, page):
    """Every number is found, opens and stays taken; a retry is answered; a walk goes on."""
    numbers = sorted((label, number) for label, number in world.numbers.items() if label in SEEN)
    asked = {"items": [{"nik": number} for _, number in numbers]}
    found = post(world, "persons:lookup", asked).json()["results"]
    assert [result["persons"] for result in found] == [[str(world.people[label].pk)] for label, _ in numbers]
    for label, number in numbers:
        person = world.people[label]
        opened = post(world, f"persons/{person.pk}/reveal", {"number": "nik", "reason": "verification"})
        assert opened.json()["value"] == number
        twin = {"household": str(person.household_id), "name": "Twin", "sex": "F", "birth_date": "2015-02-03"}
        answer = post(world, "persons", {**twin, "relation": "child", "nik": number})
        assert (answer.status_code, answer.json()["code"]) == (409, "exists")
    again = post(world, *earlier)
    assert (again.json()["address"], again["Idempotency-Replayed"]) == (ADDRESS, "true")
    rest = apart(lambda: Client().get(f"/api/v1/persons?limit=1&cursor={page}", headers=world.headers("amal")))
    assert rest.status_code == 200, rest.content


def test_keys_rotate_while_the_offices_work_and_the_old_one_goes(world, ring, kept):
    earlier = ("households", {"region": "62.71.04.1004", "address": ADDRESS}, "rotating-before")
    assert post(world, *earlier).status_code == 201
    page = first_page(world)
    versions = as_owner(lambda: count("register_person_history"))
    assert prepare_key() == prepare_key() == 2
    works(world, earlier, page)
    as_owner(lambda: use_key(wait=0))
    needed = as_owner(left_over)
    address = change(
        os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"], options="-c role=sinergi_owner"
    )
    killed = subprocess.run(
        [sys.executable, "-c", KILLED],
        cwd=configuration.BASE_DIR,
        env={**os.environ, "DATABASE_URL": address, "SINERGI_KEYS": str(ring.path)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -9, killed.stderr
    rest = as_owner(left_over)
    assert 0 < rest["register_person"] < needed["register_person"]
    older = as_owner(lambda: [bytes(Person.objects.get(pk=world.people[x].pk).nik_digest)[0] for x in SEEN])
    assert older == [2, 1]
    works(world, earlier, page)
    with pytest.raises(StillNeeded, match="register_person"):
        as_owner(lambda: (settled(), drop_keys(wait=0)))
    assert ring.now.older == [1]
    made = as_owner(lambda: make_anew(lambda table, rows: None))
    assert (made.left, made.damaged, made.done["register_person"]) == ({}, [], rest["register_person"])
    assert as_owner(lambda: (settled(), drop_keys(wait=0))[1]) == [1]
    assert list(ring.now.encryption) == list(ring.now.lookup) == [2]
    works(world, earlier, first_page(world))
    assert as_owner(lambda: count("register_person_history")) == versions
    assert as_owner(lambda: AccessRecord.objects.filter(action="rotate_keys", resource="register_person").exists())


def first_page(world):
    return apart(lambda: Client().get("/api/v1/persons?limit=1", headers=world.headers("amal"))).json()["next_cursor"]


def count(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_key_is_not_taken_away_while_older_work_is_going_on(world, ring):
    prepare_key()
    with owner():
        Person.objects.filter(pk=world.people["A son"].pk).update(phone="9")  # this transaction stays open
        as_owner(lambda: use_key(wait=0))
        with pytest.raises(StillNeeded, match="not ended"):
            as_owner(lambda: drop_keys(wait=0))
    assert ring.now.older == [1]


@pytest.mark.django_db
def test_a_number_that_was_moved_to_another_row_is_named_and_keeps_its_key(world, ring):
    with owner():
        son, daughter = world.people["A son"], world.people["A daughter"]
        Person.objects.filter(pk=son.pk).update(nik_cipher=daughter.nik_cipher)
        prepare_key()
        use_key(wait=0)
        made = make_anew(lambda table, rows: None)
        assert f"register_person {son.pk}: nik_cipher" in made.damaged
        assert still_older(TABLES[0]) == 1


@pytest.mark.django_db
def test_the_same_register_file_under_a_new_key_changes_nothing(client, world, ring):
    take_in(client, world, "register_2022.csv", "2022-12-31", key="before")
    before = register()
    prepare_key()
    use_key(wait=0)
    for key in ("between", "after"):
        told = take_in(client, world, "register_2022.csv", "2022-12-31", key=key)
        assert register() == before
        assert told["counts"]["entries"] == told["counts"]["people_changed"] == told["counts"]["people_new"] == 0
        with owner():
            make_anew(lambda table, rows: None, wait=0)
            assert left_over() == {}


@pytest.mark.django_db
def test_a_paper_is_sealed_anew_and_the_one_before_goes_with_its_key(client, world, ring, place):
    key = referral_in(client, world, "accepted")
    made = papers.hand_in(client, world, key).json()["id"]
    [before] = papers.stored(place / "2026") if (place / "2026").exists() else papers.stored(place)[:1]
    prepare_key()
    use_key(wait=0)
    with owner():
        (Path(f"{before}.2")).write_bytes(b"a run was killed here")
        assert (reseal_files(), reseal_files()) == (1, 0)
        assert list(files_of_older_keys()) == []
        assert Attachment.objects.get(pk=made).stored.endswith(".2")
        assert before.exists()
        drop_older_files()
    assert not before.exists()
    keys.drop_older(ring.path)
    assert get(client, world, "amal", f"attachments/{made}/content").content == papers.PDF


@pytest.mark.django_db
def test_whoever_was_asked_for_before_is_found_under_the_new_key(client, world, ring):
    number = pulls.FREE
    asked = pulls.ask(client, world, nik=number).json()["id"]
    closed = pulls.ask(client, world, nik=world.numbers["A son"]).json()["id"]
    prepare_key()
    use_key(wait=0)
    with owner():
        assert left_over()["pull requests"] == 1
        make_anew(lambda table, rows: None, wait=0)
        assert left_over() == {}
        assert PullRequest.objects.get(pk=closed).digests == []
        assert number.encode() not in b"".join(bytes(kept) for kept in PullRequest.objects.get(pk=asked).digests)
        keys.drop_older(ring.path)
        child = world.people["B toddler"]
        Person.objects.filter(pk=child.pk).update(**sealed_number("nik", child.pk, number))
    answer = pulls.post(client, world, "amal", f"pull-requests/{asked}/answer")
    assert (answer.status_code, answer.json()["person"]) == (200, str(child.pk)), answer.content


def test_what_is_on_paper_outlives_its_keys_and_what_lives_for_minutes_does_not(ring):
    seat, session = new_id(), new_id()
    code, token = codes.code_of(seat), codes.new_token(session)[0]
    keys.write_with(ring.path, keys.add_key(ring.path))
    assert codes.session_of(token) == codes.session_of(codes.new_token(session)[0]) == session
    keys.drop_older(ring.path)
    assert (codes.code_of(seat), codes.whose_code(code, [new_id(), seat])) == (code, seat)
    assert codes.session_of(token) is None


@pytest.mark.django_db
def test_every_stored_byte_is_made_anew_or_was_made_by_no_key():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0"
            " AND NOT a.attisdropped AND a.atttypid IN ('bytea'::regtype, 'bytea[]'::regtype)"
        )
        stored = {row[0] for row in cursor.fetchall()}
    sealed = {f"{table.name}.{name}" for table in TABLES for name in table.stored}
    assert stored == sealed | NOT_SEALED | {"referrals_pullrequest.digests"}


def test_a_second_rotation_at_the_same_time_is_refused(ring):
    with keys.rotating(ring.path), pytest.raises(CommandError, match="going on"):
        call_command("rotate_keys", "--prepare")
    assert list(ring.now.encryption) == [1]


def test_a_key_file_that_is_damaged_for_a_while_changes_nothing(ring):
    whole, before = ring.path.read_text(), ring.now
    ring.path.write_text(whole[:40])
    assert ring.now == before
    ring.path.write_text(json.dumps(json.loads(whole) | {"django": "another"}))
    assert ring.now.django == "another"


def test_a_key_file_of_before_the_first_rotation_is_read(ring):
    raw = keys.new_keys()
    cursor = raw["cursor"]["1"]
    old = {name: raw[name] for name in ("encryption", "lookup", "anchor", "django")} | {"cursor": cursor}
    ring.path.write_text(json.dumps(old))
    assert (ring.now.writes, ring.now.older, ring.now.cursor[1].hex()) == (1, [], cursor)
    assert ring.now.records == ring.now.lookup[1]
    assert keys.add_key(ring.path) == 2
    keys.write_with(ring.path, 2)
    keys.drop_older(ring.path)
    assert ring.now.records.hex() == raw["lookup"]["1"]
    ring.path.write_text(json.dumps(raw | {"writes": 7}))
    with pytest.raises(ValueError, match="same numbers"):
        keys.read_keys(ring.path)


def test_the_web_server_cannot_claim_to_be_a_rotation(db):
    """Not even in a function that runs with the rights of the tables' owner, where it may set the same word."""
    test = change(os.environ["SINERGI_TEST_ADMIN_URL"], dbname=connection.settings_dict["NAME"])
    rights = "LANGUAGE sql SECURITY DEFINER"
    with psycopg.connect(test) as admin:
        admin.execute("SET ROLE sinergi_owner")
        admin.execute(f"CREATE FUNCTION is_seen() RETURNS boolean {rights} AS $$ SELECT {history.SEEN} $$")
        admin.execute("RESET ROLE")
        admin.execute("SELECT set_config(%s, 'on', true)", [RESEALING])
        assert admin.execute("SELECT is_seen()").fetchone() == (False,)
        admin.execute("SET SESSION AUTHORIZATION sinergi_app")
        assert admin.execute("SELECT is_seen()").fetchone() == (True,)
        admin.rollback()
