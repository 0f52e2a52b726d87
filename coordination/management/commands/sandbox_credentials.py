"""Give the sandbox's clients and its administrator fresh secrets, written to var/sandbox.json."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from coordination.sandbox.city import write_credentials


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base-url", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("This is no sandbox: SINERGI_SANDBOX is not set.")
        self.stdout.write(f"credentials: {write_credentials(options['base_url'])}")
