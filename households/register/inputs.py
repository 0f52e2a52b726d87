"""Shapes of what comes in about families and people."""

from typing import Any

from django.db.models import Model
from django.utils import timezone
from rest_framework import serializers

from agencies.models import Region
from agencies.web.inputs import Day, Many, Reference, Text, Village
from households.register.choices import MaritalStatus, Relation, SchoolParticipation, Sex, Source, WelfareStatus
from households.register.identity_numbers import family_card_problem, nik_problem
from households.register.lookup import REVEAL_REASONS
from households.register.models import Listing

DISABILITIES = ("physical", "intellectual", "mental", "sensory_sight", "sensory_hearing", "sensory_speech")


def provinces() -> set[str]:
    """The codes of all provinces."""
    return set(Region.objects.filter(level=Region.Level.PROVINCE).values_list("code", flat=True))


class Nik(Text):
    """A national identity number (NIK) of sound structure."""

    def to_internal_value(self, data: Any) -> str:
        """Refuses what no Dukcapil office ever issued; the answer never repeats the number."""
        number = super().to_internal_value(data)
        if problem := nik_problem(number, provinces()):
            raise serializers.ValidationError("Not a valid NIK.", code=problem)
        return number


class FamilyCardNumber(Text):
    """A family-card number (No. KK) of sound structure."""

    def to_internal_value(self, data: Any) -> str:
        """Refuses what no Dukcapil office ever issued."""
        number = super().to_internal_value(data)
        if problem := family_card_problem(number, provinces()):
            raise serializers.ValidationError("Not a valid family-card number.", code=problem)
        return number


class Nisn(serializers.RegexField):
    """A student number (NISN): ten digits, leading zeros are real."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[0-9]{10}\Z", **options)


class PastDay(Day):
    """A day from 1900 until today."""

    def to_internal_value(self, value: Any) -> Any:
        """Refuses the future and the implausible."""
        day = super().to_internal_value(value)
        if not day.year >= 1900 or day > timezone.localdate():
            raise serializers.ValidationError("Not between 1900 and today.", code="birth_date_implausible")
        return day


class HouseholdInput(serializers.Serializer[Model]):
    """A family's place."""

    region = Village()
    address = Text(max_length=200, required=False, allow_blank=True)
    rt = Text(max_length=5, required=False, allow_blank=True)
    rw = Text(max_length=5, required=False, allow_blank=True)


class NewHouseholdInput(HouseholdInput):
    """A new family, with its card if it has one."""

    family_card_number = FamilyCardNumber(required=False)


class PersonInput(serializers.Serializer[Model]):
    """What can be changed of a person; whether the caller may is asked of the access table."""

    name = Text(max_length=120)
    sex = serializers.ChoiceField(choices=Sex.choices)
    birth_date = PastDay()
    birth_place = Text(max_length=80, required=False, allow_blank=True)
    mother_name = Text(max_length=120, required=False, allow_blank=True)
    relation = serializers.ChoiceField(choices=Relation.choices)
    marital_status = serializers.ChoiceField(choices=MaritalStatus.choices, required=False)
    phone = Text(max_length=20, required=False, allow_blank=True)
    school_participation = serializers.ChoiceField(choices=SchoolParticipation.choices, required=False)
    education = serializers.ChoiceField(choices=[str(n) for n in range(1, 11)], required=False, allow_blank=True)
    occupation = serializers.RegexField(r"^[0-9]{1,2}\Z", required=False, allow_blank=True)
    disabilities = serializers.ListField(
        child=serializers.ChoiceField(choices=DISABILITIES), required=False, max_length=len(DISABILITIES)
    )
    pregnant = serializers.BooleanField(required=False)
    nik = Nik(required=False)
    nisn = Nisn(required=False)


class NewPersonInput(PersonInput):
    """A new person in a family that the caller sees."""

    household = Reference("household")


class MoveInput(serializers.Serializer[Model]):
    """To which family a person moves, and since when."""

    household = Reference("household")
    since = PastDay()
    relation = serializers.ChoiceField(choices=Relation.choices)


class AssessmentInput(serializers.Serializer[Model]):
    """A welfare record from the field; registers come in as files."""

    person = Reference("person")
    source: Any = serializers.ChoiceField(choices=[Source.FIELD.value])
    period = PastDay()
    status = serializers.ChoiceField(choices=WelfareStatus.choices)


class ExitInput(serializers.Serializer[Model]):
    """Why and on what evidence a person leaves the register."""

    reason = serializers.ChoiceField(choices=[r for r in Listing.ExitReason.choices if r[0] != "absent"])
    on = PastDay()
    evidence = Text(max_length=200)


class ShareInput(serializers.Serializer[Model]):
    """Which family to open to the holder of an agreement, and until when."""

    household = Reference("household")
    agreement = Reference("agreement")
    until = Day()


class CloseInput(serializers.Serializer[Model]):
    """Why a share ends."""

    reason = Text(max_length=40)


class LookupItem(serializers.Serializer[Model]):
    """One number to look for."""

    nik = serializers.RegexField(r"^[0-9]{16}\Z", required=False)
    family_card_number = serializers.RegexField(r"^[0-9]{16}\Z", required=False)
    nisn = Nisn(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one kind of number."""
        if len(attrs) != 1:
            raise serializers.ValidationError("Give one of nik, family_card_number, nisn.", code="one_number")
        return attrs


class LookupInput(serializers.Serializer[Model]):
    """Up to 100 numbers."""

    items = Many(child=LookupItem(), allow_empty=False, max_length=100)


class RevealInput(serializers.Serializer[Model]):
    """Which number to open, and what for."""

    number = serializers.ChoiceField(choices=["nik", "nisn"])
    reason = serializers.ChoiceField(choices=list(REVEAL_REASONS))
