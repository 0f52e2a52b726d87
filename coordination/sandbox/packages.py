"""The virtual environment .venv and its packages; does nothing when they are there. Standard library only."""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

from coordination.sandbox.refusal import Refusal, exit_with

CHECKOUT = Path(__file__).resolve().parents[2]
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
SETS = {"run": ("requirements.txt", "requirements-local.txt"), "dev": ("requirements-dev.txt",)}


def main() -> int:
    """`run` or `dev`: which packages are wanted."""
    wanted = sys.argv[1]
    lock = CHECKOUT / "var" / "packages.lock"
    lock.parent.mkdir(mode=0o700, exist_ok=True)
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not _is_installed(wanted):
            _make_environment()
            _install(wanted)
    return 0


def _fingerprint() -> str:
    texts = [path.read_bytes() for path in sorted(CHECKOUT.glob("requirements*.txt"))]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def _stamp(wanted: str) -> Path:
    return VENV / f"installed-{wanted}"


def _is_installed(wanted: str) -> bool:
    stamp = _stamp(wanted)
    return stamp.exists() and stamp.read_text() == _fingerprint() and _runs()


def _runs() -> bool:
    """Whether the environment's Python still works: the one it was made from may have been taken away."""
    question = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", question], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make_environment() -> None:
    if _runs():
        return
    print(f"Making .venv with Python {sys.version.split()[0]} ...", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True, check=False)
    if made.returncode:
        raise Refusal(f"python -m venv failed: {(made.stderr or made.stdout).strip()}")


def _install(wanted: str) -> None:
    began = time.monotonic()
    files = SETS[wanted]
    print(
        f"Installing the packages of {' and '.join(files)}; the first time this takes a minute ...",
        flush=True,
    )
    words = [word for file in files for word in ("-r", file)]
    # PIP_USER would send the packages to the home directory instead, and pip refuses that in an environment.
    environment = {**os.environ, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    command = [str(PYTHON), "-m", "pip", "install", "-qq", *words]
    if subprocess.run(command, cwd=CHECKOUT, env=environment, check=False).returncode:
        raise Refusal("the packages could not be installed; what pip said stands above.")
    for done in {wanted, "run"}:
        _stamp(done).write_text(_fingerprint())
    print(f"Packages installed in {time.monotonic() - began:.0f} s.", flush=True)


if __name__ == "__main__":
    exit_with(main)
