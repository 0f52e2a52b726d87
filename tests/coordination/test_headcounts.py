"""What the register counts, and that small figures tell nothing of anybody."""

from datetime import date

import pytest

from agencies.access.caller import Caller, acting_as
from agencies.access.models import AccessRecord
from coordination.monitoring.disclosure import hidden_codes
from coordination.monitoring.models import Headcount
from coordination.monitoring.services import count_register
from households.register.models import Assessment, Listing, Person
from tests.conftest import owner

pytestmark = pytest.mark.django_db
VILLAGE, OTHER_VILLAGE = "62.71.04.1004", "62.71.01.1001"


def intake(world):
    return Caller(kind="social", role="intake", agency=world.agencies["amal"].pk, city="62.71", purpose="registry")


def count(world, year=2022):
    caller = intake(world)
    with acting_as(caller):
        return count_register(year, by=caller)


def figures(client, world, who="emil", query=""):
    answer = client.get(
        f"/api/v1/headcounts?limit=200{query}", headers=world.headers(who, **{"X-Purpose": "statistics"})
    )
    assert answer.status_code == 200, answer.content
    return {(item["region"], item["measure"]): item for item in answer.json()["data"]}


def values(client, world, region="62.71", **options):
    found = figures(client, world, **options)
    return [found[region, f"{name}register_count"]["value"] for name in ("", "poor_", "extreme_")]


def test_the_city_is_counted_with_measure_and_source(client, world):
    assert count(world) % 3 == 0
    assert values(client, world) == [8, 8, 8]
    figure = figures(client, world)["62.71", "register_count"]
    assert (figure["source"], figure["unit"], figure["as_of"]) == ("DTKS", "persons", "2022-12-31")
    assert figure["published_by"].startswith("Dinas Sosial")


def test_poor_holds_the_extremely_poor_and_the_not_poor_are_in_neither(client, world):
    with owner():
        records = Assessment.objects.filter(period=date(2022, 12, 31))
        records.filter(person=world.people["A son"]).update(status="poor")
        records.filter(person=world.people["B son"]).update(status="not_poor")
        records.filter(person=world.people["B mother"]).update(period=date(2021, 12, 31))
    count(world)
    assert values(client, world) == [8, 6, 5]


def test_only_entries_open_at_the_end_of_the_year_and_no_possible_duplicates_count(client, world):
    with owner():
        entries = Listing.objects.all()
        entries.filter(person=world.people["A son"]).update(exited_on=date(2022, 12, 31), exit_reason="refused")
        entries.filter(person=world.people["A mother"]).update(exited_on=date(2023, 1, 1), exit_reason="refused")
        entries.filter(person=world.people["B son"]).update(entered_on=date(2023, 1, 1))
        entries.filter(person=world.people["B mother"]).update(entered_on=date(2022, 12, 31))
        Person.objects.filter(pk=world.people["B toddler"].pk).update(possible_duplicate_of=world.people["A toddler"])
    count(world)
    assert values(client, world) == [5, 5, 5]


def test_counting_again_replaces_the_figures(client, world):
    written = count(world)
    with owner():
        Listing.objects.filter(person=world.people["A son"]).update(exited_on=date(2022, 6, 1), exit_reason="refused")
    assert count(world) == written
    with owner():
        assert Headcount.objects.count() == written
    assert values(client, world)[0] == 7


def test_a_person_listed_twice_counts_once(client, world):
    with owner():
        entry = Listing.objects.get(person=world.people["A son"])
        entry.pk, entry.register_number = None, "another"
        Listing(**{f.attname: getattr(entry, f.attname) for f in Listing._meta.fields if f.name != "id"}).save(
            force_insert=True
        )
    count(world)
    assert values(client, world)[0] == 8


def test_figures_of_few_people_are_not_even_stored(client, world):
    count(world)
    found = figures(client, world)
    for village in (VILLAGE, OTHER_VILLAGE):
        for place in (village, village[:8]):
            figure = found[place, "register_count"]
            assert (figure["value"], figure["hidden"]) == (None, True)
    with owner():
        assert not Headcount.objects.filter(region=VILLAGE, value__isnull=False).exists()


def test_the_second_city_is_not_counted_and_sees_nothing(client, world):
    count(world)
    assert figures(client, world, who="dina") == {}


def test_figures_narrow_down_by_year_place_and_measure(client, world):
    count(world, 2022)
    count(world, 2023)
    assert {key[1] for key in figures(client, world, query="&measure=register_count&year=2022")} == {"register_count"}
    below = figures(client, world, query="&region=62.71.04&year=2022")
    assert below and all(region.startswith("62.71.04") for region, _ in below)
    assert values(client, world, query="&year=2023") == [8, 0, 0]


def test_counting_is_in_the_access_log(client, world):
    written = count(world)
    with owner():
        record = AccessRecord.objects.get(action="count_register")
    assert (record.resource, record.count, record.agency) == ("headcount", written, world.agencies["amal"].pk)


TREE = {"a": "top", "b": "top", "c": "top", "a1": "a", "a2": "a", "a3": "a", "b1": "b", "b2": "b"}


def hidden(**totals):
    return hidden_codes({"top": 0, **dict.fromkeys(TREE, 0), **totals}, TREE, "top", limit=5)


def test_nothing_is_hidden_where_every_figure_is_large_or_nothing():
    assert hidden(a=20, b=30, a1=20, b1=30) == set()


def test_one_small_figure_takes_the_next_smallest_with_it():
    assert hidden(a=47, b=30, a1=3, a2=12, a3=32, b1=30) == {"a1", "a2"}


def test_two_tiny_figures_take_a_third_that_keeps_them_apart():
    assert hidden(a=42, a1=1, a2=1, a3=40) >= {"a1", "a2", "a3"}


def test_the_parts_of_a_hidden_whole_do_not_add_up_to_it():
    found = hidden(a=60, b=20, c=3, a1=20, a2=20, a3=20, b1=8, b2=12)
    assert found == {"c", "b", "b1", "b2"}
