"""The chain over the access log: sealing what has committed, anchoring it outside, and proving that nothing changed."""

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from agencies.access.models import AccessSeal

BATCH = 1000
DIGEST_BYTES = 16
COLUMNS = (
    "id, at, txid::text, agency, city, client, officer, initiator, purpose, basis, agreement, action, resource,"
    " decision, subjects, fields, count, request_id"
)
BEHIND = "(txid, id) > (%(last_txid)s::text::xid8, %(last_record)s)"
# No transaction that is still running can commit a record before these.
SETTLED = "txid < pg_snapshot_xmin(pg_current_snapshot())"
# From a server that had counted further: only a restored dump holds such records.
RESTORED = "txid >= pg_snapshot_xmax(pg_current_snapshot())"
logger = logging.getLogger("sinergi.log")


def beginning(floor: int = 0, digest: bytes = b"") -> AccessSeal:
    """The place before the first record above `floor`."""
    return AccessSeal(last_txid="0", last_record=0, floor=floor, greatest=floor, digest=digest)


def _place(seal: AccessSeal) -> dict[str, Any]:
    return {
        "last_txid": str(seal.last_txid),
        "last_record": seal.last_record,
        "floor": seal.floor,
        "greatest": seal.greatest,
    }


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


def _chained(previous: bytes, floor: int, records: Sequence[int], digests: bytes) -> bytes:
    covered = [floor, *records] if floor else list(records)
    return hashlib.sha256(previous + json.dumps(covered).encode() + digests).digest()


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
        last = AccessSeal.objects.order_by("-id").first() or beginning()
        rows = _records(last, SETTLED)
        if not rows and _server_is_younger(last):
            rows = _records(last, RESTORED)
            if not rows:
                last = beginning(last.greatest, bytes(last.digest))
                rows = _records(last, SETTLED)
        if rows:
            _sealed(rows, last).save(force_insert=True)
    _anchor()
    return len(rows)


def _records(last: AccessSeal, condition: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM access_accessrecord WHERE id > %(floor)s AND {BEHIND} AND {condition}"
            f" ORDER BY txid, id LIMIT {BATCH}",
            _place(last),
        )
        return list(cursor.fetchall())


def _server_is_younger(last: AccessSeal) -> bool:
    """Whether new records bear older transaction ids than sealed ones: the log was restored into another server."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS(SELECT 1 FROM access_accessrecord WHERE id > %(greatest)s AND NOT {BEHIND})", _place(last)
        )
        return bool(cursor.fetchone()[0])


def _sealed(rows: Sequence[Sequence[Any]], last: AccessSeal) -> AccessSeal:
    records = [row[0] for row in rows]
    digests, previous = b"".join(_digest(row) for row in rows), bytes(last.digest)
    return AccessSeal(
        last_txid=rows[-1][2],
        last_record=records[-1],
        floor=last.floor,
        greatest=max(last.greatest, *records),
        records=records,
        digests=digests,
        subjects=list({subject for row in rows for subject in row[14]}),
        previous=previous,
        digest=_chained(previous, last.floor, records, digests),
    )


def _anchor() -> None:
    """Append every head of the chain that is not yet there to each signed file outside the database.

    A file that cannot be written is said to be so in the server's log, and catches up when it can.
    """
    for path in anchor_files():
        try:
            _append_heads(path)
        except OSError:
            logger.exception("the access log is not anchored in %s", path)


def anchor_files() -> list[Path]:
    """Where the chain is anchored: our own file, and the one that a second holder keeps, if there is one."""
    return [path for path in (settings.ANCHOR_FILE, settings.ANCHOR_COPY) if path]


def _append_heads(path: Path) -> None:
    lines = _anchored(path)
    known = json.loads(lines[-1])["seal"] if lines else 0
    heads = AccessSeal.objects.filter(id__gt=known).order_by("id").values_list("id", "digest")
    fresh = [{"seal": number, "digest": bytes(digest).hex()} for number, digest in heads]
    if fresh:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.writelines(json.dumps({**head, "signature": _signature(head)}) + "\n" for head in fresh)


def _anchored(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _signature(head: dict[str, Any]) -> str:
    return hmac.new(settings.KEYS.now.anchor, json.dumps(head, sort_keys=True).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify_log` found: the first fault in words, or None; how many records are sealed and not yet."""

    fault: str | None
    sealed: int
    waiting: int


