"""Training: programmes, their batches with seats, and who applied."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Now

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.models import Agency, Region
from households.register.models import Household, Person


class Programme(Shielded):
    """A course that a provider offers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.ForeignKey(Agency, models.PROTECT, related_name="programmes")
    name = models.CharField(max_length=120)
    vocation = models.CharField(max_length=60)
    sector = models.SmallIntegerField(help_text="Regsosek business field, 1 to 26.")
    hours = models.SmallIntegerField()
    minimum_age = models.SmallIntegerField(default=18)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(sector__range=(1, 26)), name="programme_sector"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="programme_hours"),
            models.CheckConstraint(condition=Q(minimum_age__range=(15, 100)), name="programme_minimum_age"),
        )

    def __str__(self) -> str:
        return self.name


class Batch(Shielded):
    """One run of a programme at a place, with a number of seats."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        CLOSED = "closed"
        FINISHED = "finished"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="batches")
    provider = models.ForeignKey(Agency, models.PROTECT, related_name="batches")
    name = models.CharField(max_length=120)
    venue = models.CharField(max_length=200)
    region = models.ForeignKey(Region, models.PROTECT)
    city = models.GeneratedField(
        expression=Left("region", 5),
        output_field=models.CharField(max_length=5, db_collation="C"),
        db_persist=True,
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    registration_until = models.DateField()
    capacity = models.IntegerField()
    seats_taken = models.IntegerField(default=0, editable=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(seats_taken__gte=0, seats_taken__lte=F("capacity")),
                name="batch_seats_within_capacity",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="batch_ends_after_start"),
            models.CheckConstraint(condition=Q(capacity__range=(1, 1000)), name="batch_capacity"),
        )
        indexes = (models.Index(fields=["city", "id"], name="batch_city"),)

    def __str__(self) -> str:
        return self.name


class Application(Shielded):
    """That a person wants a seat, holds one, or waits on the reserve list of a batch."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted"
        HELD = "held"
        ACCEPTED = "accepted"
        RESERVE = "reserve"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    class Source(models.TextChoices):
        OWN = "own"
        REFERRAL = "referral"

    SEATED = ("held", "accepted")
    LIVE = ("submitted", "held", "accepted", "reserve")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="applications", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="applications")
    household = models.ForeignKey(Household, models.PROTECT, related_name="applications")
    provider = models.ForeignKey(Agency, models.PROTECT, related_name="applications")
    source = models.CharField(max_length=10, choices=Source.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SUBMITTED)
    rank = models.IntegerField(null=True, editable=False, help_text="Place on the reserve list; 1 moves up first.")
    decided_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["batch", "person"],
                condition=Q(status__in=["submitted", "held", "accepted", "reserve"]),
                name="application_one_live",
            ),
            models.CheckConstraint(
                condition=Q(status="reserve", rank__isnull=False) | (~Q(status="reserve") & Q(rank=None)),
                name="application_rank_on_reserve_only",
            ),
        )
        indexes = (models.Index(fields=["batch", "status", "rank"], name="application_queue"),)

    def __str__(self) -> str:
        return f"{self.status}"
