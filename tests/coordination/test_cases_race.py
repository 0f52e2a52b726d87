"""Two officers at one case, and an officer against the office that takes the referral back: one wins."""

from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from agencies.access.caller import Caller, acting_as
from agencies.access.identifiers import new_id
from agencies.web.problems import Problem
from coordination.referrals.models import Referral, ReferralMove
from coordination.referrals.services import create_referral, move_referral
from coordination.schooling.following import close_case
from coordination.schooling.models import CaseMove, SchoolingCase, Verification, Visit
from coordination.schooling.opening import open_case
from coordination.schooling.placing import offer_place
from coordination.schooling.services import assign_case, plan_case, record_visit, verify_case
from coordination.schools.models import Placement, PlaceOffer, School
from households.register.models import Share
from tests.conftest import owner
from tests.coordination.cases import PLAN, VERIFIED, VISIT, officer_of
from tests.coordination.schools import counted, make_place
from tests.coordination.test_seats_race import at_once

# In the order in which they can be taken away again.
MADE = (CaseMove, Visit, Verification, SchoolingCase, Placement, PlaceOffer, School, ReferralMove, Referral, Share)


def caller(world, name):
    kind, purpose = {"amal": ("social", "registry"), "basim": ("education", "schooling")}[name]
    return Caller(kind, "officer", world.agencies[name].pk, "62.71", purpose=purpose, initiator=name)


def planned(world):
    """A committed case that waits for a place; returns referral and case."""
    amal, basim = caller(world, "amal"), caller(world, "basim")
    with acting_as(amal):
        referral = create_referral(
            kind="schooling",
            person=world.people["A daughter"].pk,
            to_agency=world.agencies["basim"].pk,
            reason="x",
            by=amal,
        )
    with acting_as(basim):
        case = open_case(referral=referral, by=basim)
        assign_case(case, officer=officer_of("basim"), by=basim)
        record_visit(case, VISIT, by=basim)
        verify_case(case, {**VERIFIED, "remarks": ""}, by=basim)
        plan_case(case, by=basim, **PLAN)
    return referral, case


@pytest.fixture
def ready(world, django_db_blocker):
    began = UUID(int=new_id().int >> 80 << 80)  # the first key of this millisecond: within it keys are not in order
    with django_db_blocker.unblock():
        try:
            yield (make_place(capacity=5), *planned(world))
        finally:
            with owner():
                for model in MADE:
                    model.objects.filter(pk__gte=began).delete()
            connection.close()


def outcome_of(who, work):
    try:
        with acting_as(who):
            work(who)
        return "won"
    except Problem as problem:
        return problem.code


def test_of_twenty_who_offer_a_place_one_wins_and_one_place_is_taken(world, ready):
    place, _, case = ready
    me = caller(world, "basim")
    answers = at_once(lambda key: outcome_of(me, lambda by: offer_place(key, place=place.pk, by=by)), [case] * 20)
    assert sorted(answers) == ["transition_refused"] * 19 + ["won"]
    assert counted(place) == (5, 1, 1)


def test_a_place_is_never_left_reserved_when_the_referral_is_taken_back_meanwhile(world, ready):
    place, referral, case = ready
    amal, basim, start = caller(world, "amal"), caller(world, "basim"), Barrier(2)

    def cancel(by):
        move_referral(Referral.objects.select_for_update().get(pk=referral), "cancel", by=by)

    def call(name):
        start.wait()
        if name == "cancel":
            return outcome_of(amal, cancel)
        return outcome_of(basim, lambda by: offer_place(case, place=place.pk, by=by))

    answers = at_once(call, ["cancel", "offer"])
    assert answers[0] == "won" and answers[1] in ("won", "not_found", "conflict"), answers
    assert counted(place) == (5, 0, 0)


def test_of_two_who_close_a_case_one_wins_and_the_other_no_longer_sees_it(world, ready):
    _, referral, case = ready
    me = caller(world, "basim")

    def close(outcome):
        return outcome_of(me, lambda by: close_case(case, outcome=outcome, by=by))

    answers = at_once(close, ["moved", "refused"])
    assert sorted(answers) in (["not_found", "won"], ["transition_refused", "won"])
    with owner():
        assert Referral.objects.get(pk=referral).status == "failed"
