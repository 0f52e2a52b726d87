"""Schooling: children out of school, from the first look to the check a year after they are back in a school."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Now

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.models import Agency, Officer, Region
from coordination.referrals.models import Referral
from coordination.schooling.codes import Advice, Category, Reason, SupportNeed
from coordination.schools.levels import Programme
from coordination.schools.models import Placement, School
from households.register.models import Person


class SchoolingCase(Shielded):
    """The work of an Education Office on one child that was referred to it."""

    class Status(models.TextChoices):
        CANDIDATE = "candidate"
        ASSIGNED = "assigned"
        VISITED = "visited"
        VERIFIED = "verified"
        PLANNED = "planned"
        OFFERED = "offered"
        ENROLLED = "enrolled"
        RETAINED = "retained"
        DROPPED_AGAIN = "dropped_again"
        ALREADY_IN_SCHOOL = "already_in_school"
        MOVED = "moved"
        NOT_FOUND = "not_found"
        DECEASED = "deceased"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.OneToOneField(Referral, models.PROTECT, related_name="schooling_case")
    person = models.ForeignKey(Person, models.PROTECT, related_name="schooling_cases")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="schooling_cases", db_index=False)
    region = models.ForeignKey(Region, models.PROTECT, help_text="Village of the family when the case was opened.")
    status = models.CharField(max_length=17, choices=Status.choices, default=Status.CANDIDATE)
    assignee = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="schooling_cases")
    category = models.CharField(max_length=14, choices=Category.choices, blank=True, default="")
    reasons = ArrayField(models.CharField(max_length=14, choices=Reason.choices), default=list, blank=True)
    programme = models.CharField(max_length=8, choices=Programme.choices, blank=True, default="")
    grade = models.SmallIntegerField(null=True, blank=True)
    school_year = models.SmallIntegerField(null=True, blank=True)
    advice = models.CharField(max_length=16, choices=Advice.choices, blank=True, default="")
    advice_detail = models.CharField(max_length=300, blank=True, default="")
    placement = models.ForeignKey(Placement, models.PROTECT, null=True, blank=True, related_name="schooling_cases")
    support_needs = ArrayField(models.CharField(max_length=10, choices=SupportNeed.choices), default=list, blank=True)
    support_notes = models.CharField(max_length=1000, blank=True, default="")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    enrolled_on = models.DateField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(
                condition=~Q(status__in=["offered", "enrolled"]) | Q(placement__isnull=False),
                name="schooling_case_placed",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["enrolled", "retained", "dropped_again"]) | Q(enrolled_on__isnull=False),
                name="schooling_case_enrolled_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["candidate", "assigned", "visited", "verified", "planned", "offered", "enrolled"],
                    ended_at=None,
                )
                | Q(
                    status__in=[
                        "retained",
                        "dropped_again",
                        "already_in_school",
                        "moved",
                        "not_found",
                        "deceased",
                        "refused",
                    ],
                    ended_at__isnull=False,
                ),
                name="schooling_case_end_has_a_moment",
            ),
        )
        indexes = (
            models.Index(fields=["agency", "id"], name="schooling_case_agency"),
            models.Index(fields=["agency", "status", "id"], name="schooling_case_status"),
        )

    def __str__(self) -> str:
        return self.status


class CaseMove(Shielded):
    """One step of a case: when, by whom, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(SchoolingCase, models.PROTECT, related_name="moves")
    name = models.CharField(max_length=16)
    from_status = models.CharField(max_length=17, blank=True, default="")
    to_status = models.CharField(max_length=17)
    author = models.CharField(max_length=64)
    words = models.CharField(max_length=1000, blank=True, default="")
    at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.name


class Visit(Shielded):
    """A visit to a child's home: on which day, by whom, who was met, and what was found."""

    class Met(models.TextChoices):
        CHILD = "child"
        GUARDIAN = "guardian"
        CHILD_AND_GUARDIAN = "child_and_guardian"
        NEIGHBOUR = "neighbour"
        NOBODY = "nobody"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(SchoolingCase, models.PROTECT, related_name="visits")
    visited_on = models.DateField()
    visitor = models.CharField(max_length=64)
    met = models.CharField(max_length=18, choices=Met.choices)
    found = models.CharField(max_length=2000)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return f"{self.visited_on}"


