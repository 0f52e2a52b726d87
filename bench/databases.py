"""The cities that are measured, an empty, a small and a large one, on a durable PostgreSQL of their own."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from agencies.access.keys import make_key_file
from coordination.sandbox import provision
from coordination.sandbox.addresses import change
from coordination.sandbox.postgres import CHECKOUT, Cluster, cluster

FILL = Path(__file__).with_name("fill.sql")
TIDY = """SET session_replication_role = replica; TRUNCATE access_accessrecord, web_storedanswer;
 CREATE TEMP TABLE referred AS SELECT person_id FROM referrals_referral; DELETE FROM referrals_referralmove;
 DELETE FROM training_application; DELETE FROM training_batch; DELETE FROM referrals_referral;
 DELETE FROM register_share WHERE id < '01930000-0000-7000-8000-000000000000'
 OR id > '01930000-0000-7000-8000-ffffffffffff';
 SET session_replication_role = origin; SELECT refresh_queue(ARRAY(SELECT person_id FROM referred));
 DROP TABLE referred; SELECT tend_queue((now() AT TIME ZONE 'Asia/Jakarta')::date)"""
TIDIED = "access_accessrecord, referrals_referral, register_share, queue_queueitem, queue_queuecount"
PREPARATION = ("migrate --no-input --verbosity 0", "apply_access", "load_regions")


@dataclass(frozen=True)
class City:
    """One filled database."""

    cluster: Cluster
    name: str
    households: int

    def url(self, login: str) -> str:
        return self.cluster.url(login, self.name)

    @property
    def admin_url(self) -> str:
        return change(self.cluster.admin_url, dbname=self.name)

    @property
    def postgres(self) -> int:
        """The server's process."""
        pid = self.cluster.home.server()
        if pid is None:
            raise RuntimeError("PostgreSQL has ended")
        return pid

    def tidy(self) -> None:
        """Take away what measured calls have left, so that each run meets the same tables."""
        with provision.connect(self.admin_url) as admin:
            admin.execute(TIDY)
            admin.execute(f"VACUUM ANALYZE {TIDIED}")

    @property
    def environment(self) -> Mapping[str, str]:
        """What the product needs to serve this city."""
        return {
            **os.environ,
            "DATABASE_URL": self.url(provision.APP),
            "DATABASE_OWNER_URL": self.url(provision.OWNER),
            "SINERGI_KEYS": str(self.cluster.home.keys),
            "SINERGI_SANDBOX": "1",
            "RATE_LIMIT_PER_MINUTE": "1000000000",
            "DJANGO_SETTINGS_MODULE": "coordination.settings",
        }


@contextmanager
def cities(*sizes: int) -> Iterator[list[City]]:
    """Cities of so many households, kept between runs and made anew when schema or filling changed."""
    durable = cluster("bench", durable=True)
    with durable.in_use():
        make_key_file(durable.home.keys)
        found = [City(durable, f"bench_{size}", size) for size in sizes]
        for city in found:
            _build(city)
        yield found


def _build(city: City) -> None:
    stamp, began = _stamp(city), time.monotonic()
    fresh = _stamped(city) != stamp
    if fresh:
        print(f"{city.name}: {city.households:,} households ...", flush=True)
        with provision.administration(city.cluster.admin_url) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(city.name)))
    provision.provision(city.cluster.admin_url, database=city.name)
    for words in PREPARATION if fresh else PREPARATION[:2]:
        command = [sys.executable, "manage.py", *words.split()]
        subprocess.run(command, cwd=CHECKOUT, env=city.environment, check=True, stdout=subprocess.DEVNULL)
    if fresh:
        _fill(city, stamp)
        print(f"{city.name}: filled in {time.monotonic() - began:.0f} s", flush=True)


def _fill(city: City, stamp: str) -> None:
    with provision.connect(city.admin_url) as admin:
        admin.execute(FILL.read_text().replace(":households", str(city.households)))
        admin.execute("VACUUM ANALYZE")
        admin.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(city.name), sql.Literal(stamp)),
        )


def _stamp(city: City) -> str:
    digest = hashlib.sha256(f"{city.households}".encode())
    for path in [FILL, *sorted(CHECKOUT.glob("[ahc]*/**/migrations/*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _stamped(city: City) -> str | None:
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with provision.connect(city.cluster.admin_url) as admin:
        row = admin.execute(query, [city.name]).fetchone()
    return row[0] if row else None
