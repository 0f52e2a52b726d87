"""What only a database administrator may do: log-ins, roles of the access table, database, extensions.

Run it once per server, and again whenever the access table gains a role; it changes only what differs.
"""

import argparse
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from coordination.sandbox.addresses import change, without_secrets
from coordination.sandbox.refusal import Refusal, exit_with

Admin = psycopg.Connection[tuple[Any, ...]]

APP = "sinergi_app"
OWNER = "sinergi_owner"
TEST = "sinergi_test"
DATABASE = "sinergi"
EXTENSIONS = ("btree_gin", "btree_gist", "pg_trgm", "unaccent")
OLDEST = 150000
GRANT_OPTIONS_SINCE = 160000
BUILTIN_LOCALE_SINCE = 170000
ONE_AT_A_TIME = 0x51E6
NOTHING = {"rolsuper": False, "rolbypassrls": False, "rolcreaterole": False, "rolreplication": False}
WORDS = {
    "rolsuper": "SUPERUSER",
    "rolbypassrls": "BYPASSRLS",
    "rolcreaterole": "CREATEROLE",
    "rolreplication": "REPLICATION",
    "rolcreatedb": "CREATEDB",
    "rolinherit": "INHERIT",
    "rolcanlogin": "LOGIN",
}


def provision(
    admin_url: str,
    *,
    database: str = DATABASE,
    app_password: str | None = None,
    owner_password: str | None = None,
    roles: Sequence[str] | None = None,
) -> None:
    """Make everything the product needs from an administrator; safe to repeat, also by two at once.

    Passwords are None where the server knows its clients without (peer). `roles`: those of the access table.
    Raises Refusal when the server cannot be reached, is too old, or the log-in may not do this.
    """
    roles = policy_roles() if roles is None else roles
    with administration(admin_url) as admin:
        _make_logins(admin, app_password, owner_password)
        for role in roles:
            _make_role(admin, role, rolcanlogin=False)
        _let_act_as(admin, APP, roles)
        _keep_only(admin, APP, roles)
        _make_database(admin, database)
        _open_to(admin, database, [APP, OWNER])
        with _within(admin_url, database) as inside:
            _furnish(inside, [APP, *roles])


def provision_tests(
    admin_url: str,
    *,
    app_password: str | None = None,
    owner_password: str | None = None,
    password: str | None = None,
    roles: Sequence[str] | None = None,
) -> None:
    """Besides `provision`: a log-in for tests, which starts as the runtime role and may become the others.

    Never on a server with real data: this log-in may act as the owner, and the owner may make databases.
    """
    roles = policy_roles() if roles is None else roles
    provision(admin_url, app_password=app_password, owner_password=owner_password, roles=roles)
    with administration(admin_url) as admin:
        _make_role(admin, OWNER, rolcanlogin=True, rolcreatedb=True)
        _make_role(admin, TEST, password, rolcanlogin=True, rolinherit=False, rolcreatedb=True)
        _let_act_as(admin, TEST, [OWNER, APP, *roles])
        _run(admin, "ALTER ROLE {} SET role = {}", TEST, sql.Literal(APP))
        _open_to(admin, DATABASE, [TEST])


def policy_roles() -> list[str]:
    """The roles of the access table, one per agency kind and role."""
    from agencies.access.policy import database_roles  # noqa: PLC0415  the table is not needed by who brings a list

    return list(database_roles())


@contextmanager
def administration(admin_url: str) -> Iterator[Admin]:
    """A connection that may make roles, and the only one that does so at this moment."""
    with connect(admin_url) as admin:
        if admin.info.server_version < OLDEST:
            version = admin.info.server_version // 10000
            raise Refusal(f"the server has PostgreSQL {version}; 15 or later is needed.", code=2)
        admin.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        try:
            yield admin
        except psycopg.errors.InsufficientPrivilege as error:
            raise Refusal(f"{admin.info.user} may not prepare the database: {error.diag.message_primary}.") from None


def connect(url: str) -> Admin:
    """A connection that commits each statement. Raises Refusal with code 2, without the password."""
    try:
        return psycopg.connect(change(url, connect_timeout="5"), autocommit=True)
    except psycopg.OperationalError as error:
        why = re.findall(r".*(?:failed|FATAL|error): +(.+)", str(error)) or [str(error).splitlines()[0]]
        raise Refusal(f"the database {without_secrets(url)} cannot be reached: {why[-1]}", code=2) from None


def may_administer(connection: Admin) -> bool:
    """Whether this log-in may make roles and databases, so that it can provision."""
    query = "SELECT rolsuper OR (rolcreaterole AND rolcreatedb) FROM pg_roles WHERE rolname = current_user"
    row = connection.execute(query).fetchone()
    return bool(row and row[0])


