"""Prove that no access record was changed, deleted, reordered or cut off; names the first fault."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies.access.seals import verify_log


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", type=Path, help="anchor file; default: the one of the settings")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify_log(options["anchor"])
        if verdict.fault:
            raise CommandError(verdict.fault)
        self.stdout.write(f"{verdict.sealed} records sealed and unchanged, {verdict.waiting} waiting for their seal")
