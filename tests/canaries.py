"""A value that stands nowhere else in every text of every row: where it turns up, it was told."""

import json
from itertools import count
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from agencies.access import policy
from agencies.access.expressions import model_of

NUMBERED = "canary-{:05}"
# Texts that mean something to the program, so that a canary would break the row.
MEANINGFUL = {
    ("client", "client_id"),
    ("client", "scopes"),
    ("client", "purposes"),
    ("client", "jwks"),
    ("officer", "username"),
    ("officer", "password"),
    ("officer", "roles"),
    ("job", "kind"),
    ("job", "caller"),
    ("finding", "code"),
    *(("attachment", name) for name in ("stored", "sha256", "content_type")),
    *(("access_record", name) for name in ("city", "purpose", "action", "resource", "decision", "fields")),
}


def text_fields(resource: str) -> list[Any]:
    """The fields of a resource into which any text fits."""
    return [
        field
        for field in model_of(resource)._meta.concrete_fields
        if (resource, field.name) not in MEANINGFUL and not field.generated and _takes_text(field)
    ]


def _takes_text(field: Any) -> bool:
    if isinstance(field, ArrayField):
        field = field.base_field
    if isinstance(field, models.JSONField):
        return True
    roomy = isinstance(field, models.CharField) and (field.max_length or 0) >= len(NUMBERED.format(0))
    return (roomy or isinstance(field, models.TextField)) and not field.choices


def plant_canaries() -> None:
    """Every text of every row becomes a value that stands nowhere else."""
    numbers = count(1)
    for resource in policy.FIELDS:
        for row in model_of(resource)._base_manager.all():
            planted = {
                field.name: _planted(field, NUMBERED.format(next(numbers)))
                for field in text_fields(resource)
                if "canary-" not in json.dumps(getattr(row, field.attname), default=str)
            }
            if planted:
                model_of(resource)._base_manager.filter(pk=row.pk).update(**planted)


def _planted(field: Any, canary: str) -> Any:
    if isinstance(field, models.JSONField):
        return {"planted": canary}
    return [canary] if isinstance(field, ArrayField) else canary