def verify_log(anchor: Path | None = None) -> Verdict:
    """Walk the whole chain and the anchor files; a changed, deleted, reordered or cut log is found."""
    before, sealed, digests = beginning(), 0, {}
    floors = sorted(set(AccessSeal.objects.values_list("floor", flat=True)))
    for seal in AccessSeal.objects.order_by("id").iterator(chunk_size=50):
        ceiling = next((floor for floor in floors if floor > seal.floor), None)
        if fault := _fault_in(seal, before, ceiling):
            return Verdict(fault, sealed, 0)
        sealed += len(seal.records)
        digests[seal.pk] = bytes(seal.digest).hex()
        before = seal
    faults = (fault for path in ([anchor] if anchor else anchor_files()) for fault in _anchor_faults(path, digests))
    return Verdict(next(faults, None), sealed, _waiting(before))


def _fault_in(seal: AccessSeal, before: AccessSeal, ceiling: int | None) -> str | None:
    """The first thing wrong in one seal or among the records that it covers, of which none lies above `ceiling`."""
    if bytes(seal.previous) != bytes(before.digest):
        return f"seal {seal.pk}: does not follow the seal before it"
    if _chained(bytes(seal.previous), seal.floor, seal.records, bytes(seal.digests)) != bytes(seal.digest):
        return f"seal {seal.pk}: its content was changed"
    rows = _covered(seal, before if before.floor == seal.floor else beginning(seal.floor), ceiling)
    if strangers := set(rows) - set(seal.records):
        return f"record {min(strangers)}: slipped in behind the chain"
    for number, digest in zip(seal.records, _digests(seal), strict=True):
        if number not in rows:
            return f"record {number}: deleted or moved"
        if _digest(rows[number]) != digest:
            return f"record {number}: changed"
    return None


def _covered(seal: AccessSeal, start: AccessSeal, ceiling: int | None) -> dict[int, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM access_accessrecord WHERE {BEHIND}"
            " AND (txid, id) <= (%(end_txid)s::text::xid8, %(end_record)s)"
            " AND (id > %(floor)s OR NOT %(floored)s) AND (id <= %(ceiling)s OR %(ceiling)s IS NULL)"
            " ORDER BY txid, id",
            {
                **_place(start),
                "floored": bool(seal.floor),
                "ceiling": ceiling,
                "end_txid": str(seal.last_txid),
                "end_record": seal.last_record,
            },
        )
        return {row[0]: row for row in cursor.fetchall()}


def _digests(seal: AccessSeal) -> list[bytes]:
    packed = bytes(seal.digests)
    return [packed[at : at + DIGEST_BYTES] for at in range(0, len(packed), DIGEST_BYTES)]


def _anchor_faults(path: Path, digests: dict[int, str]) -> Iterator[str]:
    """Every anchored head was signed by us and is still in the chain."""
    lines = _anchored(path)
    if digests and not lines:
        yield f"{_named(path)}: missing"
    for number, line in enumerate(lines, 1):
        head = json.loads(line)
        if not hmac.compare_digest(head.pop("signature", ""), _signature(head)):
            yield f"{_named(path)} line {number}: signature is wrong"
        if digests.get(head["seal"]) != head["digest"]:
            yield f"seal {head['seal']}: anchored, but cut off or rebuilt"


def _named(path: Path) -> str:
    return "anchor file" if path == settings.ANCHOR_FILE else f"anchor file {path}"


def _waiting(head: AccessSeal) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM access_accessrecord WHERE {BEHIND} AND id > %(floor)s OR id > %(greatest)s",
            _place(head),
        )
        return int(cursor.fetchone()[0])
