"""Taking a register file in: handing it over, judging its rows, and applying what was accepted, at once."""

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from agencies.access.caller import Caller, acting_as
from agencies.access.identifiers import new_id
from agencies.access.log import log_call
from agencies.access.vault import seal, unseal
from agencies.jobs.models import Job
from agencies.jobs.services import enqueue
from agencies.regions import DATA
from agencies.web.problems import Problem
from households.intake.applying import apply_rows
from households.intake.findings import ROW_FINDINGS
from households.intake.judging import Judged, Tally, judge_rows
from households.intake.models import Finding, ImportBatch
from households.intake.reading import open_register
from households.intake.regions import Regions

JOB_KIND = "import_register"
PROGRESS_EVERY = 5000
Progress = Callable[[int], None]


@dataclass(slots=True)
class Judgement:
    """What was found in a file: the rows to apply, every finding with its line, and the totals."""

    rows: list[Judged] = field(default_factory=list)
    findings: list[tuple[int, str, str]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def hand_in(content: bytes, file_name: str, period: date, *, dry_run: bool, by: Caller) -> UUID:
    """Take over a register file as a batch with a job; the content is sealed until it was applied.

    Raises Problem when the agency serves no city, or when a later period was applied already.
    """
    if len(by.city) != 5:
        raise Problem("conflict", "Register files are taken in for a city or regency.")
    later = ImportBatch.objects.filter(city=by.city, applied_at__isnull=False, period__gt=period)
    if later.exists() and not dry_run:
        raise Problem("conflict", "A register of a later period was applied already.")
    key = new_id()
    job = enqueue(JOB_KIND, key, by=by)
    ImportBatch(
        id=key,
        agency_id=by.agency,
        city=by.city,
        kind=ImportBatch.Kind.REGISTER,
        period=period,
        dry_run=dry_run,
        file_name=file_name[:200],
        content=seal(content, _place(key)),
        content_digest=hashlib.sha256(content).digest(),
        job=job,
    ).save(force_insert=True)
    return key


def _place(key: UUID) -> str:
    return f"intake_importbatch.content.{key}"


@lru_cache(maxsize=1)
def country() -> Regions:
    """The regions of the whole country, read once a process."""
    return Regions.from_csv(DATA / "regions.csv.gz", DATA / "region_aliases.csv")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from searching the growing rows for cycles, of which they have none: a fifth of
    the time of judging.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_uncollected()
def take_in(job: Job, by: Caller, progress: Progress, then: Callable[[date], object]) -> dict[str, Any]:
    """Do an import job: judge every row, then apply all in one transaction; returns the counts.

    `then` is called with the period inside that transaction once the rows are applied. Done twice it changes
    nothing more: the batch remembers that it was applied. Raises UnreadableFile.
    """
    with acting_as(by):
        batch = ImportBatch.objects.get(pk=job.subject)
        if batch.applied_at:
            return dict(batch.counts)
        content = unseal(batch.content, _place(batch.pk))
    judged = judge_file(content, city=batch.city, progress=progress)
    with acting_as(by):
        counts = totals(judged.tally)
        keep_findings(batch.pk, judged)
        if not batch.dry_run:
            counts |= apply_rows(judged, city=batch.city, period=batch.period, batch=batch.pk)
            then(batch.period)
        ImportBatch.objects.filter(pk=batch.pk).update(
            counts=counts, applied_at=None if batch.dry_run else Now(), content=None
        )
        log_call(by, "import", "import", subjects=[batch.pk], groups="register file", count=judged.tally.accepted)
    return counts


def judge_file(content: bytes, *, city: str, progress: Progress) -> Judgement:
    """Judge every row of a file. Raises UnreadableFile."""
    found = Judgement()
    stream = open_register(content)
    for judged in judge_rows(stream, regions=country(), on=timezone.localdate(), city=city, tally=found.tally):
        found.findings += [(judged.line, code, column) for code, column in judged.findings]
        if judged.amends:
            found.findings.append((judged.amends.line, *judged.amends.finding))
        if judged.record:
            found.rows.append(judged)
        if found.tally.data_rows % PROGRESS_EVERY == 0:
            progress(found.tally.data_rows)
    progress(found.tally.data_rows)
    return found


def totals(tally: Tally) -> dict[str, Any]:
    """The totals of a file as the job shows them."""
    return {
        "data_rows": tally.data_rows,
        "accepted": tally.accepted,
        "clean": tally.clean,
        "warned": tally.warned,
        "rejected": tally.rejected,
        "skipped": tally.skipped,
        "other_lines": tally.other_lines,
        "codes": dict(sorted(tally.codes.items())),
    }


def keep_findings(batch: UUID, judged: Judgement) -> None:
    """Write the findings of a batch."""
    Finding.objects.bulk_create(
        (
            Finding(batch_id=batch, line=line, column=column, code=code, severity=ROW_FINDINGS[code].severity)
            for line, code, column in sorted(judged.findings)
        ),
        batch_size=2000,
    )
