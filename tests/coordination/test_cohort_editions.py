"""Frozen figures: they stay as they were, and a correction stands beside them."""

import pytest
from django.db import IntegrityError, transaction

from coordination.cohorts.models import Cohort, CohortEdition
from coordination.referrals.models import Referral
from tests.conftest import owner
from tests.coordination.cohorts import count_now, refer_many, told

pytestmark = pytest.mark.django_db


def freeze(client, world, who="amal supervisor", key="1", year=2025, **other):
    headers = world.headers(who, **{"X-Purpose": "statistics", "Idempotency-Key": key})
    body = {"year": year, "basis": "SK Walikota 12/2026", **other}
    return client.post("/api/v1/cohort-editions", body, content_type="application/json", headers=headers)


def figures(rows):
    hidden = ("id", "edition")
    return [{name: value for name, value in row.items() if name not in hidden} for row in rows]


def test_a_supervisor_of_dinsos_freezes_a_year_and_the_city_reads_the_edition(client, world):
    refer_many(world, 12)
    count_now(world)
    answer = freeze(client, world)
    assert answer.status_code == 201, answer.content
    edition = answer.json()
    assert edition == {
        "id": edition["id"],
        "year": 2025,
        "number": 1,
        "basis": "SK Walikota 12/2026",
        "agency": str(world.agencies["amal"].pk),
        "frozen_by": "amal",
        "frozen_at": edition["frozen_at"],
        "as_of": told(client, world)[0]["as_of"],
    }
    assert answer["Location"] == f"/api/v1/cohort-editions/{edition['id']}"
    for who, seen in (("basim", [edition]), ("emil", [edition]), ("dina", [])):
        headers = world.headers(who, **{"X-Purpose": "statistics"})
        assert client.get("/api/v1/cohort-editions?year=2025", headers=headers).json()["data"] == seen
    assert freeze(client, world).json() == edition  # the same call again


def test_what_was_frozen_stays_when_the_records_change(client, world):
    made = refer_many(world, 12)
    count_now(world)
    before = told(client, world, edition=0)
    freeze(client, world)
    with owner():
        Referral.objects.filter(pk__in=[row.pk for row in made]).update(status="failed")
    count_now(world)
    frozen = told(client, world, edition=1)
    assert figures(frozen) == figures(before)
    assert figures(told(client, world, edition=0)) != figures(before)
    assert {row["agency"] for row in told(client, world, "basim", edition=1)} == {str(world.agencies["basim"].pk)}


def test_a_correction_is_another_edition_beside_the_first(client, world):
    refer_many(world, 12)
    count_now(world)
    freeze(client, world)
    refer_many(world, 5)
    count_now(world)
    assert freeze(client, world, key="2", basis="Koreksi").json()["number"] == 2
    sent = {row["edition"]: row["steps"]["sent"] for row in told(client, world, dimension="whole") if row["side"] == ""}
    assert sent == {0: 17, 1: 12, 2: 17}


def test_what_an_edition_hides_is_not_told_by_a_later_one(client, world):
    """A group of four that becomes five would otherwise tell by the difference who came."""
    refer_many(world, 30)
    refer_many(world, 4, status="declined")
    count_now(world)
    freeze(client, world)
    refer_many(world, 1, status="declined")
    count_now(world)
    rows = [row for row in told(client, world, dimension="whole", edition=0) if row["side"] == ""]
    assert rows[0]["steps"]["sent"] == 35
    assert rows[0]["outcomes"]["declined"] is None


def test_the_database_refuses_every_change_of_a_frozen_figure(client, world):
    refer_many(world, 12)
    count_now(world)
    freeze(client, world)
    changes = (
        lambda: Cohort.objects.filter(edition=1).update(steps={}),
        lambda: Cohort.objects.filter(edition=1).delete(),
        lambda: CohortEdition.objects.filter(number=1).update(basis="x"),
        lambda: CohortEdition.objects.filter(number=1).delete(),
    )
    with owner():
        for change in changes:
            with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
                change()
        assert Cohort.objects.filter(edition=0).update(steps={})


@pytest.mark.parametrize(
    "who", ["amal officer", "amal analyst", "basim supervisor", "carla administrator", "emil auditor", "farah"]
)
def test_nobody_else_freezes(client, world, who):
    refer_many(world, 12)
    count_now(world)
    assert freeze(client, world, who).status_code == 403
    with owner():
        assert not CohortEdition.objects.exists()


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"year": 2026}, 409, "conflict"),  # not over
        ({"year": 2024}, 409, "conflict"),  # nothing counted
        ({"year": 1999}, 422, "invalid"),
        ({"basis": ""}, 422, "invalid"),
        ({"number": 7}, 422, "invalid"),
    ],
)
def test_an_unfit_call_freezes_nothing(client, world, given, status, code):
    refer_many(world, 12)
    count_now(world)
    answer = freeze(client, world, "amal administrator", **given)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    with owner():
        assert not CohortEdition.objects.exists()
