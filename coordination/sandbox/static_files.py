"""Collect the static files of admin and documentation, where the settings serve them from one directory."""

import subprocess
import sys

from django.conf import settings

from coordination.sandbox.refusal import exit_with


def main() -> int:
    """Nothing to do when the settings have no such directory, or find the files where they lie."""
    if not getattr(settings, "STATIC_ROOT", None) or getattr(settings, "WHITENOISE_USE_FINDERS", False):
        return 0
    words = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    return subprocess.run(words, check=False).returncode


if __name__ == "__main__":
    exit_with(main)
