"""Field types of what comes in: stricter than the framework's, so that nothing is guessed."""

import re
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from agencies.access import policy
from agencies.access.scopes import visible
from agencies.models import Region

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Text(serializers.CharField):
    """One line of text."""

    def to_internal_value(self, data: Any) -> str:
        """Refuses control characters and whatever is no string."""
        if not isinstance(data, str):
            self.fail("invalid")
        if CONTROL.search(data):
            raise serializers.ValidationError("Control characters are not allowed.", code="control_character")
        return str(super().to_internal_value(data))


class Day(serializers.DateField):
    """A day as YYYY-MM-DD."""

    def to_internal_value(self, value: Any) -> date:
        """Refuses every other form."""
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class Village(Text):
    """The Kemendagri code of a village that exists."""

    def to_internal_value(self, data: Any) -> str:
        """Refuses unknown codes and codes of other levels."""
        code = super().to_internal_value(data)
        if not Region.objects.filter(code=code, level=Region.Level.VILLAGE).exists():
            raise serializers.ValidationError("No village has this code.", code="region_unknown")
        return code


class Many(serializers.ListField):
    """A list of at least one and at most so many items; one that is too long is not looked into."""

    def to_internal_value(self, data: Any) -> list[Any]:
        """Refuses by length before any item is checked."""
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


class Key(serializers.UUIDField):
    """The id of one item of many: whether the caller sees it is answered item by item, not by the shape."""


class Reference(serializers.UUIDField):
    """The id of a record that the caller may see; a hidden one and one that never was answer the same."""

    default_error_messages = {"does_not_exist": "No such record."}

    def __init__(self, resource: str, *, checked: bool = True, **options: Any) -> None:
        """Not `checked` here: the service reads the record anyway, and refuses it in the same words."""
        super().__init__(**options)
        self.resource, self.checked = resource, checked

    def to_internal_value(self, data: Any) -> UUID:
        """The id, checked against the caller's rows."""
        key = super().to_internal_value(data) if isinstance(data, str) else self.fail("invalid", value=data)
        caller = self.context["caller"]
        if self.checked and (
            policy.grant(caller.kind, caller.role, self.resource) is None
            or not self._rows(caller).filter(pk=key).exists()
        ):
            self.fail("does_not_exist")
        return UUID(str(key))

    def _rows(self, caller: Any) -> QuerySet[Any]:
        return visible(caller, self.resource)
