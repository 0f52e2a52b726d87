"""Bring the days of joint leave in line with a file (day,name,decree,is_revoked); may run again."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from agencies.calendar import load_joint_leave
from agencies.regions import DATA


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, default=DATA / "joint_leave.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_joint_leave(options['path'])} days")
