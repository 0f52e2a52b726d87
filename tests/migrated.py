"""The migrated database of which every test database is a copy: made once for each set of migrations."""

import hashlib
import os
import re
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
NAME = "sinergi_migrated_"
IMPORTED = re.compile(r"^(?:import|from) ((?:agencies|households|coordination)\.[a-z_.]+)", re.MULTILINE)


def migrated_template() -> str | None:
    """Its name; None where it is not to be kept, since the migrations are broken on purpose. Only as the owner."""
    if os.environ.get("SINERGI_TEST_TEMPLATE") == "no":
        return None
    name = NAME + _migrations()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [NAME])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [NAME])
        found = {row[0] for row in cursor.fetchall()}
        if name not in found:
            for older in found:
                cursor.execute(f'DROP DATABASE "{older}" WITH (FORCE)')
            _make(cursor, name)
    return name


def _make(cursor, name: str) -> None:
    """Under another name until it is whole."""
    before, unfinished = connection.settings_dict["NAME"], f"{name}_unfinished"
    cursor.execute(f'CREATE DATABASE "{unfinished}"')
    connection.close()
    connection.settings_dict["NAME"] = unfinished
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
    cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


def _migrations() -> str:
    """What tells one set of migrations from another: every migration, and what they import of ours."""
    rooms = ("agencies", "households", "coordination")
    files = sorted(path for room in rooms for path in ROOT.glob(f"{room}/**/migrations/*.py"))
    places = {module.replace(".", "/") for path in files for module in IMPORTED.findall(path.read_text())}
    files += sorted(path for place in places for end in (".py", "/*.py") for path in ROOT.glob(place + end))
    digest = hashlib.sha256(django.__version__.encode())
    for path in files:
        digest.update(f"{path.relative_to(ROOT)} {path.read_text()}".encode())
    return digest.hexdigest()[:12]
