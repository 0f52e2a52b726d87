"""Write docs/ACCESS_MATRIX.md from the access table, or check that it is up to date."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies.access.matrix import matrix_markdown


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit 1 when the document differs from the table")
        parser.add_argument("--path", type=Path, default=settings.BASE_DIR / "docs" / "ACCESS_MATRIX.md")

    def handle(self, *args: Any, **options: Any) -> None:
        path, text = options["path"], matrix_markdown()
        if not options["check"]:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"{path.name} written")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError(f"{path.name} differs from the access table: run manage.py access_matrix")
