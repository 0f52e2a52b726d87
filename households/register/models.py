"""About whom: families, their people, welfare records, register entries, and who may see them."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Lower, Now

from agencies.access.identifiers import new_id
from agencies.access.models import Granted, Shielded
from agencies.models import Agency, Agreement, Region
from households.register.choices import (
    LifeStatus,
    MaritalStatus,
    Relation,
    SchoolParticipation,
    Sex,
    Source,
    WelfareStatus,
    one_of,
)
from households.register.querysets import ShareQuerySet


class Household(Shielded):  # type: ignore[django-manager-missing] # Share.objects is declared Any
    """A family that lives and is served together; may hold several family cards."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, db_index=False)
    city = models.GeneratedField(
        expression=Left("region", 5),
        output_field=models.CharField(max_length=5, db_collation="C"),
        db_persist=True,
    )
    district = models.GeneratedField(
        expression=Left("region", 8),
        output_field=models.CharField(max_length=8, db_collation="C"),
        db_persist=True,
    )
    address = models.CharField(max_length=200, blank=True, default="")
    rt = models.CharField(max_length=5, blank=True, default="")
    rw = models.CharField(max_length=5, blank=True, default="")
    version = models.IntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        indexes = (
            models.Index(fields=["city", "id"], name="household_city"),
            models.Index(fields=["district", "id"], name="household_district"),
            models.Index(fields=["region", "id"], name="household_region"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class FamilyCard(Shielded):
    """A legal family card (Kartu Keluarga) of a household, from and until a date; its number is sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, models.CASCADE, related_name="cards")
    city = models.CharField(max_length=5, db_collation="C", editable=False)
    number_cipher = models.BinaryField()
    number_digest = models.BinaryField()
    number_last4 = models.CharField(max_length=4)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["city", "number_digest"], condition=Q(until=None), name="family_card_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="family_card_period"),
        )

    def __str__(self) -> str:
        return f"•••• {self.number_last4}"


class Person(Shielded):
    """A resident on the register; lives in one household at a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="residents")
    city = models.CharField(max_length=5, db_collation="C", editable=False)
    name = models.CharField(max_length=120)
    name_key = models.GeneratedField(
        expression=Lower("name"),
        output_field=models.CharField(max_length=120, db_collation="C"),
        db_persist=True,
    )
    sex = models.CharField(max_length=1, choices=Sex.choices)
    birth_date = models.DateField()
    birth_place = models.CharField(max_length=80, blank=True, default="")
    mother_name = models.CharField(max_length=120, blank=True, default="")
    relation = models.CharField(max_length=16, choices=Relation.choices)
    marital_status = models.CharField(max_length=8, choices=MaritalStatus.choices, default=MaritalStatus.UNKNOWN)
    phone = models.CharField(max_length=20, blank=True, default="")
    school_participation = models.CharField(
        max_length=10, choices=SchoolParticipation.choices, default=SchoolParticipation.UNKNOWN
    )
    education = models.CharField(max_length=2, blank=True, default="")
    occupation = models.CharField(max_length=2, blank=True, default="")
    disabilities = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    pregnant = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=LifeStatus.choices, default=LifeStatus.ALIVE)
    possible_duplicate_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="possible_duplicates"
    )
    nik_cipher = models.BinaryField(null=True)
    nik_digest = models.BinaryField(null=True)
    nik_last4 = models.CharField(max_length=4, blank=True, default="", editable=False)
    nisn_cipher = models.BinaryField(null=True)
    nisn_digest = models.BinaryField(null=True)
    nisn_last4 = models.CharField(max_length=4, blank=True, default="", editable=False)
    version = models.IntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["city", "nik_digest"], name="person_nik_once"),
            one_of("sex", Sex, "person_sex_known"),
            one_of("relation", Relation, "person_relation_known"),
            one_of("status", LifeStatus, "person_status_known"),
        )
        indexes = (
            models.Index(fields=["city", "id"], name="person_city"),
            models.Index(fields=["city", "name_key"], name="person_name"),
            models.Index(fields=["city", "birth_date"], name="person_birth_date"),
            models.Index(fields=["city", "nisn_digest"], name="person_nisn", condition=Q(nisn_digest__isnull=False)),
        )

    def __str__(self) -> str:
        return str(self.pk)

    def age(self, on: date) -> int:
        """Full years on a day."""
        had_birthday = (on.month, on.day) >= (self.birth_date.month, self.birth_date.day)
        return on.year - self.birth_date.year - (not had_birthday)


