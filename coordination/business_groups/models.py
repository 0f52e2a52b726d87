"""Business groups (KUBE): families who run a business together, and who does what in it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Left, Now

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.models import Agency, Region
from coordination.training.models import Batch
from coordination.training.sectors import SECTORS
from households.register.models import Household, Person


class BusinessGroup(Shielded):
    """A group of poor families with a business; an office proposes it, and Dinsos confirms it."""

    class Status(models.TextChoices):
        PROPOSED = "proposed"
        ACTIVE = "active"
        DISSOLVED = "dissolved"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    sector = models.SmallIntegerField(help_text="Regsosek field of activity, 1 to 26.")
    region = models.ForeignKey(Region, models.PROTECT)
    city = models.GeneratedField(
        expression=Left("region", 5),
        output_field=models.CharField(max_length=5, db_collation="C"),
        db_persist=True,
    )
    batch = models.ForeignKey(
        Batch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="business_groups",
        help_text="Whence its members come.",
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="business_groups", help_text="Who proposed it.")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PROPOSED)
    formed_on = models.DateField(null=True, editable=False)
    ended_on = models.DateField(null=True, editable=False)
    ended_reason = models.CharField(max_length=300, blank=True, default="", editable=False)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(sector__in=list(SECTORS)), name="business_group_sector"),
            models.CheckConstraint(
                condition=Q(status="proposed", formed_on=None, ended_on=None)
                | Q(status="active", formed_on__isnull=False, ended_on=None)
                | Q(status="dissolved", ended_on__isnull=False),
                name="business_group_days",
            ),
        )
        indexes = (models.Index(fields=["city", "id"], name="business_group_city"),)

    def __str__(self) -> str:
        return self.name


class GroupMember(Shielded):
    """Somebody in a business group: in what role, since when and until when."""

    class Role(models.TextChoices):
        CHAIR = "chair"
        SECRETARY = "secretary"
        TREASURER = "treasurer"
        MEMBER = "member"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(BusinessGroup, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="group_memberships")
    household = models.ForeignKey(Household, models.PROTECT, related_name="group_memberships")
    role = models.CharField(max_length=9, choices=Role.choices, default=Role.MEMBER)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, editable=False)
    version = models.IntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["person"], condition=Q(left_on=None), name="group_member_in_one_group"),
            models.UniqueConstraint(
                fields=["group", "role"],
                condition=Q(left_on=None, role__in=["chair", "secretary", "treasurer"]),
                name="group_member_one_of_a_role",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=models.F("joined_on")), name="group_member_period"
            ),
        )

    def __str__(self) -> str:
        return self.role
