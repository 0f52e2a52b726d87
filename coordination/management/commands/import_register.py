"""Take a register file in through the product's own importer, with a line of progress while it works."""

import time
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies.access.caller import Caller, acting_as
from agencies.access.policy import PURPOSES
from agencies.jobs.models import Job
from agencies.models import Agency
from coordination.work import work_once
from households.intake.models import ImportBatch
from households.intake.services import hand_in

ENDED = ("succeeded", "partially_succeeded", "failed", "cancelled")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--city", required=True, help="code of the city whose social affairs office hands it in")
        parser.add_argument("--period", type=date.fromisoformat, required=True, help="last day of the period")
        parser.add_argument("--unless-imported", action="store_true", help="do nothing when the city has a register")

    def handle(self, *args: Any, **options: Any) -> None:
        caller = self._caller(options["city"])
        with acting_as(caller):
            if options["unless_imported"] and ImportBatch.objects.filter(applied_at__isnull=False).exists():
                self.stdout.write("a register is there already")
                return
            batch = hand_in(
                options["file"].read_bytes(), options["file"].name, options["period"], dry_run=False, by=caller
            )
            key = ImportBatch.objects.get(pk=batch).job_id
        self.stdout.write(f"{options['file'].name}: judging and applying every row ...")
        self.stdout.flush()
        began = time.monotonic()
        while (job := Job.objects.get(pk=key)).status not in ENDED:
            work_once()
        if job.status == Job.Status.FAILED:
            raise CommandError(f"the import failed: {job.problem}")
        seconds = time.monotonic() - began
        told = ", ".join(f"{name} {job.counts[name]}" for name in ("accepted", "warned", "rejected", "skipped"))
        self.stdout.write(f"{options['file'].name}: {told} in {seconds:.1f} s")

    def _caller(self, city: str) -> Caller:
        agency = Agency.objects.filter(kind="social", region=city, is_active=True).first()
        if agency is None:
            raise CommandError(f"no social affairs office serves {city}")
        return Caller(
            kind="social",
            role="officer",
            agency=agency.pk,
            city=city,
            initiator="command line",
            purpose="registry",
            basis=PURPOSES["registry"].basis,
            request_id="command-line",
        )
