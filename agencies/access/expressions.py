"""What row scopes are written with: the caller as a value, a setting or a parameter, and models by their resource."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import CharField, Exists, Func, Q, UUIDField
from django.db.models.expressions import BaseExpression, Combinable

from agencies.access import policy

Word = Combinable | BaseExpression | UUID | str


class Setting(Func):
    """What ENTER told the transaction, read once per query; NULL, so no rows, when nothing was told."""

    template = "(SELECT nullif(current_setting('app.%(setting)s', true), '')%(cast)s)"
    arity = 0


class Probe(Exists):
    """EXISTS that stays one index probe a row: OFFSET 0 keeps PostgreSQL from reading every open share first."""

    template = "EXISTS(%(subquery)s OFFSET 0)"


class Given(models.Expression):
    """A value of the request: a named placeholder, so that the compiled SQL can be kept and used again."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return f"%({self.name})s", []


@dataclass(frozen=True, slots=True)
class Me:
    """The caller, as values or as expressions."""

    agency: Word
    city: Word
    purpose: Word


SETTINGS = Me(
    agency=Setting(setting="agency", cast="::uuid", output_field=UUIDField()),
    city=Setting(setting="city", cast="", output_field=CharField()),
    purpose=Setting(setting="purpose", cast="", output_field=CharField()),
)
PARAMETERS = Me(
    agency=Given("_agency", UUIDField()),
    city=Given("_city", CharField()),
    purpose=Given("_purpose", CharField()),
)
Scope = Callable[[Me], Q]


def model_of(resource: str) -> type[models.Model]:
    """The Django model of a resource."""
    return apps.get_model(policy.MODELS[resource])


def column_of(resource: str, name: str) -> str:
    """The column of a field."""
    field: Any = model_of(resource)._meta.get_field(name)
    return str(field.column)
