"""`make run`: from a fresh checkout to a working city, and back down again at Ctrl-C."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType

from coordination.sandbox.database import Database, for_sandbox, var
from coordination.sandbox.postgres import CHECKOUT
from coordination.sandbox.processes import Process
from coordination.sandbox.ready import is_ready
from coordination.sandbox.refusal import Refusal, exit_with
from coordination.sandbox.supervisor import Program, Supervisor, end_leftovers

HOST = "127.0.0.1"
READY_WITHIN = 60.0
REGISTER = "households/intake/samples/register_2022.csv.gz"
STEPS = (
    ("Tables", ("manage.py", "migrate", "--no-input", "--verbosity", "0")),
    ("Access table", ("manage.py", "apply_access")),
    ("Regions", ("manage.py", "load_regions")),
    ("Offices", ("manage.py", "load_demo")),
    (
        "Demo city",
        ("manage.py", "import_register", REGISTER, *["--city", "62.71", "--period", "2022-12-31", "--unless-imported"]),
    ),
)


class Stop(BaseException):
    """Somebody asked us to end. Not an Exception, so that no handler on the way takes it for a fault."""


def main() -> int:
    _listen_to_signals()
    try:
        with _only_one():
            _serve()
    except Stop:
        pass
    print("Sinergi has stopped.", flush=True)
    return 0


def _serve() -> None:
    port = _port()
    _claim(port)
    print("PostgreSQL ...", flush=True)
    with for_sandbox() as database, _programs(database, port) as supervisor:
        _prepare(supervisor.environment)
        base_url = f"http://{HOST}:{port}"
        web = supervisor.start("web", sys.executable, "-m", "gunicorn", "coordination.wsgi", "--bind", f"{HOST}:{port}")
        supervisor.start("worker", sys.executable, "manage.py", "work")
        _wait_until_ready(web, base_url)
        _run("manage.py", "sandbox_credentials", "--base-url", base_url, environment=supervisor.environment)
        _announce(base_url)
        _watch(supervisor, database)


def _listen_to_signals() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(other, signal.SIG_IGN)
        raise Stop

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, stop)


@contextmanager
def _only_one() -> Iterator[None]:
    """Raises Refusal while another run of this checkout is alive; the kernel forgets one that was killed."""
    with (var() / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal("this checkout is running already: stop that one with Ctrl-C first.") from None
        yield


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Refusal(f"PORT is {text!r}; a number from 1 to 65535 is needed.", code=2)
    return int(text)


def _claim(port: int) -> None:
    """End what a killed run of this checkout left, and see that the port is free, before the long work."""
    patience = 10.0 if end_leftovers(var() / "run.json") else 0.0
    deadline = time.monotonic() + patience
    while not _is_free(port):
        if time.monotonic() >= deadline:
            raise Refusal(f"port {port} is taken by another program; choose another with `make run PORT=8001`.", code=2)
        time.sleep(0.25)


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise Refusal(
                f"port {port} may only be opened by root; choose one above 1023 with PORT=.", code=2
            ) from None
        except OSError:
            return False
        return True


@contextmanager
def _programs(database: Database, port: int) -> Iterator[Supervisor]:
    environment = {
        **os.environ,
        **database.environment(),
        "DJANGO_SETTINGS_MODULE": "coordination.settings",
        "SINERGI_VAR": str(var()),
        "SINERGI_SANDBOX": "1",
        "PORT": str(port),
        "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS") or f"localhost,{HOST}",
        "PUBLIC_ORIGINS": os.environ.get("PUBLIC_ORIGINS") or f"http://{HOST}:{port},http://localhost:{port}",
        "PYTHONUNBUFFERED": "1",
        "WEB_GRACEFUL_TIMEOUT": "2",
    }
    supervisor = Supervisor(var() / "run.json", environment)
    try:
        yield supervisor
    finally:
        supervisor.end()


def _prepare(environment: Mapping[str, str]) -> None:
    for title, words in STEPS:
        began = time.monotonic()
        print(f"{title} ...", flush=True)
        _run(*words, environment=environment)
        print(f"{title}: done in {time.monotonic() - began:.1f} s", flush=True)


def _run(*words: str, environment: Mapping[str, str]) -> None:
    """One program in a process group of its own, so that Ctrl-C reaches only us and we end it in order."""
    with subprocess.Popen([sys.executable, *words], cwd=CHECKOUT, env=environment, start_new_session=True) as child:
        try:
            code = child.wait()
        except BaseException:
            Process.now(words[-1], child.pid).end(within=3)
            raise
    if code:
        raise Refusal(f"`{' '.join(words)}` failed with code {code}; what it said stands above.")


def _wait_until_ready(web: Program, base_url: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not is_ready(base_url):
        if web.has_died() or time.monotonic() > deadline:
            raise Refusal(f"the web server did not come up; {web.log} ends:\n{web.last_words()}")
        time.sleep(0.1)


def _announce(base_url: str) -> None:
    lines = {
        "API": f"{base_url}/api/v1/",
        "Documentation": f"{base_url}/docs/",
        "Administration": f"{base_url}/admin/",
        "Officers' desk": f"{base_url}/admin/desk/",
        "Credentials": _shown(var() / "sandbox.json"),
        "Logs": _shown(var() / "log"),
        "Stop": "Ctrl-C",
    }
    print("\nSinergi is running: Palangka Raya's demo city, with invented people.\n")
    print("\n".join(f"  {name:<16}{value}" for name, value in lines.items()), end="\n\n", flush=True)


def _shown(path: Path) -> str:
    return str(path.relative_to(CHECKOUT)) if path.is_relative_to(CHECKOUT) else str(path)


def _watch(supervisor: Supervisor, database: Database) -> None:
    while True:
        time.sleep(0.5)
        if database.cluster and database.cluster.home.server() is None:
            print("PostgreSQL ended; starting it again.", flush=True)
            database.cluster.start()
        supervisor.tend()


if __name__ == "__main__":
    exit_with(main)
