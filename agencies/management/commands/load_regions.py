"""Load the regions of the whole country with their codes and spellings; may run again."""

from typing import Any

from django.core.management.base import BaseCommand

from agencies.regions import load_regions


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_regions()} regions")
