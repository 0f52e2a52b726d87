"""No sum or difference of what is told gives few people: worked out a second time, with fractions over all records."""

from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordination.cohorts.funnels import Funnel
from coordination.cohorts.tables import Record, Row, tabulate
from coordination.monitoring.linked import Sum, tellable, together
from tests.coordination.cohorts import KAMELOH, PAHANDUT, count_now, refer_many, told

LIMIT = 5
WORDS = ("waiting", "at_work", "completed", "declined", "still_open")
SMALL = Funnel("schooling", ("sent", "accepted", "done"), WORDS, ())
STATES = ((0, "waiting"), (0, "declined"), (1, "at_work"), (1, "declined"), (2, "completed"))
VILLAGES = (("a1", "a"), ("a2", "a"), ("b1", "b"), ("b",))
SENDER, RECEIVERS = "sender", ("here", "there")
KINDS = list(product(VILLAGES, ("1", "2"), RECEIVERS, STATES))
# Most tables are of few kinds of people, and of few people each: there the figures hang together most.
TABLES = st.dictionaries(
    st.sampled_from(KINDS), st.sampled_from((1, 1, 2, 3, 4, 5, 6, 9, 14, 30)), min_size=2, max_size=14
)


def record(kind):
    place, month, receiver, (furthest, outcome) = kind
    parties = ((SENDER, "sent"), (receiver, "received"))
    return Record(parties, {"region": place, "month": (month,)}, furthest, outcome)


def is_in(kind, row, name):
    place, month, receiver, (furthest, outcome) = kind
    here = row.party in (None, (SENDER, "sent"), (receiver, "received"))
    there = {"whole": True, "region": row.value in place, "month": row.value == month}[row.dimension]
    step = name in SMALL.steps[: furthest + 1]
    return here and there and (step or name == outcome or (name == "still_open" and outcome in ("waiting", "at_work")))


def published(table):
    """(Row, name, figure) of everything that stands in the tables."""
    records = [record(kind) for kind, number in table.items() for _ in range(number)]
    for row, figures in tabulate(records, SMALL, limit=LIMIT).items():
        for name, figure in {**figures.steps, **figures.outcomes}.items():
            yield row, name, figure


def span_of(vectors):
    """An echelon basis, over fractions."""
    basis = {}
    for vector in vectors:
        if rest := reduced(basis, vector):
            pivot = min(rest)
            basis[pivot] = {place: value / rest[pivot] for place, value in rest.items()}
    return basis


def reduced(basis, vector):
    rest = {place: Fraction(value) for place, value in vector.items()}
    for pivot in sorted(basis):
        if factor := rest.get(pivot):
            for place, value in basis[pivot].items():
                rest[place] = rest.get(place, 0) - factor * value
    return {place: value for place, value in rest.items() if value}


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(TABLES)
def test_no_few_people_are_in_the_span_of_what_is_told(table):
    figures = list(published(table))
    zero = {kind for row, name, figure in figures if figure == 0 for kind in KINDS if is_in(kind, row, name)}
    possible = {kind: place for place, kind in enumerate(KINDS) if kind not in zero}

    def vector(row, name):
        return {place: 1 for kind, place in possible.items() if is_in(kind, row, name)}

    told_vectors = {tuple(vector(row, name)) for row, name, figure in figures if figure}
    basis = span_of(dict.fromkeys(places, 1) for places in told_vectors)
    for row, name, figure in figures:
        true = sum(number for kind, number in table.items() if is_in(kind, row, name))
        assert figure in (None, true)
        if 0 < true < LIMIT:
            assert figure is None
            assert reduced(basis, vector(row, name)), (row, name, "can be worked out")


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(TABLES)
def test_two_steps_never_differ_by_few(table):
    told_steps = {}
    for row, name, figure in published(table):
        if name in SMALL.steps and figure is not None:
            told_steps.setdefault(row, []).append(figure)
    for numbers in told_steps.values():
        assert all(more == less or more - less >= LIMIT for more, less in pairwise(numbers))


