"""The embedded PostgreSQL, with real servers in directories of their own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg
import pytest

from coordination.sandbox import binaries, postgres, processes
from coordination.sandbox.home import Home
from coordination.sandbox.provision import provision, provision_tests
from coordination.sandbox.refusal import Refusal

ROLES = ["sinergi_social_officer", "sinergi_education_officer"]


def new_home():
    """Not pytest's own directory: as root the server's account could not pass through it."""
    base = Path(tempfile.mkdtemp(prefix="sinergi-test-"))
    base.chmod(0o711)
    return base


@pytest.fixture(scope="module")
def kept():
    """One cluster for the tests that leave it usable."""
    base = new_home()
    cluster = postgres.cluster("trial", base=base)
    yield cluster
    cluster.reset()
    shutil.rmtree(base)


@pytest.fixture(scope="module")
def provisioned(kept):
    kept.start()
    provision(kept.admin_url, roles=ROLES)
    return kept


def ask(url, statement):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(statement).fetchall()


def do(url, *statements):
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def in_threads(task, times):
    outcomes = []

    def note():
        try:
            outcomes.append(task())
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=note) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def wait_until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: processes.starting_time(pid) is None)


def test_rows_outlive_stop_and_start(kept):
    kept.start()
    do(kept.admin_url, "CREATE TABLE outlives AS SELECT generate_series(1, 1000) AS number")
    kept.stop()
    assert not kept.is_up()
    assert kept.start() is True
    assert kept.start() is False
    assert ask(kept.admin_url, "SELECT count(*) FROM outlives") == [(1000,)]


def test_rows_outlive_a_killed_server(kept):
    kept.start()
    do(kept.admin_url, "CREATE TABLE survives AS SELECT generate_series(1, 1000) AS number")
    kill(kept.home.server())
    assert kept.start() is True
    assert ask(kept.admin_url, "SELECT count(*) FROM survives") == [(1000,)]


def test_a_killed_servers_number_that_a_stranger_now_has_does_not_prevent_the_start(kept):
    """PostgreSQL takes only a process of its own account for its older self."""
    kept.start()
    kill(kept.home.server())
    stranger = subprocess.Popen(["sleep", "60"], user=kept.account.uid)
    try:
        lines = (kept.home.data / "postmaster.pid").read_text().splitlines()
        (kept.home.data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert kept.start() is True
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_several_starters_at_once_get_one_server(kept):
    kept.stop()
    assert sorted(in_threads(kept.start, 4)) == [False, False, False, True]
    assert ask(kept.admin_url, "SELECT 1") == [(1,)]


def test_a_cluster_whose_making_was_interrupted_is_made_anew():
    base = new_home()
    cluster = postgres.cluster("trial", base=base)
    unfinished = cluster.home.path / "data.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text(str(cluster.binaries.major))
    try:
        cluster.start()
        assert ask(cluster.admin_url, "SELECT current_setting('server_encoding')") == [("UTF8",)]
    finally:
        cluster.reset()
        shutil.rmtree(base)


def test_the_last_user_stops_the_server_and_nobody_stops_it_before(kept):
    kept.stop()
    with kept.in_use():
        with kept.in_use():
            pass
        assert kept.is_up()
        with pytest.raises(Refusal, match="in use by a running sandbox"):
            kept.stop()
        with pytest.raises(Refusal, match="in use by a running sandbox"):
            kept.reset()
    assert not kept.is_up()


def test_a_killed_user_does_not_hold_the_server(kept):
    kept.start()
    held = kept.home.path.with_name(f"{kept.home.path.name}.users")
    shared_lock = "import fcntl, sys, time; f = open(sys.argv[1]); fcntl.flock(f, 1); print(1); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-u", "-c", shared_lock, held], stdout=subprocess.PIPE) as user:
        user.stdout.readline()
        with pytest.raises(Refusal):
            kept.stop()
        user.kill()
        user.wait()
    kept.stop()
    assert not kept.is_up()


def test_the_server_listens_on_its_private_socket_only(kept):
    kept.start()
    assert ask(kept.admin_url, "SHOW listen_addresses") == [("",)]
    assert kept.home.socket.stat().st_mode & 0o777 == 0o700


def test_the_servers_log_shows_no_values(kept):
    kept.start()
    statements = (
        "CREATE TABLE IF NOT EXISTS numbers (nik text PRIMARY KEY)",
        "INSERT INTO numbers VALUES ('6271034107990001') ON CONFLICT DO NOTHING",
    )
    do(kept.admin_url, *statements)
    with pytest.raises(psycopg.errors.UniqueViolation):
        do(kept.admin_url, "INSERT INTO numbers VALUES ('6271034107990001')")
    assert "duplicate key" in kept.home.log.read_text()
    assert "6271034107990001" not in kept.home.log.read_text()


def test_another_account_may_not_log_in(kept):
    """Peer authentication: even the server's own account is not mapped to a role, unless it is ours."""
    kept.start()
    identities = (kept.home.path / "pg_ident.conf").read_text().split()
    assert set(identities[1::3]) == {processes_owner()}
    assert ask(kept.admin_url, "SELECT DISTINCT auth_method FROM pg_hba_file_rules") == [("peer",)]


def processes_owner():
    return subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()


def test_a_deep_home_gets_a_short_socket_path():
    home = Home(Path("/", *["a-rather-long-directory-name"] * 6))
    assert len(os.fsencode(home.socket / ".s.PGSQL.5432")) <= 100


def test_a_directory_without_postgresql_is_refused_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("SINERGI_PG_BIN", str(tmp_path))
    with pytest.raises(Refusal) as refusal:
        postgres.cluster("trial", base=tmp_path)
    assert str(refusal.value) == f"SINERGI_PG_BIN is {tmp_path}, which holds no complete PostgreSQL that runs here."


