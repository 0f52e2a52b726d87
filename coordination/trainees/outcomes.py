"""After a course: what graduates say at 3, 6 and 12 months."""

from datetime import date
from uuid import UUID

from agencies.access.caller import Caller
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.problems import Fault, Problem
from coordination.referrals.services import author_of
from coordination.trainees.models import Outcome, Trainee
from coordination.trainees.referred import complete_referral, wait_for_check
from coordination.trainees.testing import locked_trainee
from households.register.services import stamped

# Whoever was not reached may be reached later.
OPEN = (Outcome.Answer.PENDING, Outcome.Answer.NOT_REACHED)


def answer_outcome(
    key: UUID, *, answer: str, answered_on: date, by: Caller, income_band: str = "", words: str = ""
) -> UUID:
    """What a graduate does so many months after the course, and earns, if anything.

    Raises Problem before the day on which the check is due, while an earlier one is open, and once it is answered.
    """
    link = visible(by, "outcome").filter(pk=key).values_list("trainee", flat=True).first()
    if link is None:
        raise Problem("not_found")
    trainee = locked_trainee(link, by)
    check: Outcome = Outcome.objects.get(pk=key)
    _check_order(check, answered_on)
    if income_band and answer not in Outcome.EARNING:
        raise Problem("invalid", errors=[Fault("/income_band", "no_income", "Only of whoever works.")])
    told = {"answer": answer, "answered_on": answered_on, "income_band": income_band, "words": words}
    Outcome.objects.filter(pk=key).update(**told, author=author_of(by), **stamped())
    _go_on(trainee, answer, by)
    log_call(by, "answer", "outcome", subjects=[trainee.person_id], groups="state income why")
    return key


def _go_on(trainee: Trainee, answer: str, by: Caller) -> None:
    """The referral waits for the next check, and is completed after the last one."""
    waiting = Outcome.objects.filter(trainee=trainee, answer=Outcome.Answer.PENDING).order_by("months").first()
    if waiting:
        wait_for_check(trainee.batch_id, [trainee.person_id], waiting.due_on, by=by)
    else:
        complete_referral(trainee.batch_id, trainee.person_id, words=answer, by=by)


def _check_order(check: Outcome, answered_on: date) -> None:
    if check.answer not in OPEN:
        raise Problem("conflict", f"This check was answered: {check.answer}.")
    if answered_on < check.due_on:
        raise Problem("conflict", f"This check is due on {check.due_on}.")
    earlier = Outcome.objects.filter(trainee=check.trainee_id, answer=Outcome.Answer.PENDING, months__lt=check.months)
    if first := earlier.order_by("months").first():
        raise Problem("conflict", f"The check after {first.months} months comes first.")
