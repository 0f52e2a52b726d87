"""Files that were handed in: the batch, and what was found in its rows."""

from django.db import models
from django.db.models.functions import Now

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.jobs.models import Job
from agencies.models import Agency


class ImportBatch(Shielded):
    """One register file that an agency handed in; its content is sealed, and dropped once it was applied."""

    class Kind(models.TextChoices):
        REGISTER = "register"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT)
    city = models.CharField(max_length=5, db_collation="C")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    period = models.DateField()
    dry_run = models.BooleanField(default=False)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(null=True)
    content_digest = models.BinaryField()
    job = models.ForeignKey(Job, models.PROTECT, related_name="+")
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    applied_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.period}"


class Finding(Shielded):
    """What is wrong or doubtful in one row of a file; names the place and the fault, never the value."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="findings")
    line = models.IntegerField()
    column = models.CharField(max_length=80)
    code = models.CharField(max_length=40)
    severity = models.CharField(max_length=6)

    def __str__(self) -> str:
        return f"{self.line} {self.code}"
