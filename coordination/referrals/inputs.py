"""Shapes of what comes in about referrals."""

from typing import Any

from django.db.models import Model
from rest_framework import serializers

from agencies.web.inputs import Day, Reference, Text
from coordination.referrals.models import Referral


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
    send = serializers.BooleanField(default=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A batch belongs to training."""
        if "batch" in attrs and attrs["kind"] != Referral.Kind.TRAINING:
            raise serializers.ValidationError({"batch": "Only a referral to training names a batch."})
        return attrs


class NothingInput(serializers.Serializer[Model]):
    """A move that needs no words."""


class ReasonInput(serializers.Serializer[Model]):
    """Why a referral stops or waits."""

    reason = Text(max_length=1000)


class OutcomeInput(serializers.Serializer[Model]):
    """What came of a referral."""

    outcome = Text(max_length=1000)


class NoteInput(serializers.Serializer[Model]):
    """A line for the other office."""

    referral = Reference("referral")
    text = Text(max_length=2000)
