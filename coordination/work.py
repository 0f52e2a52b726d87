"""What the worker does: which job needs which role and which service, and the regular housekeeping."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from agencies.access.caller import Caller
from agencies.access.functions import call
from agencies.access.seals import seal_records
from agencies.jobs.models import Job
from agencies.jobs.services import Work, WorkFailed, do_next_job
from agencies.models import AccessToken, UsedAssertion
from agencies.web.idempotency import forget_old_answers
from agencies.web.models import CallCounter
from coordination.cohorts.services import count_every_city
from coordination.monitoring.services import count_register
from coordination.referrals.caretaking import take_care
from coordination.referrals.files import sweep_files
from coordination.training.seats import settle_seats
from households.intake import services as intake
from households.intake.unreadable import UnreadableFile

MINUTE, HOUR = 60, 3600


def import_register(job: Job, by: Caller, progress: intake.Progress) -> Mapping[str, Any]:
    """Take a register file in."""
    try:
        return intake.take_in(job, by, progress, then=lambda period: count_register(period.year, by=by))
    except UnreadableFile as fault:
        raise WorkFailed(fault.code) from fault


WORKS: dict[str, tuple[str, Work]] = {intake.JOB_KIND: ("intake", import_register)}


def work_once() -> bool:
    """Do one job, then seal the access log; whether there was a job."""
    busy = do_next_job(WORKS)
    if busy:  # people may have come or gone
        call("tend_candidates", timezone.localdate())
    seal_records()
    return busy


def keep_time() -> None:
    """What is due by the clock, looked for every minute.

    Seats not confirmed, reserved seats to be released, days of the queue that have come or gone.
    """
    settle_seats(timezone.localdate())
    call("tend_queue", timezone.localdate())


def keep_house() -> None:
    """Do what fell due by itself; drop what has expired: answers, tokens, assertions, counters, files of no row."""
    now = timezone.now()
    forget_old_answers()
    take_care()
    call("tend_candidates", timezone.localdate())
    count_every_city()
    sweep_files()
    AccessToken.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    UsedAssertion.objects.filter(expires_at__lt=now).delete()
    CallCounter.objects.filter(name__startswith="client:", slot__lt=int(now.timestamp()) // 60 - 5).delete()
    CallCounter.objects.filter(name__startswith="lookup:", slot__lt=int(now.timestamp()) // HOUR - 2).delete()
