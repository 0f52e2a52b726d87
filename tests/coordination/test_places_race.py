"""Places under many callers at once, on connections of their own that commit."""

import pytest
from django.db import connection

from agencies.access.caller import Caller, acting_as
from agencies.web.problems import Problem
from coordination.schools.models import Placement, PlaceOffer, School
from coordination.schools.places import give_up_place, reserve_place
from households.register.models import Person, Share
from tests.conftest import owner
from tests.coordination.schools import counted, make_place
from tests.coordination.test_seats_race import at_once

CHILDREN, PLACES = 60, 7


@pytest.fixture
def children(world, django_db_blocker):
    """A grade of seven places and sixty children whom Education sees, committed; taken away afterwards."""
    with django_db_blocker.unblock():
        place = make_place(capacity=PLACES)
        with owner():
            family = world.households["B"]
            child = {"household": family, "city": "62.71", "sex": "F", "relation": "child", "birth_date": "2013-01-01"}
            people = Person.objects.bulk_create(Person(name=f"Child {n}", **child) for n in range(CHILDREN))
            shared = Share.objects.create(
                household=family,
                agency=world.agencies["basim"],
                purpose="schooling",
                subjects=[person.pk for person in people],
                until="2099-01-01",
            )
        try:
            yield place, people
        finally:
            with owner():
                Placement.objects.filter(place=place.pk).delete()
                PlaceOffer.objects.filter(pk=place.pk).delete()
                School.objects.filter(pk=place.school_id).delete()
                Share.objects.filter(pk=shared.pk).delete()
                Person.objects.filter(pk__in=[person.pk for person in people]).delete()
            connection.close()


def acting(world, work):
    caller = Caller("education", "officer", world.agencies["basim"].pk, "62.71", purpose="schooling")

    def call(given):
        try:
            with acting_as(caller):
                return work(given, caller)
        except Problem as problem:
            return problem.code

    return call


def test_sixty_at_once_take_seven_places_and_the_others_are_told(world, children):
    place, people = children
    answers = at_once(acting(world, lambda child, me: bool(reserve_place(place.pk, child, by=me))), people)
    assert (answers.count(True), answers.count("conflict")) == (PLACES, CHILDREN - PLACES)
    assert counted(place) == (PLACES, PLACES, PLACES)


def test_a_place_given_up_by_many_at_once_is_free_once(world, children):
    place, people = children
    keys = [acting(world, lambda child, me: reserve_place(place.pk, child, by=me))(child) for child in people[:2]]
    answers = at_once(acting(world, lambda key, me: give_up_place(key)), [keys[0]] * 30)
    assert answers.count(True) == 1
    assert counted(place) == (PLACES, 1, 1)
