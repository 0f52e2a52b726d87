"""Referrals: one office asks another to act for a person."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.models import Agency
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
        COMPLETED = "completed"
        DECLINED = "declined"
        CANCELLED = "cancelled"
        FAILED = "failed"

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
    outcome = models.CharField(max_length=1000, blank=True, default="")
    share = models.OneToOneField(Share, models.PROTECT, null=True, editable=False, related_name="referral")
    sent_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
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
            models.UniqueConstraint(
                fields=["person", "kind", "to_agency"],
                condition=Q(status__in=["draft", "requested", "accepted", "in_progress", "on_hold"]),
                name="referral_one_open",
            ),
        )
        indexes = (
            models.Index(fields=["from_agency", "id"], name="referral_sent"),
            models.Index(fields=["to_agency", "id"], name="referral_received"),
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
