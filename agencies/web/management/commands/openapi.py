"""Write the whole contract to docs/openapi.json, or compare it with what stands there."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agencies.web.openapi import document_text


class Command(BaseCommand):
    help = "Write docs/openapi.json; with --check fail when it is not the contract of this code."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--check` writes nothing."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when the file differs."""
        place, text = settings.BASE_DIR / "docs" / "openapi.json", document_text()
        if options["check"]:
            if not place.exists() or place.read_text() != text:
                raise CommandError("docs/openapi.json is not current: run `manage.py openapi`.")
            return
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
