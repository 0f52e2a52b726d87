"""Enrol the offices of the demo city; may run again. The register follows with `import_register`."""

from typing import Any

from django.core.management.base import BaseCommand

from coordination.sandbox.city import enrol


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        enrol()
        self.stdout.write("offices, clients and agreements are enrolled")
