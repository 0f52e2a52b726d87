"""`manage.py make_keys`: the same as `python -m coordination.sandbox.keys`, which needs no settings."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from coordination.sandbox.keys import make_keys


class Command(BaseCommand):
    help = "Make the file of secret keys, or add the keys that it lacks; keys that are there never change."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--path", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        made = make_keys(options["path"])
        self.stdout.write(f"{options['path']}: {'keys made' if made else 'nothing was missing'}")
