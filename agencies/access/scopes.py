"""Whose rows: what a caller may see or have made, as a query and as the condition of PostgreSQL's row security."""

from functools import cache
from typing import Any

from django.db import connection, models

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.expressions import PARAMETERS, SETTINGS, Me, model_of
from agencies.access.rows import SCOPES


def of(caller: Caller) -> Me:
    """The caller as plain values."""
    return Me(agency=caller.agency, city=caller.city, purpose=caller.purpose)


def visible(caller: Caller, resource: str) -> models.QuerySet[Any]:
    """The rows of a resource that the caller may see. Raises KeyError without a grant; ask `policy.allows` first."""
    found = policy.GRANTS[caller.kind, caller.role][resource]
    return model_of(resource)._default_manager.filter(SCOPES[found.rows, resource](of(caller)))


def in_scope(kind: str, role: str, resource: str) -> models.QuerySet[Any]:
    """The same rows of whoever calls, for a statement that is kept: the caller's settings are its parameters."""
    found = policy.GRANTS[kind, role][resource]
    return model_of(resource)._base_manager.filter(SCOPES[found.rows, resource](PARAMETERS))


def creatable(caller: Caller, resource: str) -> models.QuerySet[Any]:
    """The rows that the caller may have made: what a new row must be among."""
    found = policy.GRANTS[caller.kind, caller.role][resource]
    return model_of(resource)._default_manager.filter(SCOPES[found.creates or found.rows, resource](of(caller)))


@cache
def as_sql(scope: str, resource: str) -> str:
    """A scope as the condition of a CREATE POLICY."""
    query = model_of(resource)._base_manager.filter(SCOPES[scope, resource](SETTINGS)).query
    with connection.cursor() as cursor:
        text, values = query.get_compiler(connection=connection).compile(query.where)
        return str(cursor.mogrify(text, values))
