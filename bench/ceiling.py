"""The ceiling: no framework, no rights but the caller's rows; a pool, a token and one hand-written statement."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from psycopg_pool import ConnectionPool

TOKEN = """SELECT c.id, a.id, a.kind, a.region_id FROM agencies_accesstoken t
 JOIN agencies_client c ON c.id = t.client_id JOIN agencies_agency a ON a.id = c.agency_id
 WHERE t.digest = %(digest)s AND t.revoked_at IS NULL AND t.expires_at > now() AND c.is_active AND a.is_active"""
MOMENT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
ROWS = {
    "social": "h.city = %(city)s",
    "education": "h.id IN (SELECT s.household_id FROM register_share s WHERE s.agency_id = %(agency)s"
    " AND s.purpose = 'schooling' AND s.closed_at IS NULL AND s.until >= current_date)",
}
PEOPLE = {
    "social": "true",
    "education": "EXISTS (SELECT 1 FROM register_share s WHERE s.household_id = p.household_id"
    " AND s.agency_id = %(agency)s AND s.purpose = 'schooling' AND s.closed_at IS NULL"
    " AND s.until >= current_date AND s.subjects @> ARRAY[p.id])",
}
PERSON = {
    "social": "p.id, p.name, p.sex, p.birth_date, p.relation, p.marital_status, p.birth_place, p.mother_name,"
    " p.nik_last4, p.nisn_last4, p.phone, p.school_participation, p.occupation, p.education, p.status,"
    " p.possible_duplicate_of_id AS possible_duplicate_of",
    "education": "p.id, p.name, p.sex, p.birth_date, p.relation, p.marital_status, p.nik_last4, p.nisn_last4,"
    " p.phone, p.school_participation",
}
CARDS = """, (SELECT coalesce(json_agg(card), '[]') FROM (SELECT c.id, c.number_last4, c.since, c.until
 FROM register_familycard c WHERE c.household_id = h.id ORDER BY c.id) card) AS family_cards"""
HOUSEHOLD = {
    "social": "h.id, h.region_id AS region, h.rt, h.rw, h.address, h.version",
    "education": "h.id, h.region_id AS region, h.rt, h.rw, h.version",
}
LOGGED = """logged AS (INSERT INTO access_accessrecord (agency, city, client, initiator, purpose, basis, request_id,
 action, resource, fields, decision, count, subjects) SELECT %(agency)s, %(city)s, %(client)s, '', 'registry', '',
 %(request)s, %(action)s, %(resource)s, '', 'granted', count(*), coalesce(array_agg(id), ARRAY[]::uuid[])
 FROM {rows})"""
READ = (
    """WITH page AS MATERIALIZED (SELECT {household}, {updated} AS updated_at,
 (SELECT coalesce(json_agg(person), '[]') FROM (SELECT {person} FROM register_person p
 WHERE p.household_id = h.id AND {people} ORDER BY p.id) person) AS people {cards}
 FROM register_household h WHERE {rows} AND {wanted} ORDER BY h.id LIMIT %(limit)s), """
    + LOGGED.format(rows="page")
    + " SELECT string_agg(row_to_json(page)::text, ','), (array_agg(id ORDER BY id DESC))[1]::text FROM page"
)
REFER = (
    """WITH person AS (SELECT id, household_id FROM register_person WHERE id = %(person)s AND city = %(city)s),
 share AS (INSERT INTO register_share (id, household_id, agency_id, purpose, subjects, until, closed_reason)
 SELECT gen_random_uuid(), household_id, %(to_agency)s, %(kind)s, ARRAY[id], current_date + 180, '' FROM person
 RETURNING id),
 referral AS (INSERT INTO referrals_referral (id, from_agency_id, to_agency_id, household_id, person_id, kind, status,
 reason, outcome, share_id, sent_at, version) SELECT gen_random_uuid(), %(agency)s, %(to_agency)s, household_id,
 person.id, %(kind)s, 'requested', %(reason)s, '', share.id, now(), 1 FROM person, share RETURNING *), """
    + LOGGED.format(rows="referral")
    + " SELECT row_to_json(referral)::text, NULL FROM referral"
)
Start = Callable[[str, list[tuple[str, str]]], object]


@cache
def pool() -> ConnectionPool[Any]:
    """As many connections as the worker has threads."""
    options = {"autocommit": True}
    return ConnectionPool(os.environ["CEILING_URL"], min_size=4, max_size=8, kwargs=options, open=True)


@cache
def read_statement(kind: str, wanted: str) -> str:
    """The statement of a list or of one household."""
    return READ.format(
        household=HOUSEHOLD[kind],
        updated=MOMENT.format("h.updated_at"),
        person=PERSON[kind],
        people=PEOPLE[kind],
        cards=CARDS if kind == "social" else "",
        rows=ROWS[kind],
        wanted=wanted,
    )


def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """WSGI."""
    digest = hashlib.sha256(environ.get("HTTP_AUTHORIZATION", "")[7:].encode()).digest()
    with pool().connection() as connection:
        caller = connection.execute(TOKEN, {"digest": digest}).fetchone()
        if caller is None:
            return _answer(start, "401 Unauthorized", "{}")
        statement, values = _question(environ, caller)
        text, last = connection.execute(statement, values).fetchone() or (None, None)
    if text is None:
        return _answer(start, "404 Not Found", "{}")
    if "region" in values:
        text = f'{{"data":[{text}],"next_cursor":"{last}"}}'
    return _answer(start, "201 Created" if "reason" in values else "200 OK", text)


def _question(environ: dict[str, Any], caller: tuple[Any, ...]) -> tuple[str, dict[str, Any]]:
    client, agency, kind, city = caller
    path, query = environ["PATH_INFO"], parse_qs(environ["QUERY_STRING"])
    values = {"client": client, "agency": agency, "city": city, "limit": 1, "request": uuid4().hex}
    if environ["REQUEST_METHOD"] == "POST":
        body = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        return REFER, {**values, **body, "action": "create", "resource": "referral"}
    if path == "/households":
        wanted = "h.region_id = %(region)s"
        values |= {"region": query["region"][0], "limit": 50, "action": "list", "resource": "household"}
        return read_statement(kind, wanted), values
    values |= {"id": path.rpartition("/")[2], "action": "read", "resource": "household"}
    return read_statement(kind, "h.id = %(id)s"), values


def _answer(start: Start, status: str, text: str) -> Iterable[bytes]:
    body = text.encode()
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
