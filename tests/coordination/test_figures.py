"""Figures of the Statistics Bureau: told by Social Affairs, never mixed with our own counts, never overwritten."""

import pytest

from coordination.monitoring.models import Headcount
from tests.conftest import owner

pytestmark = pytest.mark.django_db
FIGURE = {
    "year": 2023,
    "region": "62.71",
    "measure": "bps_rate",
    "value": 3.44,
    "unit": "percent",
    "source": "Susenas Maret 2023",
    "as_of": "2023-03-31",
}


def publish(client, world, who="amal", key="1", **other):
    headers = world.headers(who, **{"X-Purpose": "statistics", "Idempotency-Key": key})
    return client.post("/api/v1/headcounts", {**FIGURE, **other}, content_type="application/json", headers=headers)


def test_social_affairs_publishes_a_figure_that_the_city_reads(client, world):
    answer = publish(client, world)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert told == {
        "id": told["id"],
        **FIGURE,
        "basis": "As the Statistics Bureau published it; another measure than any count of a register",
        "hidden": False,
        "published_by": "Badan Pusat Statistik",
        "edition": 1,
    }
    for who, seen in (("emil", [told]), ("basim", [told]), ("dina", [])):
        headers = world.headers(who, **{"X-Purpose": "statistics"})
        assert client.get("/api/v1/headcounts?measure=bps_rate", headers=headers).json()["data"] == seen


def test_a_correction_is_a_new_edition_and_the_old_one_stays(client, world):
    assert publish(client, world).json()["edition"] == 1
    assert publish(client, world, key="2", value=3.52).json()["edition"] == 2
    assert publish(client, world, key="2", value=3.52).json()["edition"] == 2  # the same call again
    with owner():
        found = list(Headcount.objects.filter(measure="bps_rate").order_by("edition").values_list("edition", "value"))
    assert [(edition, float(value)) for edition, value in found] == [(1, 3.44), (2, 3.52)]


def test_few_people_are_hidden_and_nobody_is_not(client, world):
    people = {"measure": "bps_count", "unit": "persons"}
    few = publish(client, world, value=4, **people).json()
    assert (few["value"], few["hidden"]) == (None, True)
    assert publish(client, world, key="2", value=5, **people).json()["value"] == 5
    assert publish(client, world, key="3", value=0, **people).json()["hidden"] is False


@pytest.mark.parametrize("who", ["basim", "carla", "emil"])
def test_the_other_offices_publish_nothing(client, world, who):
    assert publish(client, world, who).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"measure": "register_count", "unit": "persons"}, 422),
        ({"unit": "persons"}, 422),
        ({"value": 100.01}, 422),
        ({"value": -1}, 422),
        ({"value": 1.5, "measure": "bps_count", "unit": "persons"}, 422),
        ({"region": "99.99"}, 422),
        ({"year": 99999}, 422),
        ({"edition": 7}, 422),
        ({"region": "63.71"}, 403),
    ],
)
def test_an_unfit_figure_is_refused(client, world, wrong, status):
    answer = publish(client, world, **wrong)
    assert answer.status_code == status, answer.content
    with owner():
        assert not Headcount.objects.filter(measure__startswith="bps").exists()
