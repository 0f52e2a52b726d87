"""The province's Education Office, for the tests that need a receiver above the city: Hadi."""

from datetime import date

import pytest

from agencies.models import Agency, Agreement
from tests.conftest import owner
from tests.world import _enrol

HADI = "hadi"


@pytest.fixture
def province(world, db):
    """Hadi's office serves the whole province, under an agreement with Amal's."""
    with owner():
        world.agencies[HADI] = Agency.objects.create(name="Office of hadi", kind="education", region_id="62")
        for role in ("officer", "supervisor"):
            _enrol(world, HADI, role, f"{HADI} {role}")
        world.tokens[HADI] = world.tokens[f"{HADI} officer"]
        Agreement.objects.create(
            from_agency=world.agencies["amal"],
            to_agency=world.agencies[HADI],
            purpose="schooling",
            legal_basis="PKS and Perwali",
            number="PKS-hadi",
            region_id="62",
            starts=date(2020, 1, 1),
            until=date(2099, 12, 31),
        )
    yield world.agencies[HADI]
    del world.agencies[HADI]
    for names in (world.tokens, world.clients):
        for label in [label for label in names if label.startswith(HADI)]:
            del names[label]