def test_those_between_two_steps_are_not_few_though_others_are_hidden_besides():
    funnel = Funnel("schooling", ("sent", "accepted", "begun", "done"), WORDS, ())
    stopped = ((0, 1), (1, 1), (2, 30), (3, 2))
    records = [Record((), record(KINDS[0]).groups, step, "at_work") for step, number in stopped for _ in range(number)]
    steps = tabulate(records, funnel, limit=LIMIT)[Row(None, "whole", "")].steps
    assert steps == {"sent": 34, "accepted": None, "begun": None, "done": None}


def test_where_there_are_few_in_all_nothing_is_told():
    assert all(not figure for _, _, figure in published({KINDS[0]: 2, KINDS[1]: 2}))


def test_large_figures_are_all_told():
    table = dict.fromkeys(KINDS, 10)
    assert all(figure is not None for _, _, figure in published(table))


def test_a_village_of_few_takes_another_with_it_and_the_district_is_told():
    table = {(VILLAGES[0], "1", "here", STATES[4]): 40, (VILLAGES[1], "1", "here", STATES[4]): 3}
    table |= {(VILLAGES[2], "1", "here", STATES[4]): 50}
    sent = {
        (row.value or row.dimension): figure
        for row, name, figure in published(table)
        if name == "sent" and not row.party
    }
    assert sent == {"whole": 93, "a": 43, "b": 50, "b1": 50, "a1": None, "a2": None, "1": 93}


def test_who_is_known_no_further_down_than_a_district_is_not_told_by_the_difference():
    table = {(VILLAGES[2], "1", "here", STATES[4]): 20, (VILLAGES[3], "1", "here", STATES[4]): 2}
    sent = {row.value: figure for row, name, figure in published(table) if name == "sent" and row.dimension == "region"}
    assert sent == {"b": 22, "b1": None}


def test_what_an_edition_hides_stays_hidden():
    records = [record(KINDS[0]) for _ in range(20)]
    cell = (Row(None, "month", "1"), ("steps", "sent"))
    figures = tabulate(records, SMALL, limit=LIMIT, kept=[cell])
    assert figures[cell[0]].steps["sent"] is None
    assert figures[Row(None, "whole", "")].steps["sent"] is None  # the same people


def test_a_sum_that_others_give_may_be_told_and_one_that_gives_a_secret_may_not():
    a, b, c = Sum(1), Sum(2), Sum(4)
    figures = [("a + b + c", a + b + c), ("a + b", a + b), ("c", c), ("b", b), ("a", a)]
    assert tellable(figures, [a]) == {"a + b + c", "a + b", "c"}
    pair = [("a + b", a + b), ("c", c)]
    assert tellable(pair, [a]) == {"a + b", "c"}
    assert tellable(pair, [a], known=[b + -c]) == {"a + b"}  # b and c count the same people


def test_hidden_parts_hold_enough_to_keep_each_other_apart():
    a, b, c, d = (Sum(1 << place) for place in range(4))
    assert together([(a, 1), (b, 2), (c, 6), (d, 40)], limit=5) == [a + b, a + b + c]
    assert together([(a, 1), (b, 2)], limit=5) == []  # the whole is no secret by this
    assert together([(c, 6), (d, 40)], limit=5) == []


@pytest.mark.django_db
def test_nobody_subtracts_a_village_from_its_district(client, world):
    refer_many(world, 40, village=KAMELOH)
    refer_many(world, 3, village="62.71.04.1001")
    refer_many(world, 20, village=PAHANDUT)
    count_now(world)
    sent = {row["region"]: row["steps"]["sent"] for row in told(client, world, "amal", dimension="region")}
    assert sent == {"62.71.04": 43, KAMELOH: None, "62.71.04.1001": None, "62.71.01": 20, PAHANDUT: 20}
    assert {row["region"]: row["durations"]["ended"] for row in told(client, world, "amal", dimension="region")} == {
        "62.71.04": {"median": 12, "p90": 12},
        "62.71.01": {"median": 12, "p90": 12},
        PAHANDUT: {"median": 12, "p90": 12},
        KAMELOH: None,
        "62.71.04.1001": None,
    }
