"""Shapes of what comes in about referrals."""

from typing import Any

from django.db.models import Model
from rest_framework import serializers

from agencies.web.inputs import Day, Many, Reference, Text
from coordination.referrals.models import Referral
from households.register.inputs import Nik, Nisn


class ReferralInput(serializers.Serializer[Model]):
    """What the sender may change of a referral."""

    reason = Text(max_length=1000)
    due_on = Day(required=False, allow_null=True)


class NewReferralInput(ReferralInput):
    """Whom to refer, to which office, for what; sent at once unless `send` is false."""

    kind = serializers.ChoiceField(choices=Referral.Kind.choices)
    person = Reference("person", checked=False)
    to_agency = Reference("agency", checked=False)
    batch = Reference("batch", required=False)
    place = Reference("place", required=False)
    send = serializers.BooleanField(default=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A batch belongs to training, a school place to schooling."""
        for name, kind in (("batch", Referral.Kind.TRAINING), ("place", Referral.Kind.SCHOOLING)):
            if name in attrs and attrs["kind"] != kind:
                raise serializers.ValidationError({name: f"Only a referral to {kind} names a {name}."})
        return attrs


class ItemInput(NewReferralInput):
    """One of many: who is meant by its ids is looked up for all of them together."""

    batch = Reference("batch", checked=False, required=False)
    place = Reference("place", checked=False, required=False)


class ManyInput(serializers.Serializer[Model]):
    """Up to 1,000 referrals; with `atomic` all of them or none, with `dry_run` none is kept."""

    items = Many(child=serializers.DictField(), allow_empty=False, max_length=1000)
    atomic = serializers.BooleanField(default=False)
    dry_run = serializers.BooleanField(default=False)


class AnswerInput(serializers.Serializer[Model]):
    """How a pull request is answered; without a reason, with the asker's."""

    reason = Text(max_length=1000, required=False)
    due_on = Day(required=False, allow_null=True)
    batch = Reference("batch", required=False)
    place = Reference("place", required=False)


class NothingInput(serializers.Serializer[Model]):
    """A move that needs no words."""


class ReasonInput(serializers.Serializer[Model]):
    """Why a referral stops or waits."""

    reason = Text(max_length=1000)


class OutcomeInput(serializers.Serializer[Model]):
    """What came of a referral."""

    outcome = Text(max_length=1000)


class TransferInput(ReasonInput):
    """To which office a referral goes on, and why."""

    to_agency = Reference("agency")


class AssignInput(serializers.Serializer[Model]):
    """Which officer of my office does the work."""

    officer = Reference("officer")


class PullInput(serializers.Serializer[Model]):
    """Whom my office wants referred to it, by one number, and for what."""

    kind = serializers.ChoiceField(choices=Referral.Kind.choices)
    nik = Nik(required=False)
    nisn = Nisn(required=False)
    reason = Text(max_length=1000)
    to_agency = Reference("agency", required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One number, not two that may be of two people."""
        if ("nik" in attrs) == ("nisn" in attrs):
            raise serializers.ValidationError("Give either nik or nisn.")
        return attrs


class AttachmentInput(serializers.Serializer[Model]):
    """A file about a referral: PDF, JPEG or PNG."""

    referral = Reference("referral")
    file = serializers.FileField(allow_empty_file=True)


class NoteInput(serializers.Serializer[Model]):
    """A line for the other office."""

    referral = Reference("referral")
    text = Text(max_length=2000)
