"""System checks: the table covers every field, and the database login cannot look past the second net."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from agencies.access import policy
from agencies.access.rows import SCOPES


@register(Tags.models)
def table_is_complete(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every field of a governed model stands in exactly one group, and the table names nothing unknown."""
    return [*_field_faults(), *_grant_faults()]


def _field_faults() -> Iterator[CheckMessage]:
    for resource, label in policy.MODELS.items():
        listed = [name for names in policy.FIELDS[resource].values() for name in names.split()]
        stored = {field.name for field in apps.get_model(label)._meta.concrete_fields}
        for name in sorted(stored - set(listed)):
            yield Error(f"{label}.{name} stands in no group of the access table", id="access.E001")
        for name in sorted(set(listed) - stored):
            yield Error(f"the access table names {resource}.{name}, which is no field", id="access.E002")
        for name in sorted({name for name in listed if listed.count(name) > 1}):
            yield Error(f"{resource}.{name} stands in two groups of the access table", id="access.E003")


def _grant_faults() -> Iterator[CheckMessage]:
    for key, grants in policy.GRANTS.items():
        for resource, found in grants.items():
            for scope in filter(None, (found.rows, found.creates, found.changes)):
                if (scope, resource) not in SCOPES:
                    yield Error(f"{key}: no scope {scope!r} for {resource}", id="access.E004")
            groups = f"{found.read} {found.write} {found.uses}".split()
            for group in sorted(set(groups) - set(policy.FIELDS[resource])):
                yield Error(f"{key}: no group {group!r} in {resource}", id="access.E005")
            if policy.INTERNAL in groups:
                yield Error(f"{key}: {resource} grants INTERNAL fields", id="access.E006")


LOGIN_FAULTS = """
SELECT 'is a superuser: row security does not bind it' FROM pg_roles WHERE rolname = current_user AND rolsuper
UNION ALL SELECT 'has BYPASSRLS' FROM pg_roles WHERE rolname = current_user AND rolbypassrls
UNION ALL SELECT 'owns ' || relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
 AND pg_get_userbyid(relowner) = current_user
UNION ALL SELECT 'reads people without acting for an agency' WHERE to_regclass('register_person') IS NOT NULL
 AND has_any_column_privilege(current_user, 'register_person', 'SELECT')
"""


def login_faults() -> list[str]:
    """Why the runtime login must not be used; empty when it is fit."""
    with connections["default"].cursor() as cursor:
        cursor.execute(LOGIN_FAULTS)
        return [row[0] for row in cursor.fetchall()]


def refuse_unfit_login() -> None:
    """Raise ImproperlyConfigured when the login could look past the second net; web and worker start with it."""
    faults = login_faults()
    connections.close_all()  # a web server may fork after this
    if faults:
        raise ImproperlyConfigured(
            f"The login of DATABASE_URL {'; it '.join(faults)}. Use sinergi_app, as `provision` makes it."
        )


@register(Tags.database)
def login_is_harmless(
    app_configs: Sequence[AppConfig] | None, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """The runtime login is neither superuser nor owner, and sees nobody by itself."""
    if not databases or settings.AS_OWNER:
        return []
    return [Error(f"The login of DATABASE_URL {fault}.", id="access.E010") for fault in login_faults()]
