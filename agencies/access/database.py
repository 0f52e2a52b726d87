"""The second net: database roles, column grants, row security and history, all generated from the table."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models, transaction

from agencies.access import policy
from agencies.access.expressions import column_of, model_of
from agencies.access.history import history_statements
from agencies.access.policy import Grant, database_role
from agencies.access.scopes import as_sql

OWNER, APP = "sinergi_owner", "sinergi_app"
# Open to every role of the table: codes without personal data.
REFERENCE = ("agencies_region", "agencies_regionalias", "django_content_type")
# What the web server itself reads and writes, before and outside a caller's role.
APP_READS = (
    "agencies_agency",
    "agencies_agreement",
    "agencies_region",
    "agencies_regionalias",
    "django_migrations",
)
APP_WRITES = (
    "agencies_accesstoken",
    "agencies_usedassertion",
    "web_callcounter",
    "web_storedanswer",
    "jobs_job",
    "access_accessseal",
)
# Governed tables that the web server knows by itself: who calls, and what is to be done.
OPEN_TO_APP = ("agencies_agency", "agencies_agreement", "agencies_officer", "agencies_client", "jobs_job")
APP_FRAMEWORK = ("django_session", "django_content_type", "axes_", "otp_totp_")


def columns(resource: str, names: list[str]) -> str:
    """Quoted column names of fields."""
    return ", ".join(f'"{column_of(resource, name)}"' for name in names)


def install_access() -> int:
    """Bring the database's grants, policies and history in line with the table; returns the number of statements."""
    every = list(statements())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sinergi access'))")
        cursor.execute(";\n".join(every))  # one message: thousands would take twice the time
    return len(every)


def statements() -> Iterator[str]:
    """Every statement of `install_access`, in order; each may run again."""
    yield from _reset()
    for resource in policy.FIELDS:
        yield from _shield(resource)
    yield from history_statements()
    for role in policy.database_roles():
        yield f"GRANT USAGE ON SCHEMA public TO {role}"
        yield f"GRANT SELECT ON {', '.join(REFERENCE)} TO {role}"
        yield f"GRANT INSERT ON access_accessrecord TO {role}"
        yield f"GRANT USAGE ON SEQUENCE access_accessrecord_id_seq TO {role}"
        yield f"GRANT SELECT, INSERT, UPDATE ON web_storedanswer TO {role}"
        yield f"GRANT SELECT, INSERT, UPDATE ON web_callcounter TO {role}"
    yield f"GRANT EXECUTE ON FUNCTION time_ordered_uuid() TO {', '.join(policy.database_roles())}"
    for function, role in policy.function_grants():
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {role}"
    for function in (*policy.WORKER_FUNCTIONS, *policy.OPEN_FUNCTIONS):
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {APP}"
    # Register files are staged in a temporary table.
    yield (
        "DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO sinergi_social_intake', current_database());"
        " END $$"
    )
    yield from _bookkeeping()
    yield from _runtime_login()


def _reset() -> Iterator[str]:
    """Nobody but the owner has anything, and no policy stands."""
    everyone = ", ".join([APP, *policy.database_roles()])
    for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        yield f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM PUBLIC, {everyone}"
    yield (
        "DO $$ DECLARE p record; BEGIN FOR p IN SELECT policyname, tablename FROM pg_policies"
        " WHERE schemaname = 'public'"
        " LOOP EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename); END LOOP; END $$"
    )


def _shield(resource: str) -> Iterator[str]:
    """Row security and the grants of each role on one table."""
    table = model_of(resource)._meta.db_table
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY'
    yield f'CREATE POLICY owner ON "{table}" TO {OWNER} USING (true)'
    for (kind, role), grants in policy.GRANTS.items():
        if resource in grants:
            yield from _granted(database_role(kind, role), grants[resource], resource, table)


def _granted(role: str, grant: Grant, resource: str, table: str) -> Iterator[str]:
    actions, scope = grant.actions.split(), as_sql(grant.rows, resource)
    yield f'GRANT SELECT ({columns(resource, policy.selectable(resource, grant))}) ON "{table}" TO {role}'
    yield f'CREATE POLICY {role}_read ON "{table}" FOR SELECT TO {role} USING ({scope})'
    if "create" in actions:
        new = as_sql(grant.creates or grant.rows, resource)
        yield f'GRANT INSERT ON "{table}" TO {role}'  # Django names every column in an INSERT
        yield f'CREATE POLICY {role}_create ON "{table}" FOR INSERT TO {role} WITH CHECK ({new})'
    if "change" in actions:
        write = policy.fields(resource, f"{grant.write} system") + moving_keys(resource, grant)
        changed = as_sql(grant.changes or grant.rows, resource)
        yield f'GRANT UPDATE ({columns(resource, write)}) ON "{table}" TO {role}'
        yield f'CREATE POLICY {role}_change ON "{table}" FOR UPDATE TO {role} USING ({changed})'


def moving_keys(resource: str, grant: Grant) -> list[str]:
    """Keys that whoever keeps the register may change: people move house, and their shares follow them."""
    return ["household"] if grant.rows == "registrar" and resource in ("person", "share") else []


def _bookkeeping() -> Iterator[str]:
    """Stored answers belong to one client; the access log takes only rows of the agency that is acting."""
    mine = "nullif((current_setting('app.caller', true)::jsonb)->>'client', '')::uuid"
    agency = "nullif(current_setting('app.agency', true), '')::uuid"
    for table in ("web_storedanswer",):
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY owner ON {table} TO {OWNER}, {APP} USING (true)"
    roles = ", ".join(policy.database_roles())
    yield f"CREATE POLICY mine ON web_storedanswer TO {roles} USING (client_id = (SELECT {mine}))"
    yield f"CREATE POLICY acting ON access_accessrecord FOR INSERT TO {roles} WITH CHECK (agency = (SELECT {agency}))"
    yield f"CREATE POLICY app ON access_accessrecord TO {APP} USING (true)"


def _runtime_login() -> Iterator[str]:
    """What the web server may do before it acts for a caller: know who calls, count, log, run jobs."""
    for table in APP_READS:
        yield f"GRANT SELECT ON {table} TO {APP}"
    for table in APP_WRITES:
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP}"
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table.startswith(APP_FRAMEWORK):
            yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {model._meta.db_table} TO {APP}"
    yield f"GRANT SELECT ON agencies_officer, agencies_client TO {APP}"
    yield f"GRANT UPDATE (last_login, password) ON agencies_officer TO {APP}"
    yield f"GRANT SELECT, INSERT ON access_accessrecord TO {APP}"
    # Which files are still wanted, for the sweep: random names, nothing about anybody.
    yield f"GRANT SELECT (stored, removed_at) ON referrals_attachment TO {APP}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP}"
    for table in (*OPEN_TO_APP, "referrals_attachment"):
        yield f"CREATE POLICY app ON {table} TO {APP} USING (true)"


def personal_tables() -> list[type[models.Model]]:
    """The models under row security."""
    return [model_of(resource) for resource in policy.FIELDS]
