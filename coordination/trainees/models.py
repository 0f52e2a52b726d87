"""Trainees: who takes part in a course, how often they came, what the test said, and what became of them."""

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.models import Agency
from coordination.training.models import Application, Batch, Session
from households.register.models import Household, Person


class Trainee(Shielded):
    """A person who takes part in a course: how often they came, and how it ended. Bears the id of the application.

    Nobody writes the counts but `count_training_attendance` (migration 0002).
    """

    class Result(models.TextChoices):
        TAKING_PART = "taking_part"
        COMPLETED = "completed"
        COMPETENT = "competent"
        NOT_YET_COMPETENT = "not_yet_competent"
        DROPPED_OUT = "dropped_out", "Left the course"

    # Who has been through the course.
    GRADUATED = ("completed", "competent", "not_yet_competent")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.OneToOneField(Application, models.PROTECT, related_name="trainee")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="trainees", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="trainees")
    household = models.ForeignKey(Household, models.PROTECT, related_name="trainees")
    provider = models.ForeignKey(Agency, models.PROTECT, related_name="trainees", db_index=False)
    source = models.CharField(max_length=10, choices=Application.Source.choices)
    sessions = models.SmallIntegerField(default=0, help_text="Meetings of the course that take place.")
    recorded = models.SmallIntegerField(default=0, help_text="Of these, meetings whose attendance is on record.")
    came = models.SmallIntegerField(default=0, help_text="Present or late.")
    excused = models.SmallIntegerField(default=0)
    absent = models.SmallIntegerField(default=0)
    absent_in_a_row = models.SmallIntegerField(default=0, help_text="The longest run of absences.")
    absent_percent = models.GeneratedField(
        expression=Case(When(sessions__gt=0, then=F("absent") * 100 / F("sessions")), default=Value(0)),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    is_warned = models.BooleanField(default=False, help_text="Absent more than the rule allows.")
    warned_on = models.DateField(null=True, editable=False, help_text="Since when.")
    result = models.CharField(max_length=17, choices=Result.choices, default=Result.TAKING_PART)
    finished_on = models.DateField(null=True, editable=False)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    came__gte=0, excused__gte=0, absent__gte=0, recorded=F("came") + F("excused") + F("absent")
                ),
                name="trainee_counts",
            ),
            models.CheckConstraint(
                condition=Q(is_warned=True, warned_on__isnull=False) | Q(is_warned=False, warned_on=None),
                name="trainee_warned_on_a_day",
            ),
        )
        indexes = (
            models.Index(fields=["batch", "result"], name="trainee_batch_result"),
            models.Index(fields=["provider", "is_warned", "id"], name="trainee_warned"),
        )

    def __str__(self) -> str:
        return self.result


class Attendance(Shielded):
    """Whether one participant came to one meeting, and how it was recorded."""

    class Status(models.TextChoices):
        PRESENT = "present"
        LATE = "late"
        EXCUSED = "excused"
        ABSENT = "absent", "Did not come"

    class Way(models.TextChoices):
        SHEET = "sheet"
        LIST = "list"
        CODE = "code"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="attendance", db_index=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="attendance")
    status = models.CharField(max_length=8, choices=Status.choices)
    way = models.CharField(max_length=8, choices=Way.choices, help_text="A trainer's sheet or list, or a QR code.")
    author = models.CharField(max_length=64, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (models.UniqueConstraint(fields=["session", "application"], name="attendance_once"),)

    def __str__(self) -> str:
        return self.status


class CompetencyTest(Shielded):
    """One attempt of a trainee at the competency test; whoever is not yet competent may try again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trainee = models.ForeignKey(Trainee, models.PROTECT, related_name="tests", db_index=False)
    attempt = models.SmallIntegerField()
    tested_on = models.DateField()
    tester = models.CharField(max_length=120)
    is_competent = models.BooleanField()
    units = models.JSONField(default=list, blank=True, help_text="SKKNI units of the course: code and is_competent.")
    words = models.CharField(max_length=1000, blank=True, default="")
    author = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["trainee", "attempt"], name="competency_test_once"),
            models.CheckConstraint(condition=Q(attempt__gte=1), name="competency_test_attempt"),
        )

    def __str__(self) -> str:
        return f"{self.attempt}"


class Certificate(Shielded):
    """A paper that a trainee was given: of having completed the course, or of competence; it can be revoked."""

    class Kind(models.TextChoices):
        COMPLETION = "completion"
        COMPETENCE = "competence"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trainee = models.ForeignKey(Trainee, models.PROTECT, related_name="certificates", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.CharField(max_length=20, unique=True, editable=False)
    issuer = models.CharField(max_length=120)
    scheme = models.CharField(max_length=160)
    registration = models.CharField(max_length=60, blank=True, default="", help_text="The issuer's own number.")
    issued_on = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="Empty: it does not expire.")
    revoked_on = models.DateField(null=True, editable=False)
    revoked_reason = models.CharField(max_length=300, blank=True, default="", editable=False)
    author = models.CharField(max_length=64)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["trainee", "kind"], condition=Q(revoked_on=None), name="certificate_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("issued_on")), name="certificate_validity"
            ),
            models.CheckConstraint(
                condition=Q(revoked_on=None, revoked_reason="") | (Q(revoked_on__isnull=False) & ~Q(revoked_reason="")),
                name="certificate_revoked_for_a_reason",
            ),
        )
        indexes = (models.Index(fields=["trainee", "kind"], name="certificate_trainee"),)

    def __str__(self) -> str:
        return self.number


class Outcome(Shielded):
    """What became of a graduate so many months after the course: work, school or nothing, and with what income."""

    class Answer(models.TextChoices):
        PENDING = "pending"
        EMPLOYED = "employed"
        SELF_EMPLOYED = "self_employed"
        BUSINESS_GROUP = "business_group"
        STUDYING = "studying"
        NONE = "none", "No work"
        NOT_REACHED = "not_reached"

    # Rupiah a month, the lower limit within the band.
    class Income(models.TextChoices):
        BELOW_1M = "below_1m", "Below Rp1,000,000"
        FROM_1M = "from_1m", "Rp1,000,000 to below Rp2,000,000"
        FROM_2M = "from_2m", "Rp2,000,000 to below Rp3,000,000"
        FROM_3M = "from_3m", "Rp3,000,000 to below Rp4,000,000"
        FROM_4M = "from_4m", "Rp4,000,000 and more"

    EARNING = ("employed", "self_employed", "business_group")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trainee = models.ForeignKey(Trainee, models.PROTECT, related_name="outcomes", db_index=False)
    months = models.SmallIntegerField()
    due_on = models.DateField()
    answer = models.CharField(max_length=14, choices=Answer.choices, default=Answer.PENDING)
    answered_on = models.DateField(null=True, blank=True, help_text="When the graduate was asked.")
    income_band = models.CharField(max_length=8, choices=Income.choices, blank=True, default="")
    author = models.CharField(max_length=64, blank=True, default="")
    words = models.CharField(max_length=1000, blank=True, default="")
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["trainee", "months"], name="outcome_once"),
            models.CheckConstraint(
                condition=Q(answer="pending", answered_on=None) | (~Q(answer="pending") & Q(answered_on__isnull=False)),
                name="outcome_answered_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(income_band="") | Q(answer__in=["employed", "self_employed", "business_group"]),
                name="outcome_income_of_earners",
            ),
        )
        indexes = (models.Index(fields=["due_on"], condition=Q(answer="pending"), name="outcome_due"),)

    def __str__(self) -> str:
        return f"{self.months}"
