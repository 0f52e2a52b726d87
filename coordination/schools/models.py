"""Schools, the places that they offer, and who holds one."""

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Left, Lower, Now

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.models import Region
from coordination.schools.levels import Authority, Level, Programme
from households.register.choices import one_of
from households.register.models import Household, Person


class School(Shielded):
    """A school or learning centre by its school number (NPSN), and which office runs it."""

    class Ownership(models.TextChoices):
        PUBLIC = "public"
        PRIVATE = "private"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    npsn = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=120)
    name_key = models.GeneratedField(
        expression=Lower("name"),
        output_field=models.CharField(max_length=120, db_collation="C"),
        db_persist=True,
    )
    level = models.CharField(max_length=4, choices=Level.choices)
    ownership = models.CharField(max_length=7, choices=Ownership.choices)
    authority = models.CharField(max_length=8, choices=Authority.choices, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, help_text="District, or village where it is known.")
    city = models.GeneratedField(
        expression=Left("region", 5),
        output_field=models.CharField(max_length=5, db_collation="C"),
        db_persist=True,
    )
    # The city's office also speaks for madrasah: no office of Kemenag takes part.
    office_region = models.GeneratedField(
        expression=Case(When(authority="province", then=Left("region", 2)), default=Left("region", 5)),
        output_field=models.CharField(max_length=5, db_collation="C"),
        db_persist=True,
    )
    street = models.CharField(max_length=200, blank=True, default="")
    latitude = models.DecimalField(max_digits=9, decimal_places=7, null=True, blank=True)
    longitude = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    is_open = models.BooleanField(default=True)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(npsn__regex="^[0-9]{8}$"), name="school_npsn_digits"),
            one_of("level", Level, "school_level_known"),
            one_of("authority", Authority, "school_authority_known"),
        )
        indexes = (
            models.Index(fields=["city", "id"], name="school_city"),
            models.Index(fields=["city", "name_key"], name="school_name"),
        )

    def __str__(self) -> str:
        return self.name


class PlaceOffer(Shielded):
    """So many places in one grade of a school for one school year, and how many of them are taken."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="places", db_index=False)
    school_year = models.SmallIntegerField(help_text="The year in which it begins: 2026 for 2026/2027.")
    grade = models.SmallIntegerField()
    programme = models.CharField(max_length=8, choices=Programme.choices, default=Programme.REGULAR)
    capacity = models.IntegerField()
    taken = models.IntegerField(default=0, editable=False)
    free = models.GeneratedField(
        expression=F("capacity") - F("taken"), output_field=models.IntegerField(), db_persist=True
    )
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(taken__gte=0, taken__lte=F("capacity")), name="place_within_capacity"),
            models.CheckConstraint(condition=Q(capacity__range=(0, 10_000)), name="place_capacity"),
            models.CheckConstraint(condition=Q(grade__range=(1, 13)), name="place_grade"),
            models.CheckConstraint(condition=Q(school_year__range=(2000, 2200)), name="place_school_year"),
            models.UniqueConstraint(fields=["school", "school_year", "grade", "programme"], name="place_once"),
        )

    def __str__(self) -> str:
        return f"{self.grade} {self.programme} {self.school_year}"


class Placement(Shielded):
    """That a child holds a place: reserved until the school takes the child in, given up when it leaves."""

    class Status(models.TextChoices):
        RESERVED = "reserved"
        ENROLLED = "enrolled"
        GIVEN_UP = "given_up"

    LIVE = ("reserved", "enrolled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(PlaceOffer, models.PROTECT, related_name="placements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="placements")
    household = models.ForeignKey(Household, models.PROTECT, related_name="placements")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.RESERVED)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=Q(status__in=["reserved", "enrolled"]), name="placement_one_live"
            ),
            models.CheckConstraint(
                condition=Q(status="given_up", ended_at__isnull=False) | (~Q(status="given_up") & Q(ended_at=None)),
                name="placement_end_has_a_moment",
            ),
        )

    def __str__(self) -> str:
        return self.status
