"""`make check`: every check that needs no test run, each named with its verdict."""

import subprocess
import sys
import time
from collections.abc import Mapping

from coordination.sandbox.addresses import change
from coordination.sandbox.database import for_tests
from coordination.sandbox.postgres import CHECKOUT
from coordination.sandbox.provision import APP
from coordination.sandbox.refusal import exit_with
from coordination.sandbox.tests import environment

IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
MANAGE = "manage.py"
CHECKS: dict[str, tuple[str, ...]] = {
    "lint": ("-m", "ruff", "check", "."),
    "format": ("-m", "ruff", "format", "--check", "."),
    "types": ("-m", "mypy"),
    "who imports whom": ("-c", IMPORTS),
    "migrations": (MANAGE, "makemigrations", "--check", "--dry-run"),
    "deployment": (MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
    "access matrix": (MANAGE, "access_matrix", "--check"),
    "OpenAPI document": (MANAGE, "openapi", "--check"),
}


def main() -> int:
    """Run all checks, or those named, also after one has failed; 1 when any did."""
    wanted = sys.argv[1:] or list(CHECKS)
    with for_tests() as database:
        surroundings = environment(database)
        surroundings["DATABASE_URL"] = change(database.app_url, user=APP)
        surroundings["ALLOWED_HOSTS"] = "sinergi.example"
        failed = [name for name in wanted if not _passes(name, surroundings)]
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def _passes(name: str, surroundings: Mapping[str, str]) -> bool:
    began = time.monotonic()
    answer = subprocess.run(
        [sys.executable, *CHECKS[name]],
        cwd=CHECKOUT,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "failed" if answer.returncode else "ok"
    print(f"{name:<18}{verdict} ({time.monotonic() - began:.1f} s)", flush=True)
    if answer.returncode:
        print(answer.stdout, flush=True)
    return answer.returncode == 0


if __name__ == "__main__":
    exit_with(main)
