"""The worker: does queued jobs and seals the access log until it is told to stop."""

import logging
import signal
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from agencies.access.checks import refuse_unfit_login
from coordination.work import HOUR, MINUTE, keep_house, keep_time, work_once

PAUSE = 0.5
logger = logging.getLogger("sinergi.worker")


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unfit_login()
        self.going = True
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        cleaned = looked = 0.0
        while self.going:
            try:
                busy = work_once()
                if time.monotonic() - looked > MINUTE or not looked:
                    keep_time()
                    looked = time.monotonic()
                if time.monotonic() - cleaned > HOUR or not cleaned:
                    keep_house()
                    cleaned = time.monotonic()
            except DatabaseError:
                logger.exception("the database is not there; trying again")
                close_old_connections()
                busy = False
            if not busy:
                time.sleep(PAUSE)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.going = False
