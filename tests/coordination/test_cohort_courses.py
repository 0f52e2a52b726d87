"""What became of those who applied for courses: seats, attendance, completion, work and what a placed person cost."""

from datetime import date
from itertools import pairwise

import pytest

from coordination.cohorts.funnels import COURSES
from coordination.training.models import Application, Batch
from tests.conftest import owner
from tests.coordination.cohorts import KAMELOH, PAHANDUT, apply_many, count_now, make_batch, register_poor, told
from tests.coordination.test_cohort_editions import freeze

pytestmark = pytest.mark.django_db

WORK = {3: "employed", 6: "employed", 12: "self_employed"}


def courses(client, world, who="emil", **query):
    return told(client, world, who, funnel="courses", **{"edition": 0, **query})


def whole(client, world, who="emil"):
    [row] = [row for row in courses(client, world, who, dimension="whole") if who != "emil" or not row["side"]]
    return row


def groups(rows, name="applied", kind="steps"):
    """One figure of each row of all offices, by its dimension and group."""
    return {
        (row["dimension"], row["value"] or row["programme"] or row["month"] or row["region"]): row[kind][name]
        for row in rows
        if not row["side"]
    }


def test_a_row_tells_seats_steps_rates_and_what_a_placed_person_cost(client, world):
    batch = make_batch(world, capacity=50, cost=90_000_000)
    apply_many(world, batch, 20, result="competent", answers=WORK)
    apply_many(world, batch, 10, result="not_yet_competent", answers={3: "none", 6: "employed", 12: "studying"})
    apply_many(world, batch, 5, result="dropped_out")
    apply_many(world, batch, 5, status="no_show")
    apply_many(world, batch, 8, status="declined")
    count_now(world)
    found = whole(client, world)
    assert found == {
        "id": found["id"],
        "funnel": "courses",
        "year": 2025,
        "agency": None,
        "side": "",
        "dimension": "whole",
        "region": "62.71",
        "month": None,
        "programme": None,
        "value": "",
        "edition": 0,
        "seats": 50,
        "steps": {
            "applied": 48,
            "seated": 40,
            "came": 35,
            "completed": 30,
            "competent": 20,
            "placed": 20,
            "placed_3_months": 20,
            "placed_6_months": 30,
            "placed_12_months": 20,
        },
        "rates": {
            "fill_rate": 80.0,
            "show_up_rate": 87.5,
            "completion_rate": 85.7,
            "competence_rate": 66.7,
            "placement_rate": 66.7,
            "placement_rate_3_months": 66.7,
            "placement_rate_6_months": 100.0,
            "placement_rate_12_months": 66.7,
        },
        "outcomes": {
            **dict.fromkeys(COURSES.outcomes, 0),
            "declined": 8,
            "no_show": 5,
            "left_course": 5,
            "self_employed": 20,
            "studying": 10,
        },
        "durations": {},
        "cost_per_placed": 4_500_000,
        "as_of": found["as_of"],
    }


def test_groups_of_people_are_told_side_by_side(client, world):
    batch, sewing = make_batch(world), make_batch(world, month=11)
    poor = apply_many(world, batch, 6, sex="F", disabilities=["physical"], result="completed")
    poor += apply_many(world, batch, 7, sex="M", disabilities=["sensory_sight", "sensory_hearing"])
    register_poor(poor)
    apply_many(world, sewing, 9, sex="M", village=PAHANDUT)
    count_now(world)
    assert groups(courses(client, world)) == {
        ("whole", "62.71"): 22,
        ("region", "62.71.01"): 9,
        ("region", PAHANDUT): 9,
        ("region", "62.71.04"): 13,
        ("region", KAMELOH): 13,
        ("month", 3): 13,
        ("month", 11): 9,
        ("programme", str(batch.programme_id)): 13,
        ("programme", str(sewing.programme_id)): 9,
        ("sex", "F"): 6,
        ("sex", "M"): 16,
        ("disability", "yes"): 13,
        ("disability", "physical"): 6,
        ("disability", "multiple"): 7,
        ("disability", "no"): 9,
        ("registered_poor", "yes"): 13,
        ("registered_poor", "no"): 9,
    }
    assert [row["value"] for row in courses(client, world, "carla", value="multiple")] == ["multiple"]
    assert len(courses(client, world, "carla", programme=sewing.programme_id)) == 1