class Membership(Shielded):
    """That a person belonged to a household from a day until a day; at most one is open for each person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["person"], condition=Q(until=None), name="membership_one_open"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="membership_period"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Assessment(Shielded):
    """What one register said of a person's welfare for one period; never overwritten."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="assessments", db_index=False)
    source = models.CharField(max_length=8, choices=Source.choices)
    period = models.DateField()
    status = models.CharField(max_length=12, choices=WelfareStatus.choices)
    decile = models.SmallIntegerField(null=True, blank=True)
    food_aid = models.BooleanField(default=False)
    cash_transfer = models.BooleanField(default=False)
    premium_subsidy = models.BooleanField(default=False)
    batch = models.UUIDField(null=True, editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["person", "source", "period"], name="assessment_once"),
            models.CheckConstraint(condition=Q(decile=None) | Q(decile__range=(1, 10)), name="assessment_decile"),
            one_of("status", WelfareStatus, "assessment_status_known"),
            one_of("source", Source, "assessment_source_known"),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.period}"


class Listing(Shielded):
    """An entry of a register for a person: when and why it began, when and why it ended."""

    class EntryReason(models.TextChoices):
        REGISTERED = "registered"
        PROPOSED_NEW = "proposed_new"

    class ExitReason(models.TextChoices):
        DECEASED = "deceased"
        MOVED_OUT = "moved_out"
        NOT_FOUND = "not_found"
        NO_LONGER_POOR = "no_longer_poor"
        EMPLOYED_CIVIL_SERVANT = "employed_civil_servant"
        REFUSED = "refused"
        INVALID_NIK = "invalid_nik"
        DUPLICATE = "duplicate"
        COMPONENT_ENDED = "component_ended"
        ABSENT = "absent"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="listings")
    household = models.ForeignKey(Household, models.PROTECT, related_name="listings")
    city = models.CharField(max_length=5, db_collation="C", editable=False)
    source = models.CharField(max_length=8, choices=Source.choices)
    register_number = models.CharField(max_length=20)
    entered_on = models.DateField()
    entry_reason = models.CharField(max_length=24, choices=EntryReason.choices)
    decree = models.CharField(max_length=60, blank=True, default="")
    exited_on = models.DateField(null=True, blank=True)
    exit_reason = models.CharField(max_length=24, choices=ExitReason.choices, blank=True, default="")
    evidence = models.CharField(max_length=200, blank=True, default="")
    batch = models.UUIDField(null=True, editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["city", "source", "register_number"], name="listing_once"),
            models.CheckConstraint(
                condition=Q(exited_on=None, exit_reason="") | (Q(exited_on__isnull=False) & ~Q(exit_reason="")),
                name="listing_exit_has_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.register_number[-4:]}"


class Share(Shielded):
    """That an agency may see a family, or some of its people, for one purpose: THE row scope of partner offices."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, models.CASCADE, related_name="shares", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="shares", db_index=False)
    purpose = models.CharField(max_length=40, choices=Agreement.PURPOSES)
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, blank=True, related_name="shares")
    subjects = ArrayField(models.UUIDField(), help_text="The people whom the purpose concerns.")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    until = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=40, blank=True, default="")

    objects: ClassVar[Any] = Granted.from_queryset(ShareQuerySet)()

    class Meta(Shielded.Meta):
        indexes = (
            models.Index(fields=["agency", "purpose", "household"], name="share_open", condition=Q(closed_at=None)),
            models.Index(fields=["household"], name="share_household"),
        )
        constraints = (models.CheckConstraint(condition=~Q(subjects=[]), name="share_names_someone"),)

    def __str__(self) -> str:
        return str(self.pk)
