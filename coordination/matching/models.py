"""Matching: what a place lives on, what each part of a score weighs, and who could be trained."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left

from agencies.access.identifiers import new_id
from agencies.access.models import Shielded
from agencies.models import Region
from coordination.matching.occupations import Activity
from households.register.models import Household, Person

# The parts of a score that a city weighs.
PARTS = (
    "livelihood_village",
    "livelihood_district",
    "sector",
    "skill",
    "same_village",
    "same_district",
    "need",
    "trained",
)


def points_field(usual: int, words: str) -> "models.SmallIntegerField[int, int]":
    """Points of one part of a score."""
    return models.SmallIntegerField(default=usual, help_text=words)


class Livelihood(Shielded):
    """That people of a place live on something, who said so, and from when it holds here.

    The newest row of a place and activity that has begun counts; a row that withdraws ends it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region = models.ForeignKey(
        Region, models.PROTECT, db_index=False, help_text="A village, or a district where no village is named."
    )
    city = models.GeneratedField(
        expression=Left("region", 5),
        output_field=models.CharField(max_length=5, db_collation="C"),
        db_persist=True,
    )
    activity = models.CharField(max_length=24, choices=Activity.choices)
    since = models.DateField()
    source = models.CharField(max_length=400, help_text="Who says so: survey, minutes, page, with its day.")
    is_withdrawn = models.BooleanField(default=False)

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["region", "activity", "since"], name="livelihood_once"),
            models.CheckConstraint(condition=Q(activity__in=Activity.values), name="livelihood_activity_known"),
            models.CheckConstraint(condition=~Q(source=""), name="livelihood_has_source"),
        )
        indexes = (models.Index(fields=["city", "id"], name="livelihood_city"),)

    def __str__(self) -> str:
        return f"{self.activity} {self.since}"


class Weighting(Shielded):
    """How many points each part of a score counts in a city, from a day until a later row begins."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    city = models.CharField(max_length=5, db_collation="C", editable=False)
    since = models.DateField()
    reason = models.CharField(max_length=200)
    livelihood_village = points_field(30, "The village lives on what the course trains.")
    livelihood_district = points_field(15, "The district does, where nothing is known of the village.")
    sector = points_field(20, "The person works in a field of the course.")
    skill = points_field(10, "The person finished another course of the same field.")
    same_village = points_field(20, "The course is in the village of the person.")
    same_district = points_field(10, "The course is in another village of the district.")
    need = points_field(20, "The person is registered as poor.")
    trained = points_field(40, "Taken off: the person finished this vocation already.")

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["city", "since"], name="weighting_once"),
            *(
                models.CheckConstraint(condition=Q(**{f"{part}__range": (0, 100)}), name=f"weighting_{part}")
                for part in PARTS
            ),
        )

    def __str__(self) -> str:
        return str(self.since)


class Profile(Shielded):
    """What many candidates have in common, so that a score is worked out once for all of them.

    Derived with the candidates; one that nobody has any more stays with no people.
    """

    id = models.BigAutoField(primary_key=True)
    city = models.CharField(max_length=5, db_collation="C")
    region = models.ForeignKey(Region, models.PROTECT, db_index=False, related_name="+")
    occupation = models.CharField(max_length=2, blank=True)
    vocations = ArrayField(models.CharField(max_length=60), help_text="Finished, in lower case.")
    sectors = ArrayField(models.SmallIntegerField(), help_text="Fields of what was finished.")
    is_poor = models.BooleanField()
    people = models.IntegerField()

    class Meta(Shielded.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["city", "region", "occupation", "vocations", "sectors", "is_poor"], name="profile_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Candidate(Shielded):
    """What matching looks at of a person of working age (15 to 64): where, what work, which training, poor or not.

    Derived by PostgreSQL (`tend_candidates`) every hour and after each register file; nobody writes it.
    """

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="+")
    household = models.ForeignKey(Household, models.CASCADE, db_index=False, related_name="+")
    city = models.CharField(max_length=5, db_collation="C")
    region = models.ForeignKey(Region, models.PROTECT, db_index=False, related_name="+")
    profile = models.ForeignKey(Profile, models.PROTECT, db_index=False, related_name="+")
    birth_date = models.DateField()
    occupation = models.CharField(max_length=2, blank=True)
    education = models.SmallIntegerField(null=True)
    vocations = ArrayField(models.CharField(max_length=60), help_text="Finished, in lower case.")
    sectors = ArrayField(models.SmallIntegerField(), help_text="Fields of what was finished.")
    is_poor = models.BooleanField(help_text="Registered, and poor by the latest assessment; how poor is not told.")
    is_listed = models.BooleanField(help_text="Has an open entry of a register.")

    class Meta(Shielded.Meta):
        indexes = (models.Index(fields=["profile"], name="candidate_profile"),)

    def __str__(self) -> str:
        return str(self.pk)
