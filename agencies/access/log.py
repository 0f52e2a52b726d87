"""The access log: writing refusals, sealing records into a chain, and proving that nothing was changed."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from agencies.access.caller import Caller
from agencies.access.documents import LOG, log_values
from agencies.access.models import AccessSeal
from agencies.access.prepared import Statement, together

BATCH = 1000
DIGEST_BYTES = 16
COLUMNS = (
    "id, at, txid::text, agency, city, client, officer, initiator, purpose, basis, agreement, action, resource,"
    " decision, subjects, fields, count, request_id"
)


def logging(
    caller: Caller,
    action: str,
    resource: str,
    *,
    subjects: Sequence[UUID] = (),
    groups: str = "",
    count: int | None = None,
) -> Statement:
    """The statement that logs a call, to travel with those of the call itself."""
    values = {
        **log_values(caller, action, resource, groups),
        "_count": len(subjects) if count is None else count,
        "_subjects": list(subjects),
    }
    return f"{LOG}, 'granted', %(_count)s, %(_subjects)s::uuid[]", values


def log_call(
    caller: Caller,
    action: str,
    resource: str,
    *,
    subjects: Sequence[UUID] = (),
    groups: str = "",
    count: int | None = None,
) -> None:
    """Log a call inside the caller's transaction; the row commits with the work or not at all."""
    together(logging(caller, action, resource, subjects=subjects, groups=groups, count=count))


def log_refusal(caller: Caller, action: str, resource: str, decision: str, subjects: Sequence[UUID] = ()) -> None:
    """Log what was refused, in a transaction of its own: the refused one is rolled back."""
    values = {
        **log_values(caller, action, resource, ""),
        "_decision": decision,
        "_subjects": list(subjects),
        "_agency": str(caller.agency),
        "_city": caller.city,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.agency', %(_agency)s, true), set_config('app.city', %(_city)s, true)",
            values,
        )
        cursor.execute(f"{LOG}, %(_decision)s, 0, %(_subjects)s::uuid[]", values)


def _digest(row: Sequence[Any]) -> bytes:
    """The first 16 bytes of SHA-256 over a canonical form of one record."""
    text = json.dumps([_plain(value) for value in row], separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()[:DIGEST_BYTES]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, list):
        return [str(item) for item in value]
    return value if value is None or isinstance(value, int) else str(value)


def _chained(previous: bytes, records: Sequence[int], digests: bytes) -> bytes:
    return hashlib.sha256(previous + json.dumps(list(records)).encode() + digests).digest()


def seal_records() -> int:
    """Seal what has committed since the last seal, in commit order; returns how many records were sealed.

    Only transactions older than every running one are taken, so that no record can commit behind the seal.
    """
    sealed = 0
    while rows := _seal_batch():
        sealed += rows
    return sealed


def _seal_batch() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sinergi access log'))")
        last = AccessSeal.objects.order_by("-id").values_list("last_txid", "last_record", "digest").first()
        txid, record, previous = last or ("0", 0, b"")
        cursor.execute(
            f"SELECT {COLUMNS} FROM access_accessrecord WHERE (txid, id) > (%s::text::xid8, %s)"
            " AND txid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY txid, id LIMIT %s",
            [str(txid), record, BATCH],
        )
        rows = cursor.fetchall()
        if rows:
            _sealed(rows, bytes(previous)).save(force_insert=True)
    _anchor()
    return len(rows)


def _sealed(rows: Sequence[Sequence[Any]], previous: bytes) -> AccessSeal:
    records = [row[0] for row in rows]
    digests = b"".join(_digest(row) for row in rows)
    return AccessSeal(
        last_txid=rows[-1][2],
        last_record=records[-1],
        records=records,
        digests=digests,
        subjects=list({subject for row in rows for subject in row[14]}),
        previous=previous,
        digest=_chained(previous, records, digests),
    )


def _anchor() -> None:
    """Append every head of the chain that is not yet in the signed file outside the database."""
    lines = _anchored(settings.ANCHOR_FILE)
    known = json.loads(lines[-1])["seal"] if lines else 0
    heads = AccessSeal.objects.filter(id__gt=known).order_by("id").values_list("id", "digest")
    fresh = [{"seal": number, "digest": bytes(digest).hex()} for number, digest in heads]
    if fresh:
        settings.ANCHOR_FILE.parent.mkdir(parents=True, exist_ok=True)
        with settings.ANCHOR_FILE.open("a") as file:
            file.writelines(json.dumps({**head, "signature": _signature(head)}) + "\n" for head in fresh)


def _anchored(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _signature(head: dict[str, Any]) -> str:
    return hmac.new(settings.KEYS.anchor, json.dumps(head, sort_keys=True).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify_log` found: the first fault in words, or None; how many records are sealed and not yet."""

    fault: str | None
    sealed: int
    waiting: int


def verify_log(anchor: Path | None = None) -> Verdict:
    """Walk the whole chain and the anchor file; a changed, deleted, reordered or cut log is found."""
    before, sealed, digests = AccessSeal(last_txid="0", last_record=0, digest=b""), 0, {}
    for seal in AccessSeal.objects.order_by("id").iterator(chunk_size=50):
        if fault := _fault_in(seal, before):
            return Verdict(fault, sealed, 0)
        sealed += len(seal.records)
        digests[seal.pk] = bytes(seal.digest).hex()
        before = seal
    return Verdict(next(_anchor_faults(anchor or settings.ANCHOR_FILE, digests), None), sealed, _waiting(before))


def _fault_in(seal: AccessSeal, before: AccessSeal) -> str | None:
    """The first thing wrong in one seal or among the records that it covers."""
    if bytes(seal.previous) != bytes(before.digest):
        return f"seal {seal.pk}: does not follow the seal before it"
    if _chained(bytes(seal.previous), seal.records, bytes(seal.digests)) != bytes(seal.digest):
        return f"seal {seal.pk}: its content was changed"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM access_accessrecord WHERE (txid, id) > (%s::text::xid8, %s)"
            " AND (txid, id) <= (%s::text::xid8, %s) ORDER BY txid, id",
            [str(before.last_txid), before.last_record, str(seal.last_txid), seal.last_record],
        )
        rows = {row[0]: row for row in cursor.fetchall()}
    if strangers := set(rows) - set(seal.records):
        return f"record {min(strangers)}: slipped in behind the chain"
    for number, digest in zip(seal.records, _digests(seal), strict=True):
        if number not in rows:
            return f"record {number}: deleted or moved"
        if _digest(rows[number]) != digest:
            return f"record {number}: changed"
    return None


def _digests(seal: AccessSeal) -> list[bytes]:
    packed = bytes(seal.digests)
    return [packed[at : at + DIGEST_BYTES] for at in range(0, len(packed), DIGEST_BYTES)]


def _anchor_faults(path: Path, digests: dict[int, str]) -> Iterator[str]:
    """Every anchored head was signed by us and is still in the chain."""
    lines = _anchored(path)
    if digests and not lines:
        yield "anchor file: missing"
    for number, line in enumerate(lines, 1):
        head = json.loads(line)
        if not hmac.compare_digest(head.pop("signature", ""), _signature(head)):
            yield f"anchor file line {number}: signature is wrong"
        if digests.get(head["seal"]) != head["digest"]:
            yield f"seal {head['seal']}: anchored, but cut off or rebuilt"


def _waiting(head: AccessSeal) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM access_accessrecord WHERE (txid, id) > (%s::text::xid8, %s)",
            [str(head.last_txid), head.last_record],
        )
        return int(cursor.fetchone()[0])
