"""The queue under many officers at once, on connections of their own that commit."""

from datetime import date
from uuid import UUID

import pytest
from django.db import connection

from agencies.access.caller import Caller, acting_as
from coordination.queue.models import QueueItem
from coordination.queue.services import refer_children
from coordination.referrals.models import Note, Referral, ReferralMove
from coordination.referrals.services import move_referral
from households.register.models import Household, Listing, Person, Share
from tests.conftest import owner
from tests.coordination.queue_table import assert_consistent
from tests.coordination.test_seats_race import at_once

CHILDREN = 12


@pytest.fixture
def children(world, django_db_blocker):
    """A family with children out of school, committed; everything is taken away afterwards."""
    with django_db_blocker.unblock():
        with owner():
            family = Household.objects.create(region_id="62.71.02.1001")
            people = Person.objects.bulk_create(
                Person(
                    household=family,
                    city="62.71",
                    name=f"Child {n}",
                    sex="M",
                    birth_date=date(2014, 1, 1),
                    relation="child",
                    school_participation="never",
                )
                for n in range(CHILDREN)
            )
            Listing.objects.bulk_create(
                Listing(
                    person=person,
                    household=family,
                    city="62.71",
                    source="DTKS",
                    register_number=f"race {n}",
                    entered_on=date(2022, 1, 1),
                    entry_reason="registered",
                )
                for n, person in enumerate(people)
            )
        try:
            yield [person.pk for person in people]
        finally:
            with owner():
                keys = [person.pk for person in people]
                Note.objects.filter(referral__person__in=keys).delete()
                ReferralMove.objects.filter(referral__person__in=keys).delete()
                Referral.objects.filter(person__in=keys).delete()
                for model in (Share, Listing):
                    model.objects.filter(household=family).delete()
                Person.objects.filter(household=family).delete()
                family.delete()
                assert not QueueItem.objects.filter(place="62.71.02.1001").exists()
            connection.close()


def caller(world, name, kind, purpose):
    return Caller(kind, "officer", world.agencies[name].pk, "62.71", purpose=purpose)


def test_of_officers_who_refer_the_same_children_at_once_one_wins_each(world, children):
    amal, basim = caller(world, "amal", "social", "registry"), world.agencies["basim"].pk
    with owner():
        waiting = dict(QueueItem.objects.filter(agency=amal.agency, person__in=children).values_list("pk", "person"))
    assert len(waiting) == CHILDREN

    def call(turn):
        with acting_as(amal):
            items = sorted(map(str, waiting), reverse=turn % 2 == 0)
            return refer_children(items, to_agency=basim, reason="race", by=amal)

    answers = at_once(call, list(range(6)))
    created = [found for results in answers for found in results.values() if isinstance(found, UUID)]
    assert len(created) == len(set(created)) == CHILDREN
    with owner():
        assert Referral.objects.filter(person__in=children).count() == CHILDREN
        assert not QueueItem.objects.filter(agency=amal.agency, person__in=children).exists()
    assert_consistent()


def test_changes_of_one_child_from_many_sides_leave_its_items_right(world, children):
    """Its referral moves, its family is opened and closed, and the register changes its mind, all at once."""
    amal, basim = caller(world, "amal", "social", "registry"), caller(world, "basim", "education", "schooling")
    child = children[0]
    with owner():
        item = QueueItem.objects.get(agency=amal.agency, person=child).pk
    with acting_as(amal):
        made = refer_children([str(item)], to_agency=basim.agency, reason="race", by=amal)[0]
    works = [
        lambda: move(basim, made, "accept"),
        lambda: participation(amal, child, "in_school"),
        lambda: close_shares(amal, child),
        lambda: move(amal, made, "cancel"),
        lambda: participation(amal, child, "no_longer"),
        lambda: move(basim, made, "start"),
    ]
    at_once(attempt, works * 3)
    assert_consistent()


def attempt(work):
    try:
        work()
    except Exception as refusal:
        return refusal
    return None


def move(by, key, name):
    with acting_as(by):
        move_referral(Referral.objects.select_for_update().get(pk=key), name, by=by, words="race")


def participation(by, child, value):
    with acting_as(by):
        Person.objects.filter(pk=child).update(school_participation=value)


def close_shares(by, child):
    with acting_as(by):
        Share.objects.filter(subjects__contains=[child]).update(until=date(2099, 1, 1))
