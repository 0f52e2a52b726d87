"""Training: programmes, their batches with seats and sessions, and who applied."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Left, Now

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.models import Agency, Region
from coordination.training.sectors import SECTORS
from households.register.models import Household, Person


class Document(models.TextChoices):
    """Papers that a training centre may ask of an applicant."""

    IDENTITY_CARD = "identity_card"
    FAMILY_CARD = "family_card"
    DIPLOMA = "diploma"
    PHOTO = "photo"
    FORM = "form"
    HEALTH_LETTER = "health_letter"
    RECOMMENDATION = "recommendation"


def documents_field() -> "ArrayField[list[str], list[str]]":
    """A checklist of papers."""
    return ArrayField(models.CharField(max_length=16, choices=Document.choices), default=list, blank=True)


class Programme(Shielded):
    """A course that a provider offers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.ForeignKey(Agency, models.PROTECT, related_name="programmes")
    name = models.CharField(max_length=120)
    vocation = models.CharField(max_length=60)
    sectors = ArrayField(models.SmallIntegerField(), help_text="Regsosek fields of activity, 1 to 26.")
    units = models.JSONField(default=list, blank=True, help_text="SKKNI units of competency: code and name.")
    hours = models.SmallIntegerField(help_text="Lesson hours (JP).")
    days = models.SmallIntegerField(null=True, blank=True, help_text="Length of the course, 2 days to 7 weeks.")
    minimum_age = models.SmallIntegerField(default=18)
    maximum_age = models.SmallIntegerField(null=True, blank=True)
    minimum_education = models.SmallIntegerField(
        default=0, help_text="Lowest certificate by the code of the family card: 3 primary, 4 junior, 5 senior; 0 none."
    )
    documents = documents_field()
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(sectors__contained_by=list(SECTORS), sectors__len__gt=0), name="programme_sectors"
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="programme_hours"),
            models.CheckConstraint(condition=Q(days=None) | Q(days__range=(2, 49)), name="programme_days"),
            models.CheckConstraint(condition=Q(minimum_age__range=(15, 100)), name="programme_minimum_age"),
            models.CheckConstraint(
                condition=Q(maximum_age=None) | Q(maximum_age__gte=F("minimum_age")), name="programme_maximum_age"
            ),
            models.CheckConstraint(condition=Q(minimum_education__range=(0, 10)), name="programme_education"),
        )

    def __str__(self) -> str:
        return self.name


