"""Shapes of what comes in about schooling."""

from typing import Any

from django.db.models import Model
from django.utils import timezone
from rest_framework import serializers

from agencies.web.inputs import Day, Key, Many, Reference, Text
from coordination.schooling.codes import Category, Reason, SupportNeed
from coordination.schooling.models import FollowUp, SchoolingCase, Verification, Visit
from coordination.schooling.transitions import OUTCOMES
from coordination.schools.levels import Programme
from households.register.inputs import Nisn

EARLIEST = 2000
MOST = 1000


class DoneOn(Day):
    """The day of something that was done: today or before."""

    def to_internal_value(self, value: Any) -> Any:
        """Refuses the future and the implausible."""
        day = super().to_internal_value(value)
        if day.year < EARLIEST or day > timezone.localdate():
            raise serializers.ValidationError(f"Not between {EARLIEST} and today.", code="not_done_yet")
        return day


def several(choices: Any, **options: Any) -> serializers.ListField:
    """A list of codes, each once."""
    return serializers.ListField(
        child=serializers.ChoiceField(choices=choices.choices), max_length=len(choices), **options
    )


class CaseInput(serializers.Serializer[Model]):
    """The referral of a child to the caller's office; it is accepted and begun thereby."""

    referral = Reference("referral")
    category = serializers.ChoiceField(choices=Category.choices, required=False)


class CaseItem(serializers.Serializer[Model]):
    """One referral of many."""

    referral = Key()
    category = serializers.ChoiceField(choices=Category.choices, required=False)


class CasesInput(serializers.Serializer[Model]):
    """Up to 1,000 referrals."""

    items = Many(child=CaseItem(), allow_empty=False, max_length=MOST)


class AssignInput(serializers.Serializer[Model]):
    """Which officer of my office does the work."""

    officer = Reference("officer")


class AssignManyInput(AssignInput):
    """Up to 1,000 cases for one officer."""

    cases = Many(child=Key(), allow_empty=False, max_length=MOST)


class VisitInput(serializers.Serializer[Model]):
    """On which day who visited, who was met, and what was found; without a visitor, whoever calls."""

    visited_on = DoneOn()
    visitor = Text(max_length=64, required=False)
    met = serializers.ChoiceField(choices=Visit.Met.choices)
    found = Text(max_length=2000)


class SupportInput(serializers.Serializer[Model]):
    """What the child needs at school beyond a place."""

    support_needs = several(SupportNeed, required=False)
    support_notes = Text(max_length=1000, required=False, allow_blank=True)


class VerificationInput(SupportInput):
    """What was established about a child."""

    verified_on = DoneOn()
    category = serializers.ChoiceField(choices=Category.choices)
    reasons = several(Reason, allow_empty=False)
    last_grade = serializers.IntegerField(min_value=1, max_value=13, required=False, allow_null=True)
    documents = several(Verification.Document, required=False)
    wish = serializers.ChoiceField(choices=Verification.Wish.choices)
    nisn = Nisn(required=False)
    remarks = Text(max_length=2000, required=False, allow_blank=True)


class WordsInput(serializers.Serializer[Model]):
    """Why, for the record of the case."""

    words = Text(max_length=1000, required=False, allow_blank=True)


class PlanInput(WordsInput):
    """Which grade of a regular school, or of a package at a learning centre, and from which school year on."""

    programme = serializers.ChoiceField(choices=Programme.choices)
    grade = serializers.IntegerField(min_value=1, max_value=13)
    school_year = serializers.IntegerField(min_value=EARLIEST, max_value=2200)


class OfferInput(WordsInput):
    """Which place to reserve."""

    place = Reference("place")


class WithdrawInput(serializers.Serializer[Model]):
    """Why the offer is taken back."""

    words = Text(max_length=1000)


class EnrolInput(WordsInput):
    """Since when the school has taken the child in, and under which student number."""

    enrolled_on = DoneOn()
    nisn = Nisn(required=False)
    holds_aid_card = serializers.BooleanField(required=False, allow_null=True)


class CloseInput(WordsInput):
    """How a case ends that needs no place; for a child found in school, where and since when."""

    outcome = serializers.ChoiceField(choices=[(outcome.value, outcome.label) for outcome in OUTCOMES])
    school = Reference("school", required=False)
    since = DoneOn(required=False)
    nisn = Nisn(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Only a child in school has one; the list of schools may lack it."""
        told = {"school", "since", "nisn"} & set(attrs)
        if told and attrs["outcome"] != SchoolingCase.Status.ALREADY_IN_SCHOOL:
            raise serializers.ValidationError(dict.fromkeys(told, "Only of a child found in school."))
        if ("school" in attrs) != ("since" in attrs):
            raise serializers.ValidationError({"since": "Give school and since together."})
        return attrs


class AnswerInput(WordsInput):
    """What the check found."""

    answer = serializers.ChoiceField(
        choices=[
            (answer.value, answer.label)
            for answer in (FollowUp.Answer.ATTENDING, FollowUp.Answer.ABSENT_OFTEN, FollowUp.Answer.DROPPED_AGAIN)
        ]
    )
    answered_on = DoneOn()


class PupilInput(serializers.Serializer[Model]):
    """What can be changed of a pupil."""

    grade = serializers.IntegerField(min_value=1, max_value=13, required=False, allow_null=True)
    until = DoneOn(required=False, allow_null=True)
    holds_aid_card = serializers.BooleanField(required=False, allow_null=True)


class NewPupilInput(PupilInput):
    """A child whom the caller sees, and its school."""

    person = Reference("person")
    school = Reference("school")
    since = DoneOn()


class ProposeInput(serializers.Serializer[Model]):
    """Up to 1,000 pupils, the day on which they are proposed, and the number of the list."""

    pupils = Many(child=Key(), allow_empty=False, max_length=MOST)
    proposed_on = DoneOn()
    aid_list = Text(max_length=60)
