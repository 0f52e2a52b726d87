"""`make mutate`: break the access code on purpose, one way at a time, and see the tests go red."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from urllib.parse import urlsplit, urlunsplit

from tests import mutations
from tests.mutations import Mutation

ROOT = Path(__file__).resolve().parent.parent
BROKEN = "broken, not caught"
LEFT_OUT = shutil.ignore_patterns("var", ".git", ".venv*", "*_cache", "__pycache__", "staticfiles", "bench")
SUBJECTS = [import_module(found.name) for found in iter_modules(mutations.__path__, "tests.mutations.")]


def main() -> int:
    """Run all mutations, or those whose name contains the argument; 1 when one survives or no longer fits."""
    wanted = " ".join(sys.argv[1:])
    chosen = [mutation for subject in SUBJECTS for mutation in subject.MUTATIONS if wanted in mutation.name]
    with ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(_timed, chosen))
    # The chain of the log waits for every older transaction of the server, so also for the other thread's.
    with ThreadPoolExecutor(1) as pool:
        verdicts = [pool.submit(_timed, found[0]).result() if found[1] == BROKEN else found for found in verdicts]
    print(f"\n{'mutation':<46}{'verdict':<22}{'s':>6}")
    for mutation, verdict, seconds in verdicts:
        print(f"{mutation.name:<46}{verdict:<22}{seconds:>6.1f}")
    bad = [mutation.name for mutation, verdict, _ in verdicts if verdict != "caught"]
    print(f"\n{len(verdicts) - len(bad)} of {len(verdicts)} mutations were caught.")
    return 1 if bad or not verdicts else 0


def _timed(mutation: Mutation) -> tuple[Mutation, str, float]:
    began = time.monotonic()
    with _copy() as tree:
        verdict = _verdict(mutation, tree)
    seconds = time.monotonic() - began
    print(f"{verdict}: {mutation.name} ({seconds:.0f} s)", flush=True)
    return mutation, verdict, seconds


@contextmanager
def _copy() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sinergi-mutate-") as place:
        tree = Path(place) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        yield tree


def _verdict(mutation: Mutation, tree: Path) -> str:
    path = tree / mutation.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        return "text not found once"
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    words = mutation.tests.split(" -k ")
    files = [f"tests/{name}" for name in words[0].split()]
    picked = ["-k", words[1]] if len(words) > 1 else []
    options = ["-x", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider"]
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", *files, *picked, *options],
        cwd=tree,
        env={**os.environ, **_settings(mutation)},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode == 1 and " failed" in answer.stdout.splitlines()[-1]:
        return "caught"
    if answer.returncode == 0:
        return "SURVIVED"
    print(answer.stdout[-3000:], answer.stderr[-2000:])
    return BROKEN


def _settings(mutation: Mutation) -> dict[str, str]:
    """Each of the two threads has a test database of another name; broken migrations are no template for others."""
    address = urlsplit(os.environ["DATABASE_URL"])
    number = threading.current_thread().name.rpartition("_")[2]
    return {
        "PYTHONDONTWRITEBYTECODE": "1",
        "DATABASE_URL": urlunsplit(address._replace(path=f"{address.path}_mutant{number}")),
        "SINERGI_TEST_TEMPLATE": "no" if "/migrations/" in mutation.file else "",
    }


if __name__ == "__main__":
    sys.exit(main())
