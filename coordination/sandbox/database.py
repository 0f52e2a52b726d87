"""Which database a run uses: the server that DATABASE_URL names, or else the embedded one."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agencies.access.keys import make_key_file
from coordination.sandbox import provision
from coordination.sandbox.addresses import change, parts, without_secrets
from coordination.sandbox.postgres import CHECKOUT, Cluster, cluster
from coordination.sandbox.refusal import Refusal

TEMPLATES = ("postgres", "template0", "template1", "")
LOGINS = (provision.APP, provision.OWNER, provision.TEST)


@dataclass(frozen=True)
class Database:
    """A provisioned database, ready for migrations; `login` is the role that connects to it."""

    urls: Mapping[str, str]
    login: str
    keys: Path
    admin_url: str | None = None
    cluster: Cluster | None = None

    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.urls[self.login],
            "DATABASE_OWNER_URL": self.urls[provision.OWNER],
            "SINERGI_KEYS": os.environ.get("SINERGI_KEYS") or str(self.keys),
        }


def var() -> Path:
    """The directory of what a run leaves behind: SINERGI_VAR, else var/ of the checkout."""
    path = Path(os.environ.get("SINERGI_VAR") or CHECKOUT / "var").absolute()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextmanager
def for_sandbox() -> Iterator[Database]:
    """The database of `make run`, up and provisioned; an embedded server is stopped afterwards.

    Raises Refusal when the server that DATABASE_URL names cannot be used, and never takes another instead.
    """
    url = os.environ.get("DATABASE_URL")
    if url:
        yield _with_keys(_named(url))
        return
    embedded = cluster("sandbox")
    with embedded.in_use():
        provision.provision(embedded.admin_url)
        yield _with_keys(_embedded(embedded, provision.APP))


@contextmanager
def for_tests() -> Iterator[Database]:
    """The same for tests, on a cluster of their own, with the log-in that may act as each role."""
    url = os.environ.get("DATABASE_URL")
    if url:
        yield _with_keys(_named_for_tests(url))
        return
    embedded = cluster("tests", durable=False)
    with embedded.in_use():
        provision.provision_tests(embedded.admin_url)
        yield _with_keys(_embedded(embedded, provision.TEST))


def _embedded(embedded: Cluster, login: str) -> Database:
    return Database(
        urls={role: embedded.url(role, provision.DATABASE) for role in LOGINS},
        login=login,
        keys=embedded.home.keys,
        admin_url=embedded.admin_url,
        cluster=embedded,
    )


def _with_keys(database: Database) -> Database:
    make_key_file(Path(database.environment()["SINERGI_KEYS"]))
    return database


def _named(url: str) -> Database:
    admin_url = change(url, dbname="postgres")
    keys = var() / "keys.json"
    if _administers(url, admin_url):
        name = parts(url).get("dbname", "")
        name = provision.DATABASE if name in TEMPLATES else name
        app, owner = (derived_password(url, role) for role in (provision.APP, provision.OWNER))
        provision.provision(admin_url, database=name, app_password=app, owner_password=owner)
        return Database(_derived_urls(url, name), provision.APP, keys, admin_url)
    owner_url = os.environ.get("DATABASE_OWNER_URL")
    if not owner_url:
        raise Refusal(
            f"{without_secrets(url)} may not make roles, so DATABASE_OWNER_URL is needed for the migrations "
            "(or an administrator's address as DATABASE_URL).",
            code=2,
        )
    for needed in (url, owner_url):
        provision.connect(needed).close()
    return Database({provision.APP: url, provision.OWNER: owner_url}, provision.APP, keys)


def _named_for_tests(url: str) -> Database:
    admin_url = change(url, dbname="postgres")
    if not _administers(admin_url):
        raise Refusal(f"tests need an administrator's address as DATABASE_URL; {without_secrets(url)} is none.", code=2)
    app, owner, test = (derived_password(url, role) for role in LOGINS)
    provision.provision_tests(admin_url, app_password=app, owner_password=owner, password=test)
    urls = _derived_urls(url, provision.DATABASE)
    return Database(urls, provision.TEST, var() / "tests-keys.json", admin_url)


def _derived_urls(url: str, database: str) -> dict[str, str]:
    return {role: change(url, user=role, password=derived_password(url, role), dbname=database) for role in LOGINS}


def _administers(*urls: str) -> bool:
    """The named database may not exist yet, so an administrator is also looked for on the server's own."""
    for url in urls[:-1]:
        try:
            with provision.connect(url) as connection:
                return provision.may_administer(connection)
        except Refusal:
            continue
    with provision.connect(urls[-1]) as connection:
        return provision.may_administer(connection)


def derived_password(url: str, role: str) -> str | None:
    """A role's password on a server whose administrator's address we hold: the same for all who hold it.

    So nothing needs to be stored, and two checkouts on one server agree. None where the administrator has
    none.
    """
    password = parts(url).get("password")
    if password is None:
        return None
    return hashlib.scrypt(password.encode(), salt=role.encode(), n=2**14, r=8, p=1, dklen=24).hex()
