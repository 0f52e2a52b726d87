"""Long work: one row a job, which survives the death of any process."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.models import Agency


class Job(Shielded):
    """A piece of work that a worker does for an agency; the caller polls it."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        PARTIALLY_SUCCEEDED = "partially_succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    caller = models.JSONField()
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.QUEUED)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    problem = models.CharField(max_length=60, default="")
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta(Shielded.Meta):
        indexes = (
            models.Index(fields=["created_at"], name="job_waiting", condition=Q(status__in=["queued", "running"])),
            models.Index(fields=["agency", "id"], name="job_agency"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"
