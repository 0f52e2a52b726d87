"""Ranks the people of a city for each of a hundred batches, one call after another, as two offices see them."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from statistics import median

from bench.databases import City
from bench.load import exchange, open_connection
from bench.scenarios import written
from bench.seats import MANPOWER
from bench.servers import Server
from coordination.sandbox import provision

BATCHES = 100
ARRANGE = f"""
INSERT INTO matching_livelihood (id, region_id, activity, since, source, is_withdrawn)
 SELECT gen_random_uuid(), code, (array['fisheries_capture', 'farming', 'trade'])[1 + right(code, 1)::int % 3],
 '2026-01-01', 'bench', false FROM agencies_region WHERE level = 'village' AND code LIKE '62.71.%';
INSERT INTO register_share (id, household_id, agency_id, purpose, agreement_id, subjects, opened_at, until,
 closed_reason)
 SELECT gen_random_uuid(), household_id, '{MANPOWER}', 'training', '01800000-0000-7000-8000-000000000012', array[id],
 now(), '2099-12-31', '' FROM register_person
 WHERE relation = 'head' AND right(id::text, 2) IN ('11', '51', '91', 'd1');
INSERT INTO training_programme (id, provider_id, name, vocation, sectors, units, hours, minimum_age, minimum_education,
 documents, version, updated_at)
 SELECT gen_random_uuid(), '{MANPOWER}', 'bench', 'vocation ' || n, array[1 + n % 14], '[]', 40, 18, n % 3 * 2, '{{}}',
 1, now() FROM generate_series(1, {BATCHES}) n;
INSERT INTO training_batch (id, programme_id, provider_id, name, venue, region_id, starts_on, ends_on,
 registration_until, funding, capacity, reserved_poor, reserved_extreme, confirm_hours, taken_open, taken_poor,
 taken_extreme, status, version)
 SELECT p.id, p.id, p.provider_id, 'bench', 'BLK', '62.71.04.' || 1001 + (row_number() OVER ()) % 6,
 '2099-02-01', '2099-03-01', '2099-01-20', '', 16, 0, 0, 48, 0, 0, 0, 'open', 1 FROM training_programme p
 WHERE name = 'bench'"""
CLEAR = """DELETE FROM training_batch WHERE name = 'bench'; DELETE FROM training_programme WHERE name = 'bench';
 DELETE FROM matching_livelihood; DELETE FROM matching_candidate; DELETE FROM matching_profile"""


@dataclass(frozen=True)
class Matched:
    """How many people there are, seconds until all are up to date and for all batches, milliseconds a page."""

    people: int
    tending: float
    whole: float
    social: float
    manpower: float
    batches: float


def match(server: Server, city: City) -> Matched:
    """Raises RuntimeError when a call is answered by anything but 2xx."""
    with provision.connect(city.admin_url) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(ARRANGE)
        began = time.perf_counter()
        admin.execute("SELECT tend_candidates(current_date)")
        tending = time.perf_counter() - began
        admin.execute("VACUUM ANALYZE matching_candidate, matching_profile, training_batch, register_share")
        batches = [row[0] for row in admin.execute("SELECT id FROM training_batch WHERE name = 'bench'").fetchall()]
        people = [
            row[0]
            for row in admin.execute(
                "SELECT person_id FROM matching_candidate ORDER BY 1 LIMIT %s", [BATCHES]
            ).fetchall()
        ]
        whole = admin.execute("SELECT count(*) FROM register_person").fetchone()
        try:
            ranked = [f"/batches/{key}/people" for key in batches]
            social = list(_seconds(server, ranked, "social", "registry"))
            manpower = list(_seconds(server, ranked, "manpower", "training"))
            one = list(_seconds(server, [f"/persons/{key}/batches" for key in people], "social", "registry"))
        finally:
            admin.execute(CLEAR)
    city.tidy()
    times = [median(taken) * 1000 for taken in (social, manpower, one)]
    return Matched(whole[0] if whole else 0, tending, sum(social), *times)


def _seconds(server: Server, paths: list[str], who: str, purpose: str) -> Iterator[float]:
    with closing(open_connection(server.port)) as connection:
        for path in paths:
            request = written(server, "GET", path, "", who, purpose)
            began = time.perf_counter()
            status, body = exchange(connection, request)
            taken = time.perf_counter() - began
            if not status.startswith(b"2") or not json.loads(body)["data"]:
                raise RuntimeError(f"{path}: {status.decode()} {body[:300].decode()}")
            yield taken
