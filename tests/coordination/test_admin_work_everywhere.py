"""Every list, record, history and form that an officer can come to in a city with something in every drawer."""

import re

import pytest

from tests.coordination.desk import enter, page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["amal.officer", "basim.supervisor", "carla.officer"])
def test_every_page_of_an_officer_opens_in_indonesian(client, city, name):
    enter(client, name)
    lists = sorted(set(re.findall(r'href="(/admin/[a-z_]+/[a-z]+/(?:add/)?)"', page(client, "/admin/"))))
    assert len(lists) > 15
    forms = 0
    for link in lists:
        for record in re.findall(rf'href="({link}[^"/]+/)change/', page(client, link))[:1]:
            text = page(client, f"{record}change/")
            assert "Lihat" in text or "Ubah" in text
            ways = re.findall(rf'<a [^>]*href="({record}(?:history|do/[a-z-]+)/)"', text)
            for way in ways:
                page(client, way)
            forms += len(ways)
    assert forms > 3
