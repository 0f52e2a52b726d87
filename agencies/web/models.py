"""Bookkeeping of the front door: stored answers for retries, and call counters."""

from django.db import models
from django.db.models.functions import Now

from agencies.models import Client


class StoredAnswer(models.Model):
    """The answer to one acting call, so that a retry with the same key never acts twice. The body is sealed."""

    id = models.UUIDField(primary_key=True)
    client = models.ForeignKey(Client, models.CASCADE, db_index=False)
    key = models.CharField(max_length=255)
    route = models.CharField(max_length=200)
    payload_digest = models.BinaryField()
    status = models.SmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)
    resource = models.CharField(max_length=40, default="")
    subject = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["client", "route", "key"], name="stored_answer_once"),)
        indexes = (models.Index(fields=["created_at"], name="stored_answer_age"),)

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class CallCounter(models.Model):
    """How often a client called, or how many persons it looked up, in one time window. Unlogged table."""

    name = models.CharField(max_length=80)
    slot = models.BigIntegerField()
    calls = models.IntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name", "slot"], name="call_counter_once"),)

    def __str__(self) -> str:
        return f"{self.name} {self.calls}"
