"""The access log: nothing is read without a row, no row can be changed, and a log that was tampered with is found."""

import json
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from agencies.access.models import AccessRecord, AccessSeal
from agencies.access.seals import seal_records, verify_log
from tests.apart import apart, settled
from tests.conftest import owner
from tests.sharing import share

pytestmark = pytest.mark.django_db
COLUMNS = (
    "at, txid, agency, city, initiator, purpose, basis, action, resource, decision, subjects, fields, count, request_id"
)


def records(**wanted):
    with owner():
        return list(AccessRecord.objects.filter(**wanted).order_by("id"))


def test_a_list_is_one_row_with_everybody_in_the_answer(client, world):
    share(world, "basim", "A daughter", "A mother")
    headers = world.headers("basim", **{"X-Request-Id": "list-of-basim"})
    answer = client.get("/api/v1/households", headers=headers)
    [row] = records(request_id="list-of-basim")
    [household] = answer.json()["data"]
    people = {person["id"] for person in household["people"]}
    assert {str(key) for key in row.subjects} == {household["id"], *people}
    assert len(people) == 2
    assert (row.action, row.resource, row.decision, row.count) == ("list", "household", "granted", 1)
    assert (row.agency, row.client) == (world.agencies["basim"].pk, world.clients["basim"].pk)
    assert (row.initiator, row.purpose, row.city) == ("basim", "schooling", "62.71")
    assert row.basis == "PKS and Perwali" and row.agreement and row.fields == "place neighbourhood"


def test_a_log_row_holds_no_personal_data(client, world):
    client.get("/api/v1/persons", {"name": "canary-name-A"}, headers=world.headers("amal"))
    with owner(), connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM access_accessrecord r")
        text = "".join(row for (row,) in cursor.fetchall())
    assert "canary" not in text
    assert text


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("get", "/api/v1/persons/{person}", "read"),
        ("get", "/api/v1/persons/{person}/history", "history"),
        ("get", "/api/v1/persons", "list"),
        ("post", "/api/v1/persons/{person}/reveal", "reveal_nik_verification"),
    ],
)
def test_each_way_to_read_a_person_leaves_one_row_that_names_it(client, world, method, path, action):
    headers = world.headers("amal", **{"X-Request-Id": "one-reading"})
    key, body = world.people["A son"].pk, {"number": "nik", "reason": "verification"}
    ways = {"get": {}, "post": {"data": body, "content_type": "application/json"}}
    answer = getattr(client, method)(path.format(person=key), headers=headers, **ways[method])
    assert answer.status_code == 200, answer.content
    [row] = records(request_id="one-reading")
    assert row.action == action
    assert key in row.subjects


def test_a_lookup_names_whom_it_found_and_no_number(client, world):
    items = [{"nik": world.numbers["A son"]}, {"nik": world.numbers["D son"]}]
    headers = world.headers("amal", **{"X-Request-Id": "a-lookup-call"})
    answer = client.post("/api/v1/persons:lookup", {"items": items}, content_type="application/json", headers=headers)
    assert [result["status"] for result in answer.json()["results"]] == ["found", "not_found"]
    [row] = records(request_id="a-lookup-call")
    assert row.subjects == [world.people["A son"].pk]


def test_asking_for_what_is_out_of_scope_is_on_record_as_nothing_found(client, world):
    hidden = world.people["D son"].pk
    headers = world.headers("amal", **{"X-Request-Id": "asked-in-vain"})
    client.get(f"/api/v1/persons/{hidden}", headers=headers)
    [row] = records(request_id="asked-in-vain")
    assert (row.decision, row.subjects, row.count) == ("nothing", [hidden], 0)


