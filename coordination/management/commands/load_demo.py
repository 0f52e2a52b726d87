"""Enrol the offices of the demo city and load its schools; may run again. `import_register` brings the register."""

from typing import Any

from django.core.management.base import BaseCommand

from coordination.sandbox.city import enrol
from coordination.schools.loading import PALANGKA_RAYA, load_schools


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        enrol()
        self.stdout.write("offices, clients and agreements are enrolled")
        self.stdout.write(f"{load_schools(PALANGKA_RAYA).written} schools are known")