def test_few_are_hidden_and_nobody_subtracts_one_group_from_the_whole(client, world):
    batch = make_batch(world)
    apply_many(world, batch, 20, sex="F", result="completed", answers=WORK)
    apply_many(world, batch, 3, sex="M", result="completed", answers=WORK, disabilities=["mental"])
    apply_many(world, batch, 9, sex="M", result="completed", answers=WORK, village=PAHANDUT)
    count_now(world)
    assert groups(courses(client, world), "completed") == {
        ("whole", "62.71"): 32,
        ("region", "62.71.01"): 9,
        ("region", PAHANDUT): 9,
        ("region", "62.71.04"): 23,
        ("region", KAMELOH): 23,
        ("month", 3): 32,
        ("programme", str(batch.programme_id)): 32,
        ("sex", "F"): 20,
        ("sex", "M"): 12,
        ("disability", "yes"): None,
        ("disability", "mental"): None,
        ("disability", "no"): None,
        ("registered_poor", "no"): 32,
    }


def test_work_of_few_has_no_rate_and_no_cost(client, world):
    batch = make_batch(world, cost=10_000_000)
    apply_many(world, batch, 4, result="completed", answers=WORK)
    apply_many(world, batch, 12, result="completed", answers={3: "none"})
    count_now(world)
    found = whole(client, world)
    assert (found["steps"]["completed"], found["steps"]["placed"], found["outcomes"]["self_employed"]) == (
        16,
        None,
        None,
    )
    assert (found["outcomes"]["none"], found["rates"]["placement_rate"], found["cost_per_placed"]) == (None, None, None)
    assert found["rates"]["completion_rate"] == 100.0


def test_those_without_work_are_not_few_by_the_difference_to_those_who_completed(client, world):
    batch = make_batch(world, cost=10_000_000)
    apply_many(world, batch, 12, result="completed", answers=WORK)
    apply_many(world, batch, 2, result="completed", answers={3: "none"})
    apply_many(world, batch, 2, result="completed", answers={3: "studying"})
    count_now(world)
    found = whole(client, world)
    assert found["steps"]["completed"] == 16
    assert {found["steps"][name] for name in COURSES.marks if name != "competent"} == {None}
    assert (found["outcomes"]["self_employed"], found["rates"]["placement_rate"]) == (None, None)
    assert found["cost_per_placed"] is None


@pytest.mark.parametrize("other", [{"cost": None}, {"cost": 5, "status": "running"}])
def test_a_placed_person_has_a_cost_once_every_batch_is_finished_and_its_cost_known(client, world, other):
    batch = make_batch(world, cost=50_000_000)
    apply_many(world, batch, 10, result="completed", answers=WORK)
    count_now(world)
    assert whole(client, world)["cost_per_placed"] == 5_000_000
    make_batch(world, programme=batch.programme, **other)
    count_now(world)
    assert whole(client, world)["cost_per_placed"] is None


def test_seats_that_nobody_wanted_are_told(client, world):
    make_batch(world, capacity=16)
    make_batch(world, capacity=30, status="draft")
    make_batch(world, capacity=30, status="cancelled")
    count_now(world)
    found = whole(client, world)
    assert (found["seats"], found["rates"]["fill_rate"], found["rates"]["show_up_rate"]) == (16, 0.0, None)
    assert {row["dimension"] for row in courses(client, world)} == {"whole", "month", "programme"}


def test_seats_are_told_where_they_are_and_not_of_groups_of_people(client, world):
    apply_many(world, make_batch(world, month=2, capacity=10), 8)
    apply_many(world, make_batch(world, month=4, capacity=15, who="farah"), 6)
    count_now(world)
    rows = [row for row in courses(client, world) if not row["side"]]
    told_seats = {(row["dimension"], row["month"], bool(row["programme"]), row["seats"]) for row in rows}
    assert told_seats >= {("whole", None, False, 25), ("month", 2, False, 10), ("month", 4, False, 15)}
    assert told_seats >= {("programme", None, True, 10), ("programme", None, True, 15)}
    others = {row["seats"] for row in rows if row["dimension"] not in ("whole", "month", "programme")}
    assert others == {None}
    assert {row["rates"]["fill_rate"] for row in rows if row["seats"] is None} == {None}


def test_each_provider_reads_its_own_courses_and_the_city_reads_all(client, world):
    apply_many(world, make_batch(world), 8)
    apply_many(world, make_batch(world, who="farah"), 6)
    count_now(world)
    assert whole(client, world)["steps"]["applied"] == 14
    for who, number in (("carla", 8), ("farah", 6)):
        rows = courses(client, world, who)
        assert {row["agency"] for row in rows} == {str(world.agencies[who].pk)}
        assert whole(client, world, who)["steps"]["applied"] == number
    for who in ("amal", "basim", "dina", "gita", "dina analyst"):
        assert courses(client, world, who) == []
    assert courses(client, world, "amal analyst") == courses(client, world)


