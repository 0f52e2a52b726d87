"""Shapes of what comes in about trainees."""

from typing import Any

from django.db.models import Model
from rest_framework import serializers

from agencies.web.inputs import Key, Many, Reference, Text
from coordination.schooling.inputs import DoneOn
from coordination.trainees.models import Attendance, Certificate, Outcome

AT_ONCE = 1000


class MarkInput(serializers.Serializer[Model]):
    """Whether one participant came."""

    application = Key()
    status = serializers.ChoiceField(choices=Attendance.Status.choices)


class SheetInput(serializers.Serializer[Model]):
    """The marks of a session; whoever is not named keeps the mark that is there."""

    items = Many(child=MarkInput(), allow_empty=False, max_length=AT_ONCE)

    def validate_items(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each participant once."""
        if len({item["application"] for item in value}) < len(value):
            raise serializers.ValidationError("Somebody is named twice.", code="twice")
        return value


class ListInput(serializers.Serializer[Model]):
    """A CSV or XLSX file of a participation code, or of the last four digits of the NIK, and a status in each row."""

    file = serializers.FileField(allow_empty_file=True)
    dry_run = serializers.BooleanField(default=False, help_text="Only tell what would happen.")


class NothingInput(serializers.Serializer[Model]):
    """A call that needs no words."""


class UnitResultInput(serializers.Serializer[Model]):
    """Whether the trainee is competent in one SKKNI unit of the course."""

    code = Text(max_length=30)
    is_competent = serializers.BooleanField()


class TestInput(serializers.Serializer[Model]):
    """One attempt at the competency test: unit by unit where the course lists units, else as a whole."""

    trainee = Reference("trainee")
    tested_on = DoneOn()
    tester = Text(max_length=120)
    units = Many(child=UnitResultInput(), required=False, max_length=60)
    is_competent = serializers.BooleanField(required=False, allow_null=True, default=None)
    words = Text(max_length=1000, required=False, allow_blank=True)


class CertificateInput(serializers.Serializer[Model]):
    """A certificate; issuer and scheme are the centre or BNSP, and the course, unless told."""

    trainee = Reference("trainee")
    kind = serializers.ChoiceField(choices=Certificate.Kind.choices)
    issued_on = DoneOn()
    issuer = Text(max_length=120, required=False)
    scheme = Text(max_length=160, required=False)
    registration = Text(max_length=60, required=False, allow_blank=True)


class RevokeInput(serializers.Serializer[Model]):
    """Why the certificate is taken back."""

    reason = Text(max_length=300)


class OutcomeInput(serializers.Serializer[Model]):
    """What a graduate said, on which day, and in which band the income of a month lies."""

    answer = serializers.ChoiceField(
        choices=[(answer.value, answer.label) for answer in Outcome.Answer if answer != Outcome.Answer.PENDING]
    )
    answered_on = DoneOn()
    income_band = serializers.ChoiceField(choices=Outcome.Income.choices, required=False)
    words = Text(max_length=1000, required=False, allow_blank=True)
