"""Rotating the keys while the service runs: a new one writes, what older ones sealed is made anew, then they may go."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings

from agencies.access.keys import FOLLOWED_AFTER, add_key, drop_older, write_with
from agencies.access.resealing import (
    Sealed,
    SealedTable,
    is_over,
    nobody_importing,
    reseal,
    still_older,
    this_moment,
)
from coordination.referrals.files import drop_older_files, files_of_older_keys, reseal_files
from coordination.referrals.pulling import renew_requests, requests_of_older_keys

PERSON = (Sealed("nik_cipher", "nik_digest", "nik"), Sealed("nisn_cipher", "nisn_digest", "nisn"))
CARD = (Sealed("number_cipher", "number_digest", "family_card"),)
TABLES = (
    SealedTable("register_person", PERSON),
    SealedTable("register_familycard", CARD),
    SealedTable("register_person", PERSON, history=True),
    SealedTable("register_familycard", CARD, history=True),
    SealedTable("intake_importbatch", (Sealed("content"),), batch=1),
    SealedTable("web_storedanswer", (Sealed("body"), Sealed("payload_digest")), batch=100),
)
FILES, REQUESTS = "attachments", "pull requests"
PASSES = 10
Tell = Callable[[str, int], object]


class StillNeeded(Exception):
    """An older key cannot go: what needs it is said in words."""


@dataclass(slots=True)
class Rotation:
    """What a run made anew by table, what still needs an older key, and which rows cannot be opened at all."""

    done: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    is_settled: bool = False


def prepare_key() -> int:
    """Let every process read by a new key before any writes with it; returns its number, also when it was there."""
    keys = settings.KEYS
    keys.look()
    if keys.now.prepared is None and not keys.now.older:
        add_key(keys.path)
        keys.look()
    return keys.now.prepared or keys.now.writes


def use_key(wait: float = FOLLOWED_AFTER) -> None:
    """Let a prepared key make what is new, in every process that sees the key file."""
    keys = settings.KEYS
    number = keys.now.prepared
    if number is not None:
        time.sleep(wait)
        with nobody_importing():
            write_with(keys.path, number)
            keys.look()
            time.sleep(wait)


def make_anew(tell: Tell, wait: float = 1.0) -> Rotation:
    """Make everything anew that an older key made; may be killed and run again at any moment."""
    made, moment = Rotation(), this_moment()
    for _ in range(PASSES):
        made.damaged = []
        for table in TABLES:
            before = made.done.get(table.name, 0)
            done = reseal(table, lambda rows, t=table.name, b=before: tell(t, b + rows))  # type: ignore[misc]
            made.done[table.name] = before + done.rows
            made.damaged += done.damaged
        made.done[FILES] = made.done.get(FILES, 0) + reseal_files()
        made.done[REQUESTS] = made.done.get(REQUESTS, 0) + renew_requests()
        made.left, made.is_settled = left_over(), is_over(moment)
        if made.damaged or (made.is_settled and not made.left):
            break
        time.sleep(wait)
    return made


def left_over() -> dict[str, int]:
    """How much still needs an older key, by table; empty when nothing does."""
    counts = {table.name: still_older(table) for table in TABLES}
    counts |= {FILES: sum(1 for _ in files_of_older_keys()), REQUESTS: requests_of_older_keys()}
    return {name: count for name, count in counts.items() if count}


def drop_keys(wait: float = FOLLOWED_AFTER) -> list[int]:
    """Take the older keys away for good; returns their numbers. Raises StillNeeded when anything needs one."""
    keys = settings.KEYS
    keys.look()
    numbers, moment = keys.now.older, this_moment()
    time.sleep(wait)
    if not is_over(moment):
        raise StillNeeded("work that began earlier has not ended")
    if left := left_over():
        raise StillNeeded(", ".join(f"{count} of {name}" for name, count in left.items()))
    drop_older_files()
    drop_older(keys.path)
    keys.look()
    return numbers