def test_a_postgresql_that_is_too_old_is_refused(tmp_path):
    for name in ("initdb", "pg_ctl", "pg_isready"):
        (tmp_path / name).touch()
    (tmp_path / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
    (tmp_path / "postgres").chmod(0o755)
    with pytest.raises(Refusal, match=r"with PostgreSQL 14\.9; 15 or later is needed"):
        binaries.named(tmp_path)


def test_the_version_that_made_the_data_is_remembered_even_when_another_would_be_chosen(tmp_path, monkeypatch):
    monkeypatch.delenv("SINERGI_PG_BIN", raising=False)
    (tmp_path / "trial.major").write_text("99")
    assert postgres._remembered(tmp_path, "trial").major != 99
    (tmp_path / "trial.major").write_text("99")
    (tmp_path / "trial-99" / "data").mkdir(parents=True)
    with pytest.raises(Refusal, match="needs PostgreSQL 99, which is no longer here"):
        postgres._remembered(tmp_path, "trial")


def test_provisioning_at_once_and_again_succeeds_and_repairs(provisioned):
    def task():
        return provision(provisioned.admin_url, roles=ROLES)

    assert in_threads(task, 3) == [None, None, None]
    do(
        provisioned.admin_url,
        "ALTER ROLE sinergi_app SUPERUSER INHERIT",
        "GRANT sinergi_owner TO sinergi_app",
    )
    task()
    query = """
        SELECT rolsuper, rolinherit, pg_has_role(oid, 'sinergi_owner', 'MEMBER')
        FROM pg_roles WHERE rolname = 'sinergi_app'
    """
    assert ask(provisioned.admin_url, query) == [(False, False, False)]


def test_runtime_roles_have_no_power_of_their_own(provisioned):
    query = """
        SELECT rolname, rolcanlogin, rolinherit FROM pg_roles
        WHERE rolname LIKE 'sinergi%' AND rolname <> 'sinergi_test'
          AND NOT (rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication) ORDER BY rolname
    """
    assert ask(provisioned.admin_url, query) == [
        ("sinergi_app", True, False),
        ("sinergi_education_officer", False, True),
        ("sinergi_owner", True, True),
        ("sinergi_social_officer", False, True),
    ]


def test_the_app_reads_only_under_the_role_it_has_taken(provisioned):
    do(
        provisioned.url("sinergi_owner", "sinergi"),
        "CREATE TABLE IF NOT EXISTS family (name text)",
        "GRANT SELECT ON family TO sinergi_social_officer",
    )
    app_url = provisioned.url("sinergi_app", "sinergi")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(app_url, "SELECT * FROM family")
    with psycopg.connect(app_url) as connection:
        connection.execute("SELECT set_config('role', 'sinergi_social_officer', true)")
        assert connection.execute("SELECT * FROM family").fetchall() == []
    for forbidden in ("CREATE TABLE mine ()", "SET ROLE sinergi_owner", "CREATE TEMP TABLE mine ()"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            do(app_url, forbidden)


def test_a_role_that_left_the_table_is_taken_from_the_app(provisioned):
    provision(provisioned.admin_url, roles=[*ROLES, "sinergi_former_officer"])
    do(provisioned.url("sinergi_app", "sinergi"), "SET ROLE sinergi_former_officer")
    provision(provisioned.admin_url, roles=ROLES)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        do(provisioned.url("sinergi_app", "sinergi"), "SET ROLE sinergi_former_officer")


def test_the_database_has_the_extensions_and_is_closed_to_the_public(provisioned):
    names = "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"
    assert ask(provisioned.url("sinergi_owner", "sinergi"), names) == [
        ("btree_gin",),
        ("btree_gist",),
        ("pg_trgm",),
        ("unaccent",),
    ]
    do(provisioned.admin_url, "DROP ROLE IF EXISTS stranger", "CREATE ROLE stranger")
    query = """
        SELECT has_database_privilege('stranger', 'sinergi', 'CONNECT'),
               has_schema_privilege('stranger', 'public', 'USAGE')
    """
    assert ask(provisioned.url("postgres", "sinergi"), query) == [(False, False)]


def test_the_test_login_starts_as_the_app_and_makes_databases_as_the_owner(provisioned):
    provision_tests(provisioned.admin_url, roles=ROLES)
    test_url = provisioned.url("sinergi_test", "sinergi")
    assert ask(test_url, "SELECT session_user::text, current_user::text") == [("sinergi_test", "sinergi_app")]
    do(test_url, "SET ROLE sinergi_owner", "DROP DATABASE IF EXISTS trial", "CREATE DATABASE trial")
    inside = provisioned.url("sinergi_owner", "trial")
    do(inside, "CREATE EXTENSION pg_trgm", "CREATE EXTENSION btree_gin", "CREATE EXTENSION unaccent")
    provision(provisioned.admin_url, roles=ROLES)
    assert ask(provisioned.admin_url, "SELECT rolcreatedb FROM pg_roles WHERE rolname = 'sinergi_owner'") == [(True,)]


def test_a_login_that_may_not_make_roles_is_told_so(provisioned):
    with pytest.raises(Refusal, match="sinergi_app may not prepare the database"):
        provision(provisioned.url("sinergi_app", "postgres"), roles=[*ROLES, "sinergi_new_officer"])


def test_an_unreachable_server_is_named_without_its_password():
    with pytest.raises(Refusal) as refusal:
        provision("postgresql://admin:geheim@127.0.0.1:1/postgres", roles=ROLES)
    assert str(refusal.value).startswith("the database postgresql://admin@127.0.0.1:1/postgres cannot be reached: ")
    assert "geheim" not in str(refusal.value)
    assert refusal.value.code == 2
