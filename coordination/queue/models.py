"""The day's work: what awaits which office, derived by PostgreSQL from the records themselves."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now, TruncDate

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.models import Agency, Officer, Region
from coordination.queue.words import REASONS
from coordination.referrals.models import PullRequest, Referral
from coordination.schooling.models import SchoolingCase
from households.register.models import Household, Person


def reason_words(language: int) -> Case:
    """The reason in words: 0 in Indonesian, 1 in English."""
    told = (When(reason=code, then=Value(words[language])) for code, words in REASONS.items())
    return Case(*told, default=F("reason"), output_field=models.CharField())


# Derived rows need no check of their parents: the triggers that write them read the parents.
LOOSE: dict[str, Any] = {"on_delete": models.DO_NOTHING, "db_constraint": False, "db_index": False, "related_name": "+"}


class QueueItem(Shielded):
    """One thing that awaits an office today, with the reason; it goes by itself once that is done.

    Nobody writes it but the triggers of `awaiting.sql`. Where the office may not see the person, the item names
    neither person nor family nor village.
    """

    class Kind(models.TextChoices):
        CHILD_OUT_OF_SCHOOL = "child_out_of_school"
        REPORT_TO_CHECK = "report_to_check"
        REFERRAL_TO_SEND = "referral_to_send"
        REFERRAL_TO_ANSWER = "referral_to_answer"
        REFERRAL_TO_WORK = "referral_to_work"
        REFERRAL_ON_HOLD = "referral_on_hold"
        CASE_TO_OPEN = "case_to_open"
        CASE_TO_ASSIGN = "case_to_assign"
        VISIT_DUE = "visit_due"
        VERIFICATION_DUE = "verification_due"
        PLAN_TO_MAKE = "plan_to_make"
        PLACE_TO_FIND = "place_to_find"
        ENROLMENT_TO_CONFIRM = "enrolment_to_confirm"
        FOLLOW_UP_DUE = "follow_up_due"
        PULL_REQUEST_TO_ANSWER = "pull_request_to_answer"
        APPLICATION_TO_DECIDE = "application_to_decide"
        ABSENCE_TO_FOLLOW_UP = "absence_to_follow_up"

    DERIVED: ClassVar[Any] = {
        "reason_id": ("reason", reason_words(0)),
        "reason_en": ("reason", reason_words(1)),
        "is_overdue": ("due_on", Case(When(due_on__lt=TruncDate(Now()), then=Value(True)), default=Value(False))),
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, **LOOSE)
    city = models.CharField(max_length=5, db_collation="C")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    person = models.ForeignKey(Person, null=True, **LOOSE)
    household = models.ForeignKey(Household, null=True, **LOOSE)
    referral = models.ForeignKey(Referral, null=True, **LOOSE)
    schooling_case = models.ForeignKey(SchoolingCase, null=True, **LOOSE)
    pull_request = models.ForeignKey(PullRequest, null=True, **LOOSE)
    region = models.ForeignKey(Region, **LOOSE)
    reason = models.CharField(max_length=24, choices=[(code, code) for code in REASONS])
    assignee = models.ForeignKey(Officer, null=True, **LOOSE)
    since = models.DateField(help_text="Of a person whom the office may not see: the first day of that month.")
    due_on = models.DateField(null=True)
    urgency = models.GeneratedField(
        expression=models.Func(
            F("due_on"),
            F("since"),
            template="((coalesce(due_on, '9999-12-31'::date) - '1900-01-01'::date) * 100000::bigint"
            " + (since - '1900-01-01'::date))",
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    is_escalated = models.BooleanField(default=False, help_text="Its supervisor was told that it is overdue.")
    starts_on = models.DateField(help_text="It awaits the office from this day, such as a seventh birthday,")
    ends_on = models.DateField(help_text="until this day.")
    subject = models.UUIDField(help_text="The record that it is derived from.")
    about = models.UUIDField(help_text="The person, also where the item names none.")
    place = models.CharField(
        max_length=13, db_collation="C", help_text="Where it counts: the village, or the district."
    )
    named = models.BooleanField()

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["agency", "kind", "subject", "named"], name="queue_item_once"),
            models.CheckConstraint(
                condition=Q(named=True, person__isnull=False, household__isnull=False)
                | Q(named=False, person=None, household=None),
                name="queue_item_named_or_not",
            ),
        )
        indexes = (
            models.Index(fields=["agency", "urgency", "id"], name="queue_item_order"),
            models.Index(fields=["agency", "kind", "urgency", "id"], name="queue_item_kind"),
            models.Index(fields=["agency", "region", "urgency", "id"], name="queue_item_region"),
            models.Index(
                fields=["agency", "assignee", "urgency", "id"],
                name="queue_item_assignee",
                condition=Q(assignee__isnull=False),
            ),
            models.Index(fields=["about"], name="queue_item_about"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.reason}"


class QueueCount(Shielded):
    """How many items of an office begin or end on a day; all changes until today add up to what awaits it now.

    Rows are only added, so that two writers never wait for each other; the worker adds up what is past.
    """

    id = models.BigAutoField(primary_key=True)
    agency = models.ForeignKey(Agency, **LOOSE)
    kind = models.CharField(max_length=24)
    place = models.CharField(max_length=13, db_collation="C")
    assignee = models.UUIDField(null=True)
    named = models.BooleanField()
    day = models.DateField()
    change = models.IntegerField()

    class Meta(Shielded.Meta):
        indexes = (models.Index(fields=["agency", "day"], name="queue_count_day"),)

    def __str__(self) -> str:
        return str(self.pk)
