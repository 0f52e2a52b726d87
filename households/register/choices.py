"""What a field of the register may say."""

from django.db import models
from django.db.models import Q


def one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """Constraint: the field holds one of the choices."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=name)


class Sex(models.TextChoices):
    """As on the identity card."""

    MALE = "M"
    FEMALE = "F"
    UNKNOWN = "U"


class Relation(models.TextChoices):
    """To the head of the household (SHDK of the family card)."""

    HEAD = "head"
    HUSBAND = "husband"
    WIFE = "wife"
    CHILD = "child"
    CHILD_IN_LAW = "child_in_law"
    GRANDCHILD = "grandchild"
    PARENT = "parent"
    PARENT_IN_LAW = "parent_in_law"
    OTHER_FAMILY = "other_family"
    SERVANT = "servant"
    OTHER = "other"


class MaritalStatus(models.TextChoices):
    """As on the family card."""

    SINGLE = "single"
    MARRIED = "married"
    DIVORCED = "divorced"
    WIDOWED = "widowed"
    UNKNOWN = "unknown"


class SchoolParticipation(models.TextChoices):
    """Regsosek question 412."""

    NEVER = "never"
    IN_SCHOOL = "in_school"
    NO_LONGER = "no_longer"
    UNKNOWN = "unknown"


class LifeStatus(models.TextChoices):
    """Whether and where the person lives, as far as known."""

    ALIVE = "alive"
    DECEASED = "deceased"
    MOVED_OUT = "moved_out"
    NOT_FOUND = "not_found"


class Source(models.TextChoices):
    """Where a welfare record comes from."""

    DTKS = "DTKS"
    DTSEN = "DTSEN"
    P3KE = "P3KE"
    FIELD = "field"


class WelfareStatus(models.TextChoices):
    """What the source says of the person."""

    POOR = "poor"
    EXTREME_POOR = "extreme_poor"
    NOT_POOR = "not_poor"
