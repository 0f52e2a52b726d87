"""Bring grants, row security and history triggers in line with the access table; run after every migrate."""

from typing import Any

from django.core.management.base import BaseCommand

from agencies.access.database import install_access


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"access table applied: {install_access()} statements")
