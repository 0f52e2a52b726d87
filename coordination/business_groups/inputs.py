"""Shapes of what comes in about business groups."""

from typing import Any

from django.db.models import Model
from rest_framework import serializers

from agencies.web.inputs import Key, Many, Reference, Text, Village
from coordination.business_groups.models import GroupMember


class MemberInput(serializers.Serializer[Model]):
    """Who is in the group, and in what role."""

    person = Key()
    role = serializers.ChoiceField(choices=GroupMember.Role.choices, default=GroupMember.Role.MEMBER)


class GroupInput(serializers.Serializer[Model]):
    """A group to propose; a provider names the batch whose graduates its members are."""

    name = Text(max_length=120)
    sector = serializers.IntegerField(min_value=1, max_value=26, help_text="Regsosek field of activity.")
    region = Village()
    batch = Reference("batch", required=False)
    members = Many(child=MemberInput(), allow_empty=False, max_length=20)

    def validate_members(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each person once."""
        if len({item["person"] for item in value}) < len(value):
            raise serializers.ValidationError("Somebody is named twice.", code="twice")
        return value


class JoinInput(serializers.Serializer[Model]):
    """Who joins, and in what role."""

    person = Reference("person")
    role = serializers.ChoiceField(choices=GroupMember.Role.choices, default=GroupMember.Role.MEMBER)


class LeaveInput(serializers.Serializer[Model]):
    """Who leaves."""

    person = Reference("person")


class DissolveInput(serializers.Serializer[Model]):
    """Why the group ends."""

    reason = Text(max_length=300)


class NothingInput(serializers.Serializer[Model]):
    """A move that needs no words."""
