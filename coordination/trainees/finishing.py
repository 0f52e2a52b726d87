"""The end of a course: the test begins, the batch is finished, and checks on its graduates are set."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from agencies.access.caller import Caller, standing_in
from agencies.access.identifiers import new_id
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.calendar import due_day
from agencies.models import Agency
from agencies.web.problems import Problem
from coordination.trainees.attendance import count_attendance, enough_attendance
from coordination.trainees.models import Outcome, Trainee
from coordination.trainees.referred import referrals_at_work, wait_for_check
from coordination.training.batches import move_batch
from coordination.training.models import Application, Batch
from coordination.training.seats import locked_batch
from households.register.models import Share
from households.register.services import stamped

CHECK_MONTHS = (3, 6, 12)
# The provider sees its graduates so long after the last check was due, to make it late.
GRACE = timedelta(days=60)
Result = Trainee.Result


def begin_test(key: UUID, *, by: Caller) -> UUID:
    """The course is over and the competency test follows; attendance is counted for the last time before it."""
    move_batch(key, "test", by=by)
    count_attendance(key)
    return key


def finish_batch(key: UUID, *, by: Caller) -> UUID:
    """The batch is over: everybody has a result, and graduates are asked after 3, 6 and 12 months what they do.

    Raises Problem with the number of those who may take the test and have not, when the batch is in its test.
    """
    list(referrals_at_work(key, by).order_by("pk").select_for_update())  # before the batch, as all who move them do
    status = locked_batch(key, by).status
    move_batch(key, "finish", by=by)
    count_attendance(key)
    trainees = Trainee.objects.filter(batch=key)
    through = Q(application__status=Application.Status.ACCEPTED) & enough_attendance()
    waiting = trainees.filter(through, result=Result.TAKING_PART)
    if status == Batch.Status.TESTING and (number := waiting.count()):
        raise Problem("conflict", "Some trainees have not taken the test yet.", untested=number)
    today = timezone.localdate()
    through_all = list(waiting.values_list("pk", flat=True))
    trainees.filter(pk__in=through_all).update(result=Result.COMPLETED)
    trainees.filter(result=Result.TAKING_PART).update(result=Result.DROPPED_OUT)
    trainees.update(finished_on=today, **stamped())
    _set_checks(key, today, by)
    return key


def _set_checks(batch: UUID, today: date, by: Caller) -> None:
    """What graduates are to be asked, and until when the provider sees them for it."""
    graduates = list(Trainee.objects.filter(batch=batch, result__in=Trainee.GRADUATED).order_by("pk"))
    days = [due_day(today, months) for months in CHECK_MONTHS]
    Outcome.objects.bulk_create(
        Outcome(id=new_id(), trainee=graduate, months=months, due_on=day)
        for months, day in zip(CHECK_MONTHS, days, strict=True)
        for graduate in graduates
    )
    wait_for_check(batch, [graduate.person_id for graduate in graduates], days[0], by=by)
    _keep_in_sight(graduates, days[-1] + GRACE, by)


def _keep_in_sight(graduates: list[Trainee], until: date, by: Caller) -> None:
    """Prolong what is open to the provider: the desk of whoever keeps the register does so, for no provider may."""
    registrar: Agency | None = visible(by, "agency").filter(kind="social", region=by.city, is_active=True).first()
    if registrar is None or not graduates:
        return
    people = [graduate.person_id for graduate in graduates]
    with standing_in(kind="social", role="caretaker", agency=registrar.pk, city=by.city) as desk:
        shares = Share.objects.filter(agency=by.agency, purpose="training", closed_at=None, until__lt=until)
        if shares.filter(subjects__overlap=people, until__gte=timezone.localdate()).update(until=until):
            log_call(desk, "extend", "share", subjects=people)