def _make_logins(admin: Admin, app_password: str | None, owner_password: str | None) -> None:
    """NOINHERIT comes before any grant: from PostgreSQL 16 a grant keeps what the role was at that time."""
    _make_role(admin, APP, app_password, rolcanlogin=True, rolinherit=False, rolcreatedb=False)
    _make_role(admin, OWNER, owner_password, rolcanlogin=True)


def _make_role(admin: Admin, role: str, password: str | None = None, **wanted: bool) -> None:
    wanted = {**NOTHING, **wanted}
    columns = sql.SQL(", ").join(map(sql.Identifier, wanted))
    query = sql.SQL("SELECT {} FROM pg_roles WHERE rolname = {}").format(columns, sql.Literal(role))
    now = admin.execute(query).fetchone()
    if now is None:
        _run(admin, "CREATE ROLE {} {}", role, _attributes(wanted))
    elif now != tuple(wanted.values()):
        different = {name: value for (name, value), old in zip(wanted.items(), now, strict=True) if value != old}
        _run(admin, "ALTER ROLE {} {}", role, _attributes(different))
    if password is not None:
        _run(admin, "ALTER ROLE {} PASSWORD {}", role, sql.Literal(_verifier(admin, role, password)))


def _attributes(wanted: dict[str, bool]) -> sql.Composable:
    return sql.SQL(" ").join(sql.SQL(f"{'' if on else 'NO'}{WORDS[name]}") for name, on in wanted.items())


def _verifier(admin: Admin, role: str, password: str) -> str:
    """What the server stores; the password itself is not sent, since a server may log its statements."""
    return admin.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()


def _let_act_as(admin: Admin, login: str, roles: Sequence[str]) -> None:
    """May become each role, and has nothing of theirs until it does."""
    inherit_none = " WITH INHERIT FALSE, SET TRUE" if admin.info.server_version >= GRANT_OPTIONS_SINCE else ""
    for role in roles:
        _run(admin, "GRANT {} TO {}" + inherit_none, role, login)


def _keep_only(admin: Admin, login: str, roles: Sequence[str]) -> None:
    """Take away each other membership, such as a role that the access table no longer has, or the owner's."""
    query = """
        SELECT granted.rolname FROM pg_auth_members JOIN pg_roles granted ON granted.oid = roleid
        WHERE member = %s::regrole AND granted.rolname <> ALL(%s)
    """
    for (role,) in admin.execute(query, [login, list(roles)]).fetchall():
        _run(admin, "REVOKE {} FROM {}", role, login)


def _make_database(admin: Admin, database: str) -> None:
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        return
    if not _is_superuser(admin):
        _run(admin, "GRANT {} TO {}", OWNER, admin.info.user)
    locale = " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
    order = locale if admin.info.server_version >= BUILTIN_LOCALE_SINCE else ""
    _run(admin, "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'" + order, database, OWNER)


def _is_superuser(admin: Admin) -> bool:
    return admin.info.parameter_status("is_superuser") == "on"


def _open_to(admin: Admin, database: str, logins: Sequence[str]) -> None:
    _run(admin, "REVOKE ALL ON DATABASE {} FROM PUBLIC", database)
    for login in logins:
        _run(admin, "GRANT CONNECT ON DATABASE {} TO {}", database, login)


@contextmanager
def _within(admin_url: str, database: str) -> Iterator[Admin]:
    with connect(change(admin_url, dbname=database)) as inside:
        yield inside


def _furnish(inside: Admin, users: Sequence[str]) -> None:
    _run(inside, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    for user in users:
        _run(inside, "GRANT USAGE ON SCHEMA public TO {}", user)
    for extension in EXTENSIONS:
        _run(inside, "CREATE EXTENSION IF NOT EXISTS {}", extension)


def _run(admin: Admin, statement: str, *names: str | sql.Composable) -> None:
    """Names are quoted as identifiers; what is ready-made SQL passes as it is."""
    parts = [sql.Identifier(name) if isinstance(name, str) else name for name in names]
    admin.execute(sql.SQL(statement).format(*parts))


def _secret(name: str) -> str | None:
    """A secret of the environment: NAME itself, or the file that NAME_FILE names."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text(encoding="utf-8").strip() if file else os.environ.get(name)


def main() -> int:
    """`python -m coordination.sandbox.provision`, the one-shot of a deployment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--admin-url", default=_secret("ADMIN_URL"), help="else from ADMIN_URL or ADMIN_URL_FILE")
    parser.add_argument("--database", default=DATABASE)
    given = parser.parse_args()
    if not given.admin_url:
        raise Refusal("--admin-url is missing: the address of a log-in that may make roles and databases.", code=2)
    passwords = {"app_password": _secret("APP_PASSWORD"), "owner_password": _secret("OWNER_PASSWORD")}
    provision(given.admin_url, database=given.database, **passwords)
    print(f"Database {given.database} is ready for `manage.py migrate` as {OWNER} and for serving as {APP}.")
    return 0


if __name__ == "__main__":
    exit_with(main)