@pytest.mark.parametrize(
    ("who", "more", "decision"),
    [
        ("emil", {}, "not_granted"),
        ("amal", {"X-Purpose": ""}, "purpose_missing"),
        ("amal", {"X-Purpose": "schooling"}, "purpose_not_covered"),
    ],
)
def test_a_refusal_is_on_record(client, world, who, more, decision):
    headers = world.headers(who, **{"X-Request-Id": "a-refusal", **more})
    assert client.get("/api/v1/persons", headers=headers).status_code in (400, 403)
    [row] = records(request_id="a-refusal")
    assert (row.decision, row.resource, row.agency) == (decision, "person", world.agencies[who].pk)


def test_without_its_log_row_no_data_leaves_and_no_change_stays(client, world):
    with owner(), connection.cursor() as cursor:
        cursor.execute("REVOKE INSERT ON access_accessrecord FROM sinergi_social_officer")
    headers, key = world.headers("amal", **{"Idempotency-Key": "unlogged"}), world.people["A son"].pk
    for path in ("/api/v1/persons", f"/api/v1/persons/{key}", f"/api/v1/persons/{key}/history"):
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "2")
        assert b"canary" not in answer.content
    body = {"region": "62.71.04.1004", "address": "unlogged house"}
    answer = client.post("/api/v1/households", body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    with owner(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM register_household WHERE address = 'unlogged house'")
        assert cursor.fetchone() == (0,)


def test_a_refusal_that_cannot_be_logged_is_answered_503_and_says_no_more(client, world):
    with owner(), connection.cursor() as cursor:
        cursor.execute("REVOKE INSERT ON access_accessrecord FROM sinergi_app")
    answer = client.get("/api/v1/persons", headers=world.headers("emil"))
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


@pytest.mark.parametrize("role", ["sinergi_app", "sinergi_social_administrator", "sinergi_oversight_auditor"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_accessrecord SET initiator = 'x'",
        "DELETE FROM access_accessrecord",
        "TRUNCATE access_accessrecord",
    ],
)
def test_no_runtime_role_changes_the_log(world, role, statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute(statement.format("access_accessrecord"))
        cursor.execute("SET LOCAL ROLE sinergi_app")


def test_the_auditor_reads_who_saw_a_child_and_the_other_city_does_not(client, world):
    child = world.people["A daughter"].pk
    client.get(f"/api/v1/persons/{child}", headers=world.headers("amal"))
    found = client.get("/api/v1/access-records", {"subject": str(child)}, headers=world.headers("emil")).json()["data"]
    assert [(row["agency"], row["purpose"]) for row in found] == [(str(world.agencies["amal"].pk), "registry")]
    other = client.get("/api/v1/access-records", {"subject": str(child)}, headers=world.headers("dina")).json()["data"]
    assert other == []


# ---- the chain: records must have committed, so these work outside the test's transaction and clean up


def as_owner(work):
    """Run in a thread that has become the owner."""

    def run():
        with owner():
            return work()

    return apart(run)


def execute(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def sweep():
    execute("DELETE FROM access_accessseal")
    execute("DELETE FROM access_accessrecord")


def write(number, name="one"):
    for _ in range(number):
        execute(
            "INSERT INTO access_accessrecord (agency, city, initiator, purpose, basis, action, resource, decision,"
            " subjects, fields, count, request_id)"
            " VALUES (%s, '62.71', %s, 'registry', '', 'read', 'person', 'granted', %s, '', 1, '')",
            uuid4(),
            name,
            [uuid4()],
        )


def seal():
    """Seal all that is written; returns how many records."""
    settled()
    return seal_records()


@pytest.fixture
def chain(world, settings, tmp_path):
    """Six records under three seals, anchored; the numbers of the records."""
    settings.ANCHOR_FILE = tmp_path / "anchor"

    def build():
        sweep()
        for _ in range(3):
            write(2)
            assert seal() == 2
        return [key for (key,) in execute("SELECT id FROM access_accessrecord ORDER BY txid, id")]

    yield as_owner(build)
    as_owner(sweep)


def fault_after(*statements):
    def tamper():
        for sql, values in statements:
            execute(sql, *values)
        return verify_log().fault

    return as_owner(tamper)


def test_an_untouched_chain_is_clean_and_the_command_says_so(chain, capsys):
    verdict = as_owner(verify_log)
    assert (verdict.fault, verdict.sealed, verdict.waiting) == (None, 6, 0)
    as_owner(lambda: write(1))
    assert as_owner(verify_log).waiting == 1
    as_owner(lambda: call_command("verify_access_log"))
    assert "6 records sealed and unchanged, 1 waiting" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("initiator", "'somebody else'"),
        ("at", "at - interval '1 day'"),
        ("subjects", "'{}'"),
        ("purpose", "'statistics'"),
        ("agency", "NULL"),
        ("decision", "'nothing'"),
        ("request_id", "'another'"),
    ],
)
def test_a_changed_record_is_named(chain, column, value):
    sql = f"UPDATE access_accessrecord SET {column} = {value} WHERE id = %s"
    assert fault_after((sql, [chain[2]])) == f"record {chain[2]}: changed"
    with pytest.raises(CommandError, match=str(chain[2])):
        as_owner(lambda: call_command("verify_access_log"))


def test_a_deleted_record_is_named(chain):
    assert fault_after(("DELETE FROM access_accessrecord WHERE id = %s", [chain[3]])) == (
        f"record {chain[3]}: deleted or moved"
    )


def test_a_record_slipped_in_behind_the_chain_is_named(chain):
    copy = f"INSERT INTO access_accessrecord (id, {COLUMNS}) SELECT 0, {COLUMNS} FROM access_accessrecord WHERE id = %s"
    assert fault_after((copy, [chain[4]])) == "record 0: slipped in behind the chain"


def test_two_records_that_changed_places_are_found(chain):
    swap = "UPDATE access_accessrecord SET id = %s WHERE id = %s"
    first, second = chain[0], chain[1]
    found = fault_after((swap, [-1, first]), (swap, [first, second]), (swap, [second, -1]))
    assert found == f"record {first}: changed"


def test_a_record_moved_into_a_later_seal_is_found(chain):
    sql = "UPDATE access_accessrecord SET txid = (SELECT max(txid) FROM access_accessrecord) WHERE id = %s"
    assert fault_after((sql, [chain[0]])) == f"record {chain[0]}: deleted or moved"


def test_a_cut_tail_is_found_by_the_anchor(chain):
    last = as_owner(lambda: execute("SELECT max(id) FROM access_accessseal")[0][0])
    assert fault_after(
        ("DELETE FROM access_accessseal WHERE id = %s", [last]),
        ("DELETE FROM access_accessrecord WHERE id = ANY(%s)", [chain[4:]]),
    ) == (f"seal {last}: anchored, but cut off or rebuilt")


def test_a_log_emptied_altogether_is_found_by_the_anchor(chain):
    assert "cut off or rebuilt" in as_owner(lambda: (sweep(), verify_log().fault)[1])


def test_a_rebuilt_chain_is_found_by_the_anchor(chain, settings, tmp_path):
    def rebuild():
        kept, settings.ANCHOR_FILE = settings.ANCHOR_FILE, tmp_path / "forged"
        AccessSeal.objects.all().delete()
        execute("UPDATE access_accessrecord SET initiator = 'nobody' WHERE id = %s", chain[0])
        seal()
        return verify_log(kept).fault

    assert "cut off or rebuilt" in as_owner(rebuild)


def test_a_changed_seal_is_named(chain):
    second = as_owner(lambda: execute("SELECT id FROM access_accessseal ORDER BY id OFFSET 1 LIMIT 1")[0][0])
    sql = "UPDATE access_accessseal SET digest = %s WHERE id = %s"
    assert fault_after((sql, [b"0" * 32, second])) == f"seal {second}: its content was changed"


def test_an_edited_anchor_line_is_named(chain, settings):
    lines = settings.ANCHOR_FILE.read_text().splitlines()
    forged = {**json.loads(lines[1]), "digest": "00" * 32}
    settings.ANCHOR_FILE.write_text("\n".join([lines[0], json.dumps(forged), lines[2]]) + "\n")
    assert as_owner(verify_log).fault == "anchor file line 2: signature is wrong"


def test_a_missing_anchor_file_is_found(chain, settings):
    settings.ANCHOR_FILE.unlink()
    assert as_owner(verify_log).fault == "anchor file: missing"


def test_a_record_of_a_running_transaction_is_left_for_the_next_seal(chain):
    with owner():
        write(1)  # stays uncommitted in the test's transaction
    as_owner(lambda: write(1, "later"))
    assert as_owner(seal_records) == 0
    assert as_owner(verify_log).fault is None


def write_as(txid):
    """A record as a server wrote it whose transactions had that number."""
    write(1)
    execute(
        "UPDATE access_accessrecord SET txid = %s::text::xid8 WHERE id = (SELECT max(id) FROM access_accessrecord)",
        txid,
    )
    return execute("SELECT max(id) FROM access_accessrecord")[0][0]


@pytest.fixture
def restored(chain):
    """The log was dumped with two records that had no seal yet, and restored into a server that counts from five on."""
    return as_owner(lambda: [write_as(txid) for txid in ("900000000001", "900000000002", "5", "6")])


def test_a_log_restored_into_a_younger_server_goes_on_being_sealed(restored):
    assert as_owner(seal) == 4
    verdict = as_owner(verify_log)
    assert (verdict.fault, verdict.sealed, verdict.waiting) == (None, 10, 0)
    as_owner(lambda: write(3))
    assert as_owner(verify_log).waiting == 3
    assert as_owner(seal) == 3
    verdict = as_owner(verify_log)
    assert (verdict.fault, verdict.sealed, verdict.waiting) == (None, 13, 0)


@pytest.mark.parametrize("place", range(4))
def test_a_record_changed_around_a_restore_is_named(restored, place):
    as_owner(seal)
    sql = "UPDATE access_accessrecord SET initiator = 'nobody' WHERE id = %s"
    assert fault_after((sql, [restored[place]])) == f"record {restored[place]}: changed"


def test_a_record_slipped_in_among_those_of_the_younger_server_is_named(restored):
    as_owner(seal)
    copy = (
        f"INSERT INTO access_accessrecord (id, {COLUMNS}) SELECT %s, {COLUMNS} FROM access_accessrecord WHERE id = %s"
    )
    later = restored[-1] + 1000
    assert fault_after((copy, [later, restored[2]])) == f"record {later}: slipped in behind the chain"


def test_the_second_holders_copy_finds_what_was_cut_off_with_our_own_anchor(chain, settings, tmp_path):
    settings.ANCHOR_COPY = tmp_path / "second" / "anchor"
    as_owner(lambda: (write(1), seal()))
    assert settings.ANCHOR_COPY.read_text() == settings.ANCHOR_FILE.read_text()
    settings.ANCHOR_FILE.write_text("".join(settings.ANCHOR_FILE.read_text().splitlines(keepends=True)[:3]))
    last = as_owner(lambda: execute("SELECT max(id) FROM access_accessseal")[0][0])
    found = fault_after(
        ("DELETE FROM access_accessrecord WHERE id > %s", [chain[-1]]),
        ("DELETE FROM access_accessseal WHERE id = %s", [last]),
    )
    assert found == f"seal {last}: anchored, but cut off or rebuilt"


def test_a_copy_that_cannot_be_written_stops_nothing_and_catches_up(chain, settings, tmp_path):
    settings.ANCHOR_COPY = tmp_path / "missing" / "anchor"
    settings.ANCHOR_COPY.parent.write_text("no directory")
    as_owner(lambda: (write(1), seal()))
    assert as_owner(verify_log).fault == f"anchor file {settings.ANCHOR_COPY}: missing"
    settings.ANCHOR_COPY.parent.unlink()
    as_owner(lambda: (write(1), seal()))
    assert settings.ANCHOR_COPY.read_text() == settings.ANCHOR_FILE.read_text()
    assert as_owner(verify_log).fault is None
