"""Which courses to plan where: livelihoods against the trained, with few people never told."""

from datetime import date

import pytest
from django.utils import timezone

from agencies.access.caller import Caller, acting_as
from agencies.access.functions import call
from coordination.matching.loading import PALANGKA_RAYA, load_livelihoods
from coordination.matching.models import Livelihood
from coordination.training.models import Batch
from households.register.models import Listing, Person
from tests.city import CITIES
from tests.conftest import owner
from tests.coordination.test_matching import KAMELOH, PAHANDUT, finished, tend
from tests.coordination.test_referrals import get

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fish(world):
    """Kameloh Baru lives on fish farming."""
    with owner():
        Livelihood.objects.create(
            region_id=KAMELOH, activity="fisheries_aquaculture", since=date(2026, 1, 1), source="Muskel 2025"
        )


def settle(world, number, occupation, mark="A"):
    """So many registered adults."""
    with owner():
        people = Person.objects.bulk_create(
            Person(
                household=world.households[mark],
                city=CITIES[mark],
                name=f"{occupation} {place}",
                sex="F",
                birth_date="1990-01-01",
                relation="other",
                occupation=occupation,
            )
            for place in range(number)
        )
        Listing.objects.bulk_create(
            Listing(
                person=person,
                household=person.household,
                city=CITIES[mark],
                source="DTKS",
                register_number=person.pk.hex[-20:],
                entered_on="2022-01-01",
                entry_reason="registered",
            )
            for person in people
        )
    return people


def village(client, world, code=KAMELOH, who="carla"):
    found = get(client, world, who, f"training-gaps?region={code}").json()["data"]
    assert [row["region"] for row in found] == [code]
    return found[0]


@pytest.mark.parametrize("who", ["amal", "carla"])
def test_the_gap_is_told_with_its_numbers_in_words(client, world, who):
    settle(world, 8, "11")
    settle(world, 6, "1")
    settle(world, 7, "30")
    tend()
    course = Batch.objects.select_related("programme")
    with owner():
        programme = course.get(pk=world.batch).programme
    assert village(client, world, who=who) == {
        "region": KAMELOH,
        "name": "Kameloh Baru",
        "livelihoods_of": KAMELOH,
        "people": 23,
        "livelihoods": [
            {
                "activity": "fisheries_aquaculture",
                "sectors": [4],
                "concerned": 16,
                "trained": 0,
                "planned_seats": 2,
                "gap": 14,
                "courses": [
                    {
                        "id": str(programme.pk),
                        "name": "Budidaya ikan",
                        "vocation": "aquaculture",
                        "provider_id": str(programme.provider_id),
                    }
                ],
                "text_id": "Kameloh Baru hidup dari budidaya ikan: 16 warga terdaftar bekerja di bidang ini atau belum"
                " bekerja, 0 sudah dilatih, 2 kursi direncanakan; kurang 14.",
                "text_en": "Kameloh Baru lives on fish farming: 16 registered people work in it or have no work,"
                " 0 were trained, 2 seats are planned; 14 are missing.",
            }
        ],
    }


def test_few_people_are_hidden_and_the_gap_with_them(client, world):
    tend()
    row = village(client, world)["livelihoods"][0]
    assert (row["concerned"], row["trained"], row["gap"]) == (None, 0, None)
    assert row["text_en"].startswith("Kameloh Baru lives on fish farming: fewer than 5 registered people")
    assert row["text_en"].endswith("the gap cannot be told.")
    people = settle(world, 9, "11")
    finished(world, people[0])
    tend()
    row = village(client, world)["livelihoods"][0]
    assert (row["concerned"], row["trained"], row["gap"]) == (11, None, None)
    for person in people[1:6]:
        finished(world, person)
    tend()
    row = village(client, world)["livelihoods"][0]
    assert (row["concerned"], row["trained"], row["gap"]) == (11, 6, 3)


def test_whoever_left_the_register_or_lives_elsewhere_does_not_count(client, world):
    people = settle(world, 8, "11")
    settle(world, 8, "11", mark="D")
    with owner():
        Listing.objects.filter(person__in=people[:2]).update(exited_on="2024-01-01", exit_reason="refused")
    tend()
    assert village(client, world)["people"] == 8
    caller = Caller("manpower", "officer", world.agencies["carla"].pk, "62.71", purpose="training")
    with acting_as(caller):
        assert {row[0] for row in call("count_candidates")} == {KAMELOH, PAHANDUT}
    assert village(client, world, PAHANDUT)["livelihoods"] == []
    assert village(client, world, PAHANDUT)["livelihoods_of"] is None


def test_seats_count_until_the_batch_is_over(client, world):
    for status, seats in (("cancelled", 0), ("finished", 0), ("running", 2)):
        with owner():
            Batch.objects.filter(pk=world.batch).update(status=status)
        assert village(client, world)["livelihoods"][0]["planned_seats"] == seats, status


def test_all_villages_of_the_city_are_told_and_of_no_other(client, world):
    with owner():
        load_livelihoods(PALANGKA_RAYA)
        call("tend_candidates", timezone.localdate())
    found = get(client, world, "carla", "training-gaps").json()["data"]
    assert len(found) == 30
    told = {row["region"]: (row["livelihoods_of"], [item["activity"] for item in row["livelihoods"]]) for row in found}
    assert told["62.71.04.1004"] == ("62.71.04.1004", ["fisheries_aquaculture"])
    assert told["62.71.04.1002"][1] == ["food_crops", "horticulture", "livestock"]
    assert told["62.71.03.1001"] == ("62.71.03", ["fisheries_capture"])
    for region in ("63.71", "62", "62.71.99", "62.71.0"):
        assert get(client, world, "carla", f"training-gaps?region={region}").status_code == 400, region
    assert get(client, world, "dina", "training-gaps?region=62.71").status_code == 400


def test_a_file_with_an_unknown_place_or_livelihood_is_not_taken_in(world, tmp_path):
    path = tmp_path / "livelihoods.csv"
    for line in ("62.71.04.9999,farming,x", "62.71.04.1001,whaling,x", "62.71.04.1001,farming,"):
        path.write_text(f"region_code,livelihood,source\n62.71.04.1001,farming,x\n{line}\n")
        with owner(), pytest.raises(ValueError, match="line 3"):
            load_livelihoods(path)
    with owner():
        assert Livelihood.objects.count() == 1
