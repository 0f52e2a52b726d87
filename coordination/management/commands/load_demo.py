"""Enrol the offices of the demo city, load its schools and livelihoods; may run again. The register is imported."""

from typing import Any

from django.core.management.base import BaseCommand

from coordination.matching.loading import PALANGKA_RAYA as LIVELIHOODS
from coordination.matching.loading import load_livelihoods
from coordination.sandbox.city import enrol
from coordination.schools.loading import PALANGKA_RAYA, load_schools


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        enrol()
        self.stdout.write("offices, clients and agreements are enrolled")
        self.stdout.write(f"{load_schools(PALANGKA_RAYA).written} schools are known")
        self.stdout.write(f"{load_livelihoods(LIVELIHOODS)} livelihoods are known")