@pytest.mark.parametrize(
    ("entry", "is_poor"),
    [
        ({}, True),
        ({"status": "extreme_poor"}, True),
        ({"status": "not_poor"}, False),
        ({"exited": date(2025, 3, 2)}, True),  # later, perhaps since the course gave work
        ({"exited": date(2025, 3, 1)}, False),
        ({"entered": date(2025, 3, 2)}, False),
        ({"period": date(2025, 3, 2)}, False),
    ],
)
def test_poor_is_who_was_so_in_the_register_when_the_course_began(client, world, entry, is_poor):
    register_poor(apply_many(world, make_batch(world), 6), **entry)
    count_now(world)
    rows = courses(client, world, dimension="registered_poor")
    assert {row["value"] for row in rows} == {"yes" if is_poor else "no"}


def test_whoever_applied_again_counts_once_by_the_latest(client, world):
    batch = make_batch(world)
    again = apply_many(world, batch, 6, status="withdrawn")
    with owner():
        for one in again:
            first = Application.objects.get(person=one)
            first.pk, first.status, first.seat = None, "accepted", "open"
            first.id = Application._meta.get_field("id").get_default()
            first.save(force_insert=True)
    count_now(world)
    assert whole(client, world)["steps"]["applied"] == 6
    assert whole(client, world)["outcomes"]["seated"] == 6


def test_a_frozen_year_holds_courses_too(client, world):
    batch = make_batch(world, cost=50_000_000)
    apply_many(world, batch, 10, result="completed", answers=WORK)
    count_now(world)
    before = courses(client, world)
    assert freeze(client, world).status_code == 201
    with owner():
        Batch.objects.filter(pk=batch.pk).update(cost=1, capacity=999)
    apply_many(world, batch, 10, result="completed")
    count_now(world)
    hidden = ("id", "edition")
    frozen = [
        {name: value for name, value in row.items() if name not in hidden} for row in courses(client, world, edition=1)
    ]
    assert frozen == [{name: value for name, value in row.items() if name not in hidden} for row in before]


def test_what_an_edition_hides_of_a_group_stays_hidden(client, world):
    batch = make_batch(world)
    apply_many(world, batch, 30, sex="M")
    apply_many(world, batch, 4, sex="F")
    count_now(world)
    freeze(client, world)
    apply_many(world, batch, 1, sex="F")
    count_now(world)
    assert groups(courses(client, world, dimension="sex")) == {("sex", "F"): None, ("sex", "M"): None}


def test_those_not_yet_competent_are_not_few_though_all_have_work(client, world):
    batch = make_batch(world)
    apply_many(world, batch, 12, result="competent", answers=WORK)
    apply_many(world, batch, 3, result="not_yet_competent", answers=WORK)
    count_now(world)
    found = whole(client, world)
    assert (found["steps"]["completed"], found["steps"]["placed"], found["steps"]["competent"]) == (15, 15, None)
    assert found["rates"]["competence_rate"] is None


def test_those_with_a_seat_and_no_work_are_not_few(client, world):
    """One never came, one left and two have no work: neither are they told together with those of the step before."""
    batch = make_batch(world)
    apply_many(world, batch, 1, status="no_show")
    apply_many(world, batch, 1, result="dropped_out")
    apply_many(world, batch, 14, result="completed", answers=WORK)
    apply_many(world, batch, 2, result="completed", answers={3: "none"})
    count_now(world)
    steps = whole(client, world)["steps"]
    assert (steps["seated"], steps["placed"], steps["completed"]) == (18, None, None)


def test_no_two_steps_differ_by_few(client, world):
    batch = make_batch(world, capacity=50)
    for status, number in (("accepted", 3), ("no_show", 4), ("declined", 2), ("withdrawn", 30)):
        apply_many(world, batch, number, status=status)
    apply_many(world, batch, 2, result="dropped_out")
    apply_many(world, batch, 14, result="completed", answers=WORK)
    count_now(world)
    for row in courses(client, world):
        numbers = [row["steps"][step] for step in COURSES.steps if row["steps"][step] is not None]
        assert all(more == less or more - less >= 5 for more, less in pairwise(numbers))
