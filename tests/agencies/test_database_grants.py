"""The second net as PostgreSQL's own catalogue tells it: exactly what the access table grants, and nothing else."""

import pytest
from django.apps import apps
from django.db import connection

from agencies.access import policy
from agencies.access.checks import login_faults
from agencies.access.database import OWNER, moving_keys, personal_tables
from agencies.access.expressions import model_of
from agencies.access.history import KEPT, STAMP, history_table
from tests.conftest import owner

pytestmark = pytest.mark.django_db
APP = "sinergi_app"
# What every role of the table has besides its grants. Another line here is a decision about personal data.
OPEN_TO_ROLES = {
    ("agencies_region", "SELECT"),
    ("agencies_regionalias", "SELECT"),
    ("django_content_type", "SELECT"),
    ("access_accessrecord", "INSERT"),
    *((table, verb) for table in ("web_storedanswer", "web_callcounter") for verb in ("SELECT", "INSERT", "UPDATE")),
}
# Governed tables that the log-in itself reads before it acts for a caller: who calls, and its own bookkeeping.
OPEN_TO_APP = {
    "agencies_agency": {"SELECT"},
    "agencies_agreement": {"SELECT"},
    "agencies_officer": {"SELECT"},
    "agencies_client": {"SELECT"},
    "access_accessrecord": {"SELECT", "INSERT"},
    "jobs_job": {"SELECT", "INSERT", "UPDATE", "DELETE"},
}


