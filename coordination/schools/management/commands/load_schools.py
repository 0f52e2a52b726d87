"""Load a city's list of schools from a CSV file; known schools are brought up to date. May run again."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coordination.schools.loading import load_schools


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_schools(options["file"])
        except (OSError, ValueError) as fault:
            raise CommandError(f"{options['file']}: {fault}") from fault
        for line in loaded.faults:
            self.stderr.write(line)
        self.stdout.write(f"{loaded.written} schools")
        if loaded.faults:
            raise CommandError(f"{len(loaded.faults)} lines were left out")
