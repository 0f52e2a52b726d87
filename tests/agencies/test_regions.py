"""Regions by the spellings that papers use."""

import pytest

from agencies.models import RegionAlias
from agencies.regions import spelling_key
from tests.conftest import owner

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("written", ["Kec. Sebangau", "SEBANGAU", "kecamatan  sebangau"])
def test_a_region_is_found_by_another_spelling(client, world, written):
    with owner():
        RegionAlias.objects.create(region_id="62.71.04", scheme="name", spelling=spelling_key("Sebangau"))
    [found] = client.get("/api/v1/regions", {"name": written}, headers=world.headers("basim")).json()["data"]
    assert found["code"] == "62.71.04"
