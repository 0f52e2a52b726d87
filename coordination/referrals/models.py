"""Referrals: one office asks another to act for a person; their moves, notes and files, and requests for one."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.models import Agency, Officer
from coordination.schools.models import PlaceOffer
from coordination.training.models import Batch
from households.register.models import Household, Person, Share


class Referral(Shielded):
    """A request from one agency to another about one person; while it runs, the receiver may see the person."""

    class Kind(models.TextChoices):
        SCHOOLING = "schooling"
        TRAINING = "training"

    class Status(models.TextChoices):
        DRAFT = "draft"
        REQUESTED = "requested"
        ACCEPTED = "accepted"
        IN_PROGRESS = "in_progress"
        ON_HOLD = "on_hold"
        RETURNED = "returned"
        COMPLETED = "completed"
        DECLINED = "declined"
        CANCELLED = "cancelled"
        FAILED = "failed"
        TRANSFERRED = "transferred"

    OPEN = ("draft", "requested", "accepted", "in_progress", "on_hold", "returned")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    from_agency = models.ForeignKey(Agency, models.PROTECT, related_name="referrals_sent", db_index=False)
    to_agency = models.ForeignKey(Agency, models.PROTECT, related_name="referrals_received", db_index=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="referrals")
    person = models.ForeignKey(Person, models.PROTECT, related_name="referrals")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    reason = models.CharField(max_length=1000)
    due_on = models.DateField(null=True, blank=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="referrals")
    place = models.ForeignKey(PlaceOffer, models.PROTECT, null=True, blank=True, related_name="referrals")
    continues = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="continued_by",
        help_text="Whom it was asked of before.",
    )
    outcome = models.CharField(max_length=1000, blank=True, default="")
    share = models.OneToOneField(Share, models.PROTECT, null=True, editable=False, related_name="referral")
    sent_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    due_at = models.DateTimeField(null=True, editable=False, help_text="When the receiver must have answered or acted.")
    remaining_days = models.SmallIntegerField(null=True, editable=False, help_text="Working days left while on hold.")
    escalated_at = models.DateTimeField(null=True, editable=False)
    assignee = models.ForeignKey(Officer, models.PROTECT, null=True, editable=False, related_name="referrals")
    version = models.IntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(condition=~Q(from_agency=F("to_agency")), name="referral_between_two_agencies"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"]) | Q(sent_at__isnull=False),
                name="referral_sent_first",
            ),
            models.CheckConstraint(condition=Q(batch=None) | Q(place=None), name="referral_to_one_offer"),
            models.UniqueConstraint(
                fields=["person", "kind", "to_agency"],
                condition=Q(status__in=["draft", "requested", "accepted", "in_progress", "on_hold", "returned"]),
                name="referral_one_open",
            ),
        )
        indexes = (
            models.Index(fields=["from_agency", "id"], name="referral_sent"),
            models.Index(fields=["to_agency", "id"], name="referral_received"),
            models.Index(
                fields=["from_agency", "due_at"],
                name="referral_to_escalate",
                condition=Q(escalated_at=None, status__in=["requested", "accepted", "in_progress"]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"


class Note(Shielded):
    """A line in the conversation of the two offices about one referral."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="notes")
    agency = models.ForeignKey(Agency, models.PROTECT)
    author = models.CharField(max_length=64)
    text = models.CharField(max_length=2000)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return str(self.pk)


class ReferralMove(Shielded):
    """One step of a referral: who did what, when and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="moves")
    name = models.CharField(max_length=16)
    from_status = models.CharField(max_length=12, choices=Referral.Status.choices, blank=True, default="")
    to_status = models.CharField(max_length=12, choices=Referral.Status.choices)
    at = models.DateTimeField(db_default=Now(), editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, help_text="Empty when it happened by itself.")
    author = models.CharField(max_length=64)
    words = models.CharField(max_length=1000, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.name} {self.to_status}"


class Attachment(Shielded):
    """A paper that belongs to a referral, such as a letter or a certificate; the file itself lies sealed elsewhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=20)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    stored = models.CharField(max_length=80, unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT)
    author = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name


class PullRequest(Shielded):
    """That an office asks Dinsos to refer somebody to it, by number; the asker learns only what Dinsos answers."""

    class Status(models.TextChoices):
        ASKED = "asked"
        ANSWERED = "answered"
        DECLINED = "declined"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    from_agency = models.ForeignKey(Agency, models.PROTECT, related_name="pull_requests_made", db_index=False)
    to_agency = models.ForeignKey(Agency, models.PROTECT, related_name="pull_requests_got", db_index=False)
    kind = models.CharField(max_length=12, choices=Referral.Kind.choices)
    reason = models.CharField(max_length=1000)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    words = models.CharField(max_length=1000, blank=True, default="")
    author = models.CharField(max_length=64)
    person = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")
    digests = ArrayField(models.BinaryField(), default=list, editable=False)
    referral = models.OneToOneField(Referral, models.PROTECT, null=True, editable=False, related_name="pull_request")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(status="answered", referral__isnull=False) | (~Q(status="answered") & Q(referral=None)),
                name="pull_request_answered_by_a_referral",
            ),
        )
        indexes = (
            models.Index(fields=["from_agency", "id"], name="pull_request_made"),
            models.Index(fields=["to_agency", "id"], name="pull_request_got"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"
