"""Rotate the keys of identity numbers, files and cursors while the service runs; may be killed and run again."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies.access.keys import rotating
from coordination.rotation import Rotation, StillNeeded, drop_keys, make_anew, prepare_key, use_key


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--prepare", action="store_true", help="only add the new key, to carry it to other machines")
        step.add_argument("--drop", action="store_true", help="take the older keys away, when nothing needs them")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with rotating(settings.KEYS.path):
                self._rotate(**options)
        except BlockingIOError as fault:
            raise CommandError("another rotation is going on") from fault
        except StillNeeded as fault:
            raise CommandError(f"the older keys are still needed: {fault}. Run rotate_keys again.") from fault

    def _rotate(self, *, prepare: bool, drop: bool, **options: Any) -> None:
        if drop:
            numbers = drop_keys()
            self.stdout.write(f"keys taken away: {', '.join(map(str, numbers)) or 'none was older'}")
            return
        self.stdout.write(f"key {prepare_key()} is known")
        if prepare:
            return
        use_key()
        self.stdout.write(f"key {settings.KEYS.now.writes} writes; making anew what older keys made")
        self._report(make_anew(lambda table, rows: self.stdout.write(f"{table}: {rows}", ending="\n")))

    def _report(self, made: Rotation) -> None:
        for name, rows in made.done.items():
            self.stdout.write(f"{name}: {rows} made anew")
        if made.damaged:
            raise CommandError(f"cannot be opened, and must be set right by hand: {'; '.join(made.damaged[:20])}")
        if made.left or not made.is_settled:
            told = ", ".join(f"{count} of {name}" for name, count in made.left.items()) or "work that has not ended"
            raise CommandError(f"not all is done, somebody was at work on it: {told}. Run rotate_keys again.")
        older = ", ".join(map(str, settings.KEYS.now.older))
        self.stdout.write(f"nothing needs key {older} any more: copy the key file away, then rotate_keys --drop")
