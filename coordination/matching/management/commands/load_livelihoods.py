"""Load what the places of a city live on from a CSV file; rows that are known stay as they are. May run again."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coordination.matching.loading import load_livelihoods


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("since", type=date.fromisoformat, help="the day from which it holds, YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = load_livelihoods(options["file"], since=options["since"])
        except (OSError, ValueError) as fault:
            raise CommandError(f"{options['file']}: {fault}") from fault
        self.stdout.write(f"{count} livelihoods")