def rows(sql, *values):
    with owner(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def column_grants():
    """(role, table, column, privilege) of each grant on single columns."""
    return {
        tuple(row)
        for row in rows(
            "SELECT r.rolname, c.relname, a.attname, x.privilege_type FROM pg_attribute a"
            " JOIN pg_class c ON c.oid = a.attrelid, aclexplode(a.attacl) x JOIN pg_roles r ON r.oid = x.grantee"
            " WHERE c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped AND r.rolname <> %s",
            OWNER,
        )
    }


def table_grants():
    """(role, table, privilege) of each grant on a whole table or view."""
    return {
        tuple(row)
        for row in rows(
            "SELECT r.rolname, c.relname, x.privilege_type FROM pg_class c, aclexplode(c.relacl) x"
            " JOIN pg_roles r ON r.oid = x.grantee"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p') AND r.rolname <> %s",
            OWNER,
        )
    }


def columns(resource, names):
    return [model_of(resource)._meta.get_field(name).column for name in names]


def granted():
    for (kind, role), grants in policy.GRANTS.items():
        for resource, found in grants.items():
            yield policy.database_role(kind, role), resource, found, model_of(resource)._meta.db_table


def wanted_column_grants():
    for role, resource, found, table in granted():
        for column in columns(resource, policy.selectable(resource, found)):
            yield role, table, column, "SELECT"
        if "change" in found.actions.split():
            written = policy.fields(resource, f"{found.write} system") + moving_keys(resource, found)
            yield from ((role, table, column, "UPDATE") for column in columns(resource, written))
        if "history" in found.actions.split() and resource in KEPT:
            shown = [*STAMP, *columns(resource, policy.fields(resource, f"key {found.read} system"))]
            yield from ((role, history_table(resource), column, "SELECT") for column in shown)
    yield from ((APP, "agencies_officer", column, "UPDATE") for column in ("last_login", "password"))
    # Which files the sweep must keep: random names, and nothing about anybody.
    yield from ((APP, "referrals_attachment", column, "SELECT") for column in ("stored", "removed_at"))


def wanted_table_grants():
    for role, _, found, table in granted():
        if "create" in found.actions.split():
            yield role, table, "INSERT"
    for role in policy.database_roles():
        yield from ((role, table, verb) for table, verb in OPEN_TO_ROLES)


def test_no_column_is_granted_beyond_the_table_and_none_is_missing():
    assert column_grants() ^ set(wanted_column_grants()) == set()


def test_no_role_holds_a_whole_table_beyond_inserts_and_reference_data():
    held = {grant for grant in table_grants() if grant[0] != APP}
    assert held ^ set(wanted_table_grants()) == set()


def test_the_login_holds_no_governed_table_but_those_of_who_calls():
    governed = {model._meta.db_table for model in personal_tables()} | {history_table(name) for name in KEPT}
    held = {}
    for role, table, verb in table_grants():
        if role == APP and table in governed:
            held.setdefault(table, set()).add(verb)
    assert held == OPEN_TO_APP
    assert login_faults() == []


def test_a_role_writes_only_what_the_table_lets_it_write():
    for role, resource, found, _ in granted():
        kind, _, name = role.removeprefix("sinergi_").partition("_")
        assert set(policy.writable(kind, name, resource)) == set(policy.fields(resource, found.write))


def test_row_security_is_enabled_and_forced_on_every_governed_table_and_its_history():
    wanted = {model._meta.db_table for model in personal_tables()} | {history_table(name) for name in KEPT}
    wanted.add("web_storedanswer")
    shielded = rows("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    assert wanted - {name for (name,) in shielded} == set()


def test_each_granted_command_has_one_policy_for_its_role_and_no_other_policy_stands():
    wanted = {(table, role, "SELECT") for role, _, _, table in granted()}
    for role, resource, found, table in granted():
        words = found.actions.split()
        wanted |= {
            (table, role, verb) for action, verb in (("create", "INSERT"), ("change", "UPDATE")) if action in words
        }
        if "history" in words and resource in KEPT:
            wanted.add((history_table(resource), role, "SELECT"))
    wanted |= {("access_accessrecord", role, "INSERT") for role in policy.database_roles()}
    wanted |= {("web_storedanswer", role, "ALL") for role in policy.database_roles()}
    found = rows(
        "SELECT tablename, unnest(roles)::text, cmd FROM pg_policies WHERE schemaname = 'public'"
        " AND NOT roles <@ ARRAY['sinergi_owner', 'sinergi_app']::name[]"
    )
    assert {tuple(row) for row in found} ^ wanted == set()


def test_no_policy_is_for_everybody_or_lets_a_role_pass_unasked():
    assert rows("SELECT tablename, policyname FROM pg_policies WHERE roles @> '{public}'::name[]") == []
    open_scopes = {
        model_of(resource)._meta.db_table for _, resource, found, _ in granted() if "every" in found.rows.split()
    }
    unasked = rows(
        "SELECT tablename FROM pg_policies WHERE (qual = 'true' OR with_check = 'true')"
        " AND NOT roles <@ ARRAY['sinergi_owner', 'sinergi_app']::name[]"
    )
    assert {table for (table,) in unasked} <= open_scopes


def test_a_table_that_the_access_table_does_not_know_is_closed_to_every_role():
    governed = {model._meta.db_table for model in personal_tables()} | {history_table(name) for name in KEPT}
    known = governed | {table for table, _ in OPEN_TO_ROLES}
    roles = set(policy.database_roles())
    held = {table for role, table, _ in table_grants() if role in roles}
    held |= {table for role, table, *_ in column_grants() if role in roles}
    assert held - known == set()


def test_nothing_of_ours_is_granted_to_public():
    tables = rows(
        "SELECT c.relname FROM pg_class c, aclexplode(c.relacl) x"
        " WHERE c.relnamespace = 'public'::regnamespace AND x.grantee = 0"
    )
    functions = rows(
        "SELECT p.proname FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x"
        " WHERE p.pronamespace = 'public'::regnamespace AND x.grantee = 0 AND NOT EXISTS"
        " (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )
    assert (tables, functions) == ([], [])


def test_functions_with_the_owners_rights_pin_their_search_path():
    loose = rows(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace AND NOT EXISTS"
        " (SELECT 1 FROM unnest(proconfig) c WHERE c LIKE 'search_path=pg_catalog, public, pg_temp%%')"
    )
    assert loose == []


def test_runtime_roles_are_neither_superuser_nor_beyond_row_security():
    names = [APP, *policy.database_roles()]
    found = rows(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND NOT rolsuper AND NOT rolbypassrls"
        " AND NOT rolcreaterole AND (rolname = 'sinergi_app' OR NOT rolcanlogin)",
        names,
    )
    assert {name for (name,) in found} == set(names)


def test_runtime_roles_own_nothing_and_may_truncate_nothing():
    owners = rows("SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    assert not {name for (name,) in owners} & {APP, *policy.database_roles()}
    assert not {grant for grant in table_grants() if grant[2] in ("TRUNCATE", "TRIGGER", "REFERENCES")}


def test_every_view_asks_with_the_rights_of_its_reader():
    views = rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
        " AND NOT coalesce('security_invoker=true' = ANY(reloptions), false)"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')"
    )
    assert views == []


def test_each_model_with_a_person_in_it_is_governed():
    governed = set(personal_tables())
    for model in apps.get_models(include_auto_created=True):
        points_at = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
        if points_at & {model_of("person"), model_of("household")}:
            assert model in governed, model
