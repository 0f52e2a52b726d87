"""Enrol an office with its first administrator, or give an administrator of it another password, shown once."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from agencies.models import Agency, Officer


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="of the office, such as 'Dinas Sosial Kota Palangka Raya'")
        parser.add_argument("--kind", required=True, choices=Agency.Kind.values)
        parser.add_argument("--region", required=True, help="code of the region that it serves, such as 62.71")
        parser.add_argument("--administrator", required=True, metavar="USERNAME")
        parser.add_argument("--full-name", required=True)
        parser.add_argument("--staff-number", required=True, help="NIP, or what the office has instead")

    def handle(self, *args: Any, **options: Any) -> None:
        password = secrets.token_urlsafe(16)
        try:
            with transaction.atomic():
                agency = self._agency(options["name"], options["kind"], options["region"])
                self._administrator(agency, password, options)
        except ValidationError as fault:
            raise CommandError("; ".join(fault.messages)) from fault
        self.stdout.write(f"{agency.name}: {options['administrator']} logs in at /admin/ with {password}")

    def _agency(self, name: str, kind: str, region: str) -> Agency:
        agency = Agency.objects.filter(name=name, region=region).first() or Agency(name=name, region_id=region)
        if not agency._state.adding and agency.kind != kind:
            raise CommandError(f"{name} is enrolled as {agency.kind}")
        agency.kind = kind
        agency.full_clean()
        agency.save()
        return agency

    def _administrator(self, agency: Agency, password: str, options: dict[str, Any]) -> None:
        officer = Officer.objects.filter(username=options["administrator"]).first()
        if officer and (officer.agency_id != agency.pk or officer.role != "administrator"):
            raise CommandError(f"{officer.username} is somebody else")
        officer = officer or Officer(
            username=options["administrator"],
            full_name=options["full_name"],
            staff_number=options["staff_number"],
            agency=agency,
            roles=["administrator"],
        )
        officer.set_password(password)
        officer.full_clean()
        officer.save()
