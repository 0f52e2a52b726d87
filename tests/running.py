"""A real city for tests: its own database, a web server and a worker as `make run` starts them."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from coordination.sandbox.addresses import change
from coordination.sandbox.provision import APP, OWNER, provision

CHECKOUT = Path(__file__).parents[1]
SAMPLES = CHECKOUT / "households" / "intake" / "samples"
ENDED = ("succeeded", "partially_succeeded", "failed", "cancelled")
PURPOSES = {"social": "registry", "education": "schooling", "manpower": "training", "oversight": "oversight"}


class Office:
    """One office's system: a token, its headers, and calls that must succeed unless another status is named."""

    def __init__(self, base_url: str, credentials: Mapping[str, Any]) -> None:
        # A connection for each call: idle ones that 200 threads share were closed by one while another read.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self.http = httpx.Client(base_url=base_url, timeout=120, limits=limits)
        self.agency = credentials["agency_id"]
        secret = (credentials["client_id"], credentials["client_secret"])
        token = self.http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=secret)
        assert token.status_code == 200, token.text
        self.headers = {
            "Authorization": f"Bearer {token.json()['access_token']}",
            "X-Purpose": PURPOSES[credentials["kind"]],
            "X-Initiator": "story",
        }

    def get(self, path: str, expect: int = 200, **query: Any) -> Any:
        answer = self.http.get(f"/api/v1/{path}", params=query, headers=self.headers)
        assert answer.status_code == expect, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, expect: int = 200, key: str | None = None, **more: Any) -> Any:
        headers = {**self.headers, "Idempotency-Key": key or str(uuid4())}
        answer = self.http.post(f"/api/v1/{path}", json=body, headers=headers, **more)
        assert answer.status_code == expect, answer.text
        return answer.json()

    def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """A call whose answer is looked at by the caller; what it changes it has seen in its present state."""
        headers = {**self.headers, "Idempotency-Key": str(uuid4()), "If-Match": "*"}
        return self.http.request(method, f"/api/v1/{path}", json=body, headers=headers)

    def import_register(self, file: Path, period: str) -> Any:
        """Hand a register file in and wait for its job."""
        return self.wait_for(self.hand_in(file, period))

    def hand_in(self, file: Path, period: str) -> str:
        """Hand a register file in; the path of its job."""
        answer = self.http.post(
            "/api/v1/imports",
            data={"kind": "register", "period": period},
            files={"file": (file.name, file.read_bytes())},
            headers={**self.headers, "Idempotency-Key": str(uuid4())},
        )
        assert answer.status_code == 202, answer.text
        return answer.headers["Location"].removeprefix("/api/v1/")

    def wait_for(self, path: str) -> Any:
        """The job once it has ended."""
        deadline = time.monotonic() + 120
        while (job := self.get(path))["status"] not in ENDED:
            assert time.monotonic() < deadline, job
            time.sleep(0.5)
        return job


@dataclass
class RunningCity:
    """Where it answers, and who may call."""

    base_url: str
    told: Mapping[str, Any]
    database: str
    environment: Mapping[str, str]
    programs: list["subprocess.Popen[bytes]"]

    def office(self, kind: str, region: str = "62.71") -> Office:
        mine = [c for c in self.told["clients"] if (c["kind"], c["region"]) == (kind, region)]
        return Office(self.base_url, next(c for c in mine if c["role"] in ("officer", "auditor")))

    def kill_worker(self) -> None:
        """As the power would: no signal that it could obey, no time to tidy up."""
        worker = self.programs.pop()
        worker.kill()
        worker.wait(20)

    def start_worker(self) -> None:
        self.programs.append(_start(self.environment, "manage.py", "work"))


@contextmanager
def running_city(var: Path, *, people: bool = True) -> Iterator[RunningCity]:
    """A city with the register of 2022, or nobody, served until the block ends; its database is dropped afterwards."""
    admin = os.environ["SINERGI_TEST_ADMIN_URL"]
    name, port = f"story_{os.getpid()}", _free_port()
    provision(admin, database=name)
    base_url = f"http://127.0.0.1:{port}"
    environment = _environment(admin, name, var, base_url)
    programs: list[subprocess.Popen[bytes]] = []
    register = str(SAMPLES / "register_2022.csv.gz")
    intake = [("import_register", register, "--city", "62.71", "--period", "2022-12-31")] if people else []
    try:
        for words in (
            ("migrate", "--no-input", "--verbosity", "0"),
            ("apply_access",),
            ("load_regions",),
            ("load_demo",),
            *intake,
            ("sandbox_credentials", "--base-url", base_url),
        ):
            subprocess.run([sys.executable, "manage.py", *words], cwd=CHECKOUT, env=environment, check=True)
        programs.append(_start(environment, "-m", "gunicorn", "coordination.wsgi", "--bind", f"127.0.0.1:{port}"))
        told = json.loads((var / "sandbox.json").read_text())
        city = RunningCity(base_url, told, change(admin, dbname=name), environment, programs)
        city.start_worker()
        _wait(base_url)
        yield city
    finally:
        for program in programs:
            program.terminate()
        for program in programs:
            program.wait(20)
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _environment(admin: str, name: str, var: Path, base_url: str) -> dict[str, str]:
    urls = {role: change(admin, user=role, dbname=name) for role in (APP, OWNER)}
    return {
        **os.environ,
        "DATABASE_URL": urls[APP],
        "DATABASE_OWNER_URL": urls[OWNER],
        "SINERGI_VAR": str(var),
        "SINERGI_SANDBOX": "1",
        "RATE_LIMIT_PER_MINUTE": "100000",
        "PUBLIC_ORIGINS": base_url,
    }


def _start(environment: Mapping[str, str], *words: str) -> "subprocess.Popen[bytes]":
    log = (Path(environment["SINERGI_VAR"]) / "programs.log").open("ab")
    return subprocess.Popen([sys.executable, *words], cwd=CHECKOUT, env=environment, stdout=log, stderr=log)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(base_url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{base_url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the web server did not come up")
