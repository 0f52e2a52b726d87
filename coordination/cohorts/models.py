"""Outcomes: what became of referrals, school places and courses, counted by office and group, frozen year by year."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.models import Agency, Region
from coordination.training.models import Programme

LIVE = 0
# Dimensions by what people are.
PEOPLE = ("sex", "disability", "registered_poor")


class Cohort(Shielded):
    """How far those of one year and group came, what became of them and how long it took; a hidden figure is empty.

    The figures of edition 0 follow the records; those of every other edition stay as they were when frozen.
    """

    class Funnel(models.TextChoices):
        SCHOOLING = "schooling"
        TRAINING = "training"
        PLACES = "places"
        COURSES = "courses"

    class Dimension(models.TextChoices):
        WHOLE = "whole"
        REGION = "region"
        MONTH = "month"
        PROGRAMME = "programme"
        SEX = "sex"
        DISABILITY = "disability"
        REGISTERED_POOR = "registered_poor"

    class Side(models.TextChoices):
        SENT = "sent"
        RECEIVED = "received"

    class Value(models.TextChoices):
        FEMALE = "F"
        MALE = "M"
        UNKNOWN = "U"
        YES = "yes"
        NO = "no"
        PHYSICAL = "physical"
        INTELLECTUAL = "intellectual"
        MENTAL = "mental"
        SENSORY = "sensory"
        MULTIPLE = "multiple"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    city = models.CharField(max_length=5, db_collation="C")
    funnel = models.CharField(max_length=9, choices=Funnel.choices)
    year = models.SmallIntegerField()
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, db_index=False, related_name="+", help_text="Empty for all offices together."
    )
    side = models.CharField(max_length=8, choices=Side.choices, blank=True, default="")
    dimension = models.CharField(max_length=15, choices=Dimension.choices)
    region = models.ForeignKey(Region, models.PROTECT, db_index=False, related_name="+")
    month = models.SmallIntegerField(null=True)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, db_index=False, related_name="+")
    value = models.CharField(
        max_length=12,
        choices=Value.choices,
        blank=True,
        default="",
        help_text="Of a dimension of people: which of them.",
    )
    edition = models.SmallIntegerField(default=LIVE)
    seats = models.IntegerField(null=True, help_text="Seats offered; empty where seats are not told apart.")
    steps = models.JSONField()
    rates = models.JSONField(default=dict)
    outcomes = models.JSONField()
    durations = models.JSONField()
    cost_per_placed = models.BigIntegerField(
        null=True, help_text="Rupiah for each person who has work, once every batch is finished and its cost known."
    )
    as_of = models.DateTimeField()

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=[
                    *("city", "edition", "year", "funnel", "agency", "side", "dimension"),
                    *("region", "month", "programme", "value"),
                ],
                nulls_distinct=False,
                name="cohort_once",
            ),
            models.CheckConstraint(condition=Q(agency=None, side="") | ~Q(agency=None, side=""), name="cohort_party"),
            models.CheckConstraint(
                condition=Q(dimension="month", month__range=(1, 12)) | (~Q(dimension="month") & Q(month=None)),
                name="cohort_month",
            ),
            models.CheckConstraint(
                condition=Q(dimension="programme", programme__isnull=False)
                | (~Q(dimension="programme") & Q(programme=None)),
                name="cohort_programme",
            ),
            models.CheckConstraint(
                condition=(Q(dimension__in=PEOPLE) & ~Q(value="")) | (~Q(dimension__in=PEOPLE) & Q(value="")),
                name="cohort_value",
            ),
        )
        indexes = (
            models.Index(fields=["city", "edition", "id"], name="cohort_city"),
            models.Index(fields=["agency", "edition", "id"], name="cohort_agency"),
        )

    def __str__(self) -> str:
        return f"{self.funnel} {self.year}"


class CohortEdition(Shielded):
    """That the figures of a year were frozen: by whom, when and on what ground; a correction is another edition."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    city = models.CharField(max_length=5, db_collation="C")
    year = models.SmallIntegerField()
    number = models.SmallIntegerField()
    basis = models.CharField(max_length=300)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    frozen_by = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(db_default=Now(), editable=False)
    as_of = models.DateTimeField(help_text="When the figures were counted.")

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["city", "year", "number"], name="cohort_edition_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="cohort_edition_number"),
        )

    def __str__(self) -> str:
        return f"{self.year}, {self.number}"