class Batch(Shielded):
    """One run of a programme at a place, with a number of seats, some of them reserved for the poor."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        CLOSED = "closed"
        SELECTING = "selecting"
        RUNNING = "running"
        TESTING = "testing"
        FINISHED = "finished"
        CANCELLED = "cancelled"

    class Funding(models.TextChoices):
        STATE = "apbn", "APBN"
        PROVINCE = "apbd_province", "APBD provinsi"
        CITY = "apbd_city", "APBD kota"
        VILLAGE = "village_fund", "Village fund"
        COMPANY = "company", "Company"
        OTHER = "other", "Other"

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
    registration_from = models.DateField(null=True, blank=True)
    registration_until = models.DateField()
    funding = models.CharField(max_length=16, choices=Funding.choices, blank=True, default="")
    cost = models.BigIntegerField(null=True, blank=True, help_text="Rupiah for the whole batch.")
    capacity = models.IntegerField()
    reserved_poor = models.IntegerField(default=0, help_text="Seats for registered poor people.")
    reserved_extreme = models.IntegerField(default=0, help_text="Of these, seats for extremely poor people.")
    release_on = models.DateField(null=True, blank=True, help_text="From this day free reserved seats are anybody's.")
    released_at = models.DateTimeField(null=True, editable=False)
    confirm_hours = models.SmallIntegerField(default=48, help_text="How long a seat waits for whoever moves up.")
    taken_open = models.IntegerField(default=0, editable=False)
    taken_poor = models.IntegerField(default=0, editable=False)
    taken_extreme = models.IntegerField(default=0, editable=False)
    seats_taken = models.GeneratedField(
        expression=F("taken_open") + F("taken_poor") + F("taken_extreme"),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(taken_open__gte=0, taken_poor__gte=0, taken_extreme__gte=0)
                & Q(capacity__gte=F("taken_open") + F("taken_poor") + F("taken_extreme")),
                name="batch_seats_within_capacity",
            ),
            models.CheckConstraint(
                condition=Q(taken_extreme__lte=F("reserved_extreme"))
                & Q(taken_poor__lte=F("reserved_poor") - F("reserved_extreme"))
                & (Q(released_at__isnull=False) | Q(taken_open__lte=F("capacity") - F("reserved_poor"))),
                name="batch_seats_of_each_kind",
            ),
            # Seats reserved for the extremely poor alone would tell every provider who is extremely poor.
            models.CheckConstraint(
                condition=Q(reserved_poor__gte=0, reserved_poor__lte=F("capacity"), reserved_extreme__gte=0)
                & (Q(reserved_extreme=0) | Q(reserved_extreme__lt=F("reserved_poor"))),
                name="batch_reserved_seats",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="batch_ends_after_start"),
            models.CheckConstraint(condition=Q(capacity__range=(1, 1000)), name="batch_capacity"),
            models.CheckConstraint(condition=Q(cost=None) | Q(cost__range=(0, 10**12)), name="batch_cost"),
            models.CheckConstraint(condition=Q(confirm_hours__range=(1, 336)), name="batch_confirm_hours"),
            models.UniqueConstraint(fields=["id", "starts_on", "ends_on"], name="batch_dates"),
        )
        indexes = (
            models.Index(fields=["city", "id"], name="batch_city"),
            models.Index(fields=["release_on"], name="batch_unreleased", condition=Q(released_at=None)),
        )

    def __str__(self) -> str:
        return self.name


class Session(Shielded):
    """One meeting of a batch: when, where and about what, in the time of the city."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="sessions")
    day = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    venue = models.CharField(max_length=200, blank=True, default="", help_text="Where it is not the batch's.")
    topic = models.CharField(max_length=200)
    is_cancelled = models.BooleanField(default=False)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="session_ends_after_start"),
            models.UniqueConstraint(
                fields=["batch", "day", "starts"], condition=Q(is_cancelled=False), name="session_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.topic}"


class Application(Shielded):
    """That a person wants a seat, holds one, or waits on the reserve list of a batch."""

    class Status(models.TextChoices):
        APPLIED = "applied"
        HELD = "held"
        ACCEPTED = "accepted"
        RESERVE = "reserve"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        NO_SHOW = "no_show"
        LAPSED = "lapsed"

    class Source(models.TextChoices):
        OWN = "own"
        REFERRAL = "referral"
        SOCIAL = "social"

    class Seat(models.TextChoices):
        OPEN = "open"
        POOR = "poor"
        EXTREME = "extreme"

    SEATED = ("held", "accepted")
    LIVE = ("applied", "held", "accepted", "reserve")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="applications", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="applications")
    household = models.ForeignKey(Household, models.PROTECT, related_name="applications")
    provider = models.ForeignKey(Agency, models.PROTECT, related_name="applications")
    source = models.CharField(max_length=10, choices=Source.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.APPLIED)
    rank = models.IntegerField(null=True, editable=False, help_text="Place on the reserve list; 1 moves up first.")
    confirm_by = models.DateTimeField(null=True, editable=False, help_text="A seat not confirmed by then lapses.")
    documents = documents_field()
    test_score = models.SmallIntegerField(null=True, blank=True, help_text="Of the written selection, 0 to 100.")
    interview_score = models.SmallIntegerField(null=True, blank=True, help_text="Of the interview, 0 to 100.")
    override_reason = models.CharField(
        max_length=300, blank=True, default="", help_text="Why an officer accepted against a condition."
    )
    seat = models.CharField(max_length=8, choices=Seat.choices, null=True, editable=False)
    is_reserved = models.BooleanField(default=False, editable=False, help_text="Whether it is a reserved seat.")
    # The days of the batch, kept equal by a foreign key on all three: what the net against overlaps compares.
    starts_on = models.DateField(editable=False)
    ends_on = models.DateField(editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["batch", "person"],
                condition=Q(status__in=["applied", "held", "accepted", "reserve"]),
                name="application_one_live",
            ),
            models.CheckConstraint(
                condition=Q(status="reserve", rank__isnull=False) | (~Q(status="reserve") & Q(rank=None)),
                name="application_rank_on_reserve_only",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["held", "accepted"], seat__isnull=False)
                | (~Q(status__in=["held", "accepted"]) & Q(seat=None)),
                name="application_seat_while_seated",
            ),
            models.CheckConstraint(
                condition=Q(is_reserved=True, seat__in=["poor", "extreme"])
                | Q(Q(seat=None) | Q(seat="open"), is_reserved=False),
                name="application_reserved_seat",
            ),
            models.CheckConstraint(
                condition=Q(confirm_by=None) | Q(status="held"), name="application_confirm_while_held"
            ),
            models.CheckConstraint(
                condition=(Q(test_score=None) | Q(test_score__range=(0, 100)))
                & (Q(interview_score=None) | Q(interview_score__range=(0, 100))),
                name="application_scores",
            ),
            ExclusionConstraint(
                name="application_one_seat_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            RangeBoundary(inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(seat__isnull=False),
            ),
        )
        indexes = (
            models.Index(fields=["batch", "status", "rank"], name="application_queue"),
            models.Index(fields=["confirm_by"], name="application_due", condition=Q(confirm_by__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.status}"
