"""The demo city: the offices of Palangka Raya and of a second city, their clients, officers and agreements."""

import json
import os
import secrets
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from agencies.access import policy
from agencies.models import Agency, Agreement, Client, Officer
from agencies.web.oauth import secret_digest

CITY, SECOND_CITY, PROVINCE = "62.71", "63.71", "62"
SCOPES = {
    "social": "households persons shares imports referrals queue schooling training headcounts agencies access_records"
    " jobs",
    "education": "households persons shares referrals queue schooling headcounts agencies access_records jobs",
    "manpower": "households persons shares referrals queue training headcounts agencies access_records jobs",
    "oversight": "headcounts agencies access_records",
}
PURPOSES = {
    "social": ["registry", "casework", "statistics"],
    "education": ["schooling", "statistics"],
    "manpower": ["training", "statistics"],
    "oversight": ["oversight", "statistics"],
}
# (name of the office, kind, region, roles of its clients)
OFFICES = (
    ("Dinas Sosial Kota Palangka Raya", "social", CITY, ("officer", "health_officer")),
    ("Dinas Pendidikan Kota Palangka Raya", "education", CITY, ("officer",)),
    ("Dinas Pendidikan Provinsi Kalimantan Tengah", "education", PROVINCE, ("officer",)),
    ("Dinas Tenaga Kerja Kota Palangka Raya", "manpower", CITY, ("officer",)),
    ("Inspektorat Kota Palangka Raya", "oversight", CITY, ("auditor",)),
    ("Dinas Sosial Kota Banjarmasin", "social", SECOND_CITY, ("officer",)),
    ("Dinas Pendidikan Kota Banjarmasin", "education", SECOND_CITY, ("officer",)),
)


@transaction.atomic
def enrol() -> None:
    """Make offices, clients, officers and agreements that are not there yet."""
    offices = {}
    for name, kind, region, roles in OFFICES:
        agency, _ = Agency.objects.get_or_create(name=name, region_id=region, defaults={"kind": kind})
        offices[kind, region] = agency
        for role in roles:
            _enrol_client(agency, role)
        for role in ("administrator", roles[0]):
            _enrol_officer(agency, role)
    for giver, holder in ((CITY, CITY), (CITY, PROVINCE), (SECOND_CITY, SECOND_CITY)):
        for kind, purpose in (("education", "schooling"), ("manpower", "training")):
            if (kind, holder) in offices:
                _agree(offices["social", giver], offices[kind, holder], purpose)


def _enrol_client(agency: Agency, role: str) -> None:
    scopes = [f"{name}:{verb}" for name in SCOPES[agency.kind].split() for verb in ("read", "write")]
    Client.objects.get_or_create(
        client_id=f"{agency.kind}-{agency.region_id.replace('.', '')}-{role.replace('_', '-')}",
        defaults={
            "name": f"{agency.name}: {role}",
            "agency": agency,
            "role": role,
            "scopes": scopes,
            "purposes": PURPOSES[agency.kind],
        },
    )


def _enrol_officer(agency: Agency, role: str) -> None:
    username = _username(role, agency.kind, agency.region_id)
    if not Officer.objects.filter(username=username).exists():
        officer = Officer(
            username=username,
            full_name=f"{role.capitalize()} {agency.name}",
            staff_number=username,
            agency=agency,
            roles=[role],
        )
        officer.set_unusable_password()
        officer.save(force_insert=True)


def _username(role: str, kind: str, region: str) -> str:
    return f"{'admin' if role == 'administrator' else role}-{kind}-{region.replace('.', '')}"


def _agree(giver: Agency, holder: Agency, purpose: str) -> None:
    Agreement.objects.get_or_create(
        from_agency=giver,
        to_agency=holder,
        purpose=purpose,
        number=f"PKS/{purpose}/{giver.region_id}/2022",
        defaults={
            "legal_basis": policy.PURPOSES[purpose].basis,
            "region_id": giver.region_id,
            "starts": date(2022, 1, 1),
            "until": date(2032, 12, 31),
        },
    )


def write_credentials(base_url: str) -> Path:
    """Give every client and every office's officers a fresh secret, and write them where only we can read them."""
    administrators = [_account(officer) for officer in _demo_officers(["administrator"])]
    first = next(found for found in administrators if (found["kind"], found["region"]) == ("social", CITY))
    told: dict[str, Any] = {
        "base_url": base_url,
        "docs_url": f"{base_url}/docs/",
        "openapi_url": f"{base_url}/api/v1/openapi.json",
        "admin": {"url": f"{base_url}/admin/", "username": first["username"], "password": first["password"]},
        "administrators": administrators,
        "officers": [_account(officer) for officer in _demo_officers(["officer", "auditor"])],
        "clients": [_client(client) for client in Client.objects.select_related("agency").order_by("created_at", "pk")],
    }
    path = Path(settings.VAR_DIR) / "sandbox.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(told, file, indent=1)
    return path


def _demo_officers(roles: list[str]) -> QuerySet[Officer]:
    names = [_username(role, kind, region) for role in roles for _, kind, region, _ in OFFICES]
    found: QuerySet[Officer] = Officer.objects.filter(username__in=names).select_related("agency").order_by("pk")
    return found


def _account(officer: Officer) -> dict[str, str]:
    password = secrets.token_urlsafe(16)
    officer.set_password(password)
    Officer.objects.filter(pk=officer.pk).update(password=officer.password)
    return {
        "agency": officer.agency.name,
        "kind": officer.agency.kind,
        "region": officer.agency.region_id,
        "username": officer.username,
        "password": password,
    }


def _client(client: Client) -> dict[str, Any]:
    secret = secrets.token_urlsafe(32)
    Client.objects.filter(pk=client.pk).update(secret_digest=secret_digest(secret))
    return {
        "agency": client.agency.name,
        "agency_id": str(client.agency_id),
        "kind": client.agency.kind,
        "region": client.agency.region_id,
        "role": client.role,
        "client_id": client.client_id,
        "client_secret": secret,
        "scope": " ".join(client.scopes),
        "purposes": client.purposes,
    }