class Verification(Shielded):
    """What was established about a child: category, reasons, last grade, papers, and what child and family want."""

    class Document(models.TextChoices):
        BIRTH_CERTIFICATE = "birth_certificate"
        FAMILY_CARD = "family_card"
        REPORT_CARD = "report_card"
        DIPLOMA = "diploma"
        TRANSFER_LETTER = "transfer_letter"

    class Wish(models.TextChoices):
        SCHOOL = "school"
        LEARNING_CENTRE = "learning_centre"
        COURSE = "course"
        WORK = "work"
        UNDECIDED = "undecided"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(SchoolingCase, models.PROTECT, related_name="verifications")
    verified_on = models.DateField()
    verifier = models.CharField(max_length=64)
    category = models.CharField(max_length=14, choices=Category.choices)
    reasons = ArrayField(models.CharField(max_length=14, choices=Reason.choices))
    last_grade = models.SmallIntegerField(null=True, blank=True, help_text="Last grade attended; empty for none.")
    documents = ArrayField(models.CharField(max_length=17, choices=Document.choices), default=list, blank=True)
    wish = models.CharField(max_length=15, choices=Wish.choices)
    remarks = models.CharField(max_length=2000, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(condition=~Q(reasons=[]), name="verification_names_a_reason"),
            models.CheckConstraint(
                condition=Q(last_grade=None) | Q(last_grade__range=(1, 13)), name="verification_last_grade"
            ),
        )

    def __str__(self) -> str:
        return f"{self.verified_on}"


class FollowUp(Shielded):
    """A check, so many months after enrolment, whether the child still attends."""

    class Answer(models.TextChoices):
        PENDING = "pending"
        ATTENDING = "attending"
        ABSENT_OFTEN = "absent_often"
        DROPPED_AGAIN = "dropped_again"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(SchoolingCase, models.PROTECT, related_name="follow_ups", db_index=False)
    months = models.SmallIntegerField()
    due_on = models.DateField()
    answer = models.CharField(max_length=13, choices=Answer.choices, default=Answer.PENDING)
    answered_on = models.DateField(null=True, blank=True)
    author = models.CharField(max_length=64, blank=True, default="")
    words = models.CharField(max_length=1000, blank=True, default="")
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["case", "months"], name="follow_up_once"),
            models.CheckConstraint(
                condition=Q(answer="pending", answered_on=None) | (~Q(answer="pending") & Q(answered_on__isnull=False)),
                name="follow_up_answered_on_a_day",
            ),
        )
        indexes = (models.Index(fields=["due_on"], condition=Q(answer="pending"), name="follow_up_due"),)

    def __str__(self) -> str:
        return f"{self.months}"


class Pupil(Shielded):
    """A child at a school: which, in what grade, since when, and whether school aid (PIP) reaches it."""

    class Aid(models.TextChoices):
        HOLDS_CARD = "holds_card"
        PROPOSED = "proposed"
        MISSING = "missing"
        UNKNOWN = "unknown"
        LEFT = "left"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="pupils")
    school = models.ForeignKey(School, models.PROTECT, related_name="pupils")
    grade = models.SmallIntegerField(null=True, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    holds_aid_card = models.BooleanField(null=True, blank=True, help_text="Holds a KIP card; empty when not asked yet.")
    aid_proposed_on = models.DateField(null=True, blank=True)
    aid_list = models.CharField(max_length=60, blank=True, default="")
    aid = models.GeneratedField(
        expression=Case(
            When(until__isnull=False, then=Value("left")),
            When(holds_aid_card=True, then=Value("holds_card")),
            When(aid_proposed_on__isnull=False, then=Value("proposed")),
            When(holds_aid_card=False, then=Value("missing")),
            default=Value("unknown"),
        ),
        output_field=models.CharField(max_length=10, choices=Aid.choices),
        db_persist=True,
    )
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["person"], condition=Q(until=None), name="pupil_at_one_school"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=models.F("since")), name="pupil_period"),
            models.CheckConstraint(
                condition=Q(aid_proposed_on=None, aid_list="") | Q(aid_proposed_on__isnull=False),
                name="pupil_proposed_on_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.grade}"
