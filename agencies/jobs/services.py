"""Queueing long work, and doing it so that the death of a worker loses nothing."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.jobs.models import Job
from agencies.models import Agreement, Client, Officer

MAXIMUM_ATTEMPTS = 3
KEPT = timedelta(days=30)
Work = Callable[[Job, Caller, Callable[[int], None]], Mapping[str, Any]]
logger = logging.getLogger("sinergi.jobs")


class WorkFailed(Exception):
    """Work that can never succeed; `code` is shown to the caller, and the job is not tried again."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def enqueue(kind: str, subject: UUID, *, by: Caller) -> Job:
    """Queue work for the caller's agency; it starts once the transaction has committed."""
    who = {"client": by.client, "officer": by.officer, "agreement": by.agreement}
    words = {"initiator": by.initiator, "purpose": by.purpose, "basis": by.basis, "request_id": by.request_id}
    job = Job(
        id=new_id(),
        kind=kind,
        subject=subject,
        agency_id=by.agency,
        caller={name: str(value) if value else None for name, value in who.items()} | words,
    )
    job.save(force_insert=True)
    return job


def do_next_job(works: Mapping[str, tuple[str, Work]]) -> bool:
    """Do the oldest waiting job that nobody else is doing; False when there is none.

    A worker holds an advisory lock while it works. A killed worker's lock is gone at once, so its job is done
    again by whoever comes next; `works` maps a kind to the role of its caller and to the work.
    """
    waiting = Job.objects.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING]).order_by("created_at")
    for key in waiting.values_list("pk", flat=True)[:50]:
        if _locked(key):
            try:
                return _do(key, works)
            finally:
                _unlock(key)
    return False


def _locked(key: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 1))", [str(key)])
        return bool(cursor.fetchone()[0])


def _unlock(key: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 1))", [str(key)])


def _do(key: UUID, works: Mapping[str, tuple[str, Work]]) -> bool:
    job = Job.objects.select_related("agency").get(pk=key)
    if job.status not in (Job.Status.QUEUED, Job.Status.RUNNING):
        return True
    if job.attempts >= MAXIMUM_ATTEMPTS:
        _finish(job, Job.Status.FAILED, problem="gave_up")
        return True
    Job.objects.filter(pk=key).update(status=Job.Status.RUNNING, attempts=job.attempts + 1)
    role, work = works[job.kind]
    try:
        _check_standing(job)
        counts = dict(work(job, _caller(job, role), lambda done: _progress(job, done)))
    except WorkFailed as failure:
        _finish(job, Job.Status.FAILED, problem=failure.code)
    except Exception:
        logger.exception("job %s of kind %s failed, attempt %s", key, job.kind, job.attempts + 1)
    else:
        partly = counts.get("rejected")
        _finish(job, Job.Status.PARTIALLY_SUCCEEDED if partly else Job.Status.SUCCEEDED, counts=counts)
    return True


def _progress(job: Job, done: int) -> None:
    _check_standing(job)
    Job.objects.filter(pk=job.pk).update(done=done)


def _check_standing(job: Job) -> None:
    """Raises WorkFailed (`revoked`) once the client, officer, agency or agreement behind the job has ended."""
    told, today = job.caller, timezone.localdate()
    agency = Q(agency__is_active=True, agency=job.agency_id)
    standing = (
        ("client", Client.objects.filter(agency, is_active=True)),
        ("officer", Officer.objects.filter(agency, is_active=True)),
        ("agreement", Agreement.objects.filter(ended_at=None, starts__lte=today, until__gte=today)),
    )
    if any(told[name] and not rows.filter(pk=told[name]).exists() for name, rows in standing):
        raise WorkFailed("revoked")


def _finish(job: Job, status: str, **fields: Any) -> None:
    now = timezone.now()
    total = fields.get("counts", {}).get("data_rows", 0)
    Job.objects.filter(pk=job.pk).update(status=status, total=total, finished_at=now, expires_at=now + KEPT, **fields)


def _caller(job: Job, role: str) -> Caller:
    """The caller of the job, in the role that its work has."""
    told = job.caller
    return Caller(
        kind=job.agency.kind,
        role=role,
        agency=job.agency_id,
        city=job.agency.region_id,
        client=_uuid(told["client"]),
        officer=_uuid(told["officer"]),
        agreement=_uuid(told["agreement"]),
        initiator=told["initiator"],
        purpose=told["purpose"],
        basis=told["basis"],
        request_id=told["request_id"],
    )


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
