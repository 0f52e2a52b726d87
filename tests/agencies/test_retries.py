"""Retries at the worst moments, on connections that commit: two calls at once, and a crash behind the commit."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from agencies.web.models import StoredAnswer
from coordination.sandbox.addresses import change
from households.register.models import Household
from tests.apart import apart
from tests.conftest import owner

ADDRESS, VILLAGE = "Jl. Sekali 1", "62.71.04.1004"
BODY = f'{{"region": "{VILLAGE}", "address": "{ADDRESS}"}}'
CRASHING = """
import os, signal, sys
import django
django.setup()
from django.test import Client
from rest_framework.views import APIView
APIView.finalize_response = lambda *given, **named: os.kill(os.getpid(), signal.SIGKILL)
headers = dict(line.split(": ", 1) for line in sys.argv[2:])
Client().post("/api/v1/households", sys.argv[1], content_type="application/json", headers=headers)
"""


@pytest.fixture
def headers(world, db):
    """Of a call that is made once or twice; what it committed is taken away."""
    yield world.headers("amal", **{"Idempotency-Key": "at-once", "Host": "localhost"})

    def sweep():
        with owner():
            StoredAnswer.objects.filter(key="at-once").delete()
            Household.objects.filter(address=ADDRESS).delete()

    apart(sweep)


def post(headers):
    return Client().post("/api/v1/households", BODY, content_type="application/json", headers=headers)


def made():
    with owner():
        return [str(key) for key in Household.objects.filter(address=ADDRESS).values_list("pk", flat=True)]


@contextmanager
def village_held():
    """Nobody settles in the village meanwhile: whoever tries waits inside its transaction."""
    with transaction.atomic(), owner(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM agencies_region WHERE code = %s FOR UPDATE", [VILLAGE])
        try:
            yield
        finally:
            transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE sinergi_app")


def wait_until_somebody_waits():
    deadline, blocked = time.monotonic() + 30, "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with connection.cursor() as cursor:
        while True:
            cursor.execute(f"{blocked} AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone()[0]:
                return
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.02)


def test_of_two_calls_at_once_with_one_key_one_acts_and_the_other_is_told(headers):
    with ThreadPoolExecutor(2) as pool:
        with village_held():
            first = pool.submit(apart, lambda: post(headers))
            wait_until_somebody_waits()
            second = pool.submit(apart, lambda: post(headers)).result(timeout=10)
        answer = first.result(timeout=60)
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_in_flight")
    assert second["Retry-After"] == "1"
    assert answer.status_code == 201
    third = apart(lambda: post(headers))
    assert (third.status_code, third.content, third["Idempotency-Replayed"]) == (201, answer.content, "true")
    assert made() == [answer.json()["id"]]


def test_after_a_crash_between_commit_and_answer_a_retry_replays(headers):
    address = change(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    words = [f"{name}: {value}" for name, value in headers.items()]
    crashed = subprocess.run(
        [sys.executable, "-c", CRASHING, BODY, *words],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": address},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert crashed.returncode == -9, crashed.stderr
    [key] = made()
    answer = apart(lambda: post(headers))
    assert (answer.status_code, answer["Idempotency-Replayed"], answer.json()["id"]) == (201, "true", key)
    assert made() == [key]
