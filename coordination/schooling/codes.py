"""Closed lists of schooling: why children are out of school, what they need there, what the rules of age say."""

from django.db import models


class Category(models.TextChoices):
    """Which of the three kinds of out-of-school child (BPB, DO, LTM)."""

    NEVER_ENROLLED = "never_enrolled"
    DROPPED_OUT = "dropped_out"
    NOT_CONTINUED = "not_continued"


class Reason(models.TextChoices):
    """Why a child is in no school."""

    COST = "cost"
    WORKING = "working"
    MARRIED = "married"
    PREGNANCY = "pregnancy"
    DISABILITY = "disability"
    ILLNESS = "illness"
    DISTANCE = "distance"
    BULLYING = "bullying"
    NO_DOCUMENTS = "no_documents"
    NOT_INTERESTED = "not_interested"
    OTHER = "other"


class SupportNeed(models.TextChoices):
    """What a child needs at school beyond a place."""

    MOBILITY = "mobility"
    SIGHT = "sight"
    HEARING = "hearing"
    SPEECH = "speech"
    LEARNING = "learning"
    BEHAVIOUR = "behaviour"
    LANGUAGE = "language"
    TRANSPORT = "transport"
    OTHER = "other"


class Advice(models.TextChoices):
    """What the rules of age say about a plan; the officer decides."""

    FITS = "fits"
    TOO_YOUNG = "too_young"
    OVER_AGE = "over_age"
    REGULAR_POSSIBLE = "regular_possible"
