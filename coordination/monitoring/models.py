"""Headcounts: how many people a register lists, per year and region, each with its measure and source."""

from django.db import models
from django.db.models import Q

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.models import Region
from households.register.choices import one_of


class Measure(models.TextChoices):
    """What a figure counts; the figures of two measures are never one series."""

    REGISTER_COUNT = "register_count"
    POOR_REGISTER_COUNT = "poor_register_count"
    EXTREME_REGISTER_COUNT = "extreme_register_count"
    BPS_RATE = "bps_rate"
    BPS_COUNT = "bps_count"


# The unit of each measure that the Statistics Bureau publishes; the other measures are counted here.
UNITS = {Measure.BPS_RATE.value: "percent", Measure.BPS_COUNT.value: "persons"}


class Headcount(Shielded):
    """One figure; figures of two measures never stand in one series."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    year = models.SmallIntegerField()
    region = models.ForeignKey(Region, models.PROTECT)
    city = models.CharField(max_length=5, db_collation="C")
    measure = models.CharField(max_length=24, choices=Measure.choices)
    basis = models.CharField(max_length=120)
    value = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    hidden = models.BooleanField(default=False, help_text="So few people that the figure would tell who they are.")
    unit = models.CharField(max_length=12)
    source = models.CharField(max_length=120)
    as_of = models.DateField()
    published_by = models.CharField(max_length=120)
    edition = models.SmallIntegerField(default=1)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["year", "region", "measure", "source", "edition"], name="headcount_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="headcount_not_negative"),
            models.CheckConstraint(
                condition=Q(hidden=True, value=None) | Q(hidden=False, value__isnull=False),
                name="headcount_hidden_has_no_value",
            ),
            one_of("measure", Measure, "headcount_measure_known"),
        )
        indexes = (models.Index(fields=["city", "year"], name="headcount_city_year"),)

    def __str__(self) -> str:
        return f"{self.measure} {self.year}"
