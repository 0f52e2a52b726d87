"""The server starts only on a login that the second net binds."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from coordination.sandbox.addresses import change

pytestmark = pytest.mark.django_db


def start(login, *words):
    """Start a program on the test database under a login; its code and what it said."""
    url = change(os.environ["SINERGI_TEST_ADMIN_URL"], user=login, dbname=connection.settings_dict["NAME"])
    answer = subprocess.run(
        [sys.executable, *words],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": "", "SINERGI_SANDBOX": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return answer.returncode, answer.stderr


@pytest.mark.parametrize("program", [("-c", "import coordination.wsgi"), ("manage.py", "work")])
@pytest.mark.parametrize("login", ["postgres", "sinergi_owner"])
def test_no_program_starts_on_a_login_that_sees_everything(world, login, program):
    code, said = start(login, *program)
    assert code != 0
    assert "The login of DATABASE_URL" in said


def test_the_web_server_starts_on_the_runtime_login(world):
    assert start("sinergi_app", "-c", "import coordination.wsgi") == (0, "")
