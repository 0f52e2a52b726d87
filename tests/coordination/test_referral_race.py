"""Many officers at one referral at once, on connections of their own that commit: one wins, the others are told."""

from itertools import pairwise

import pytest
from django.db import connection

from agencies.access.caller import Caller, acting_as
from agencies.access.scopes import visible
from agencies.web.problems import Problem
from coordination.referrals.models import Referral, ReferralMove
from coordination.referrals.services import create_referral, move_referral
from households.register.models import Share
from tests.conftest import owner
from tests.coordination.test_seats_race import at_once

OFFICERS = 20


def caller(world, name, kind, purpose):
    return Caller(kind, "officer", world.agencies[name].pk, "62.71", initiator=name, purpose=purpose)


@pytest.fixture
def requested(world, django_db_blocker):
    """A committed referral that waits for its answer; taken away afterwards."""
    with django_db_blocker.unblock():
        amal = caller(world, "amal", "social", "registry")
        with acting_as(amal):
            key = create_referral(
                kind="schooling",
                person=world.people["B daughter"].pk,
                to_agency=world.agencies["basim"].pk,
                reason="Left school",
                by=amal,
            )
        try:
            yield key
        finally:
            with owner():
                share = Referral.objects.values_list("share", flat=True).get(pk=key)
                ReferralMove.objects.filter(referral=key).delete()
                Referral.objects.filter(pk=key).delete()
                Share.objects.filter(pk=share).delete()
            connection.close()


def moved(world, key, *, locked):
    def call(name):
        name, sender = name.split()[0], name.startswith(("cancel", "withdraw"))
        by = caller(world, "amal", "social", "registry") if sender else caller(world, "basim", "education", "schooling")
        with acting_as(by):
            rows = visible(by, "referral").filter(pk=key)
            referral = (rows.select_for_update() if locked else rows).first()
            if referral is None:
                return "not_found"  # withdrawn meanwhile: its sender's alone
            try:
                move_referral(referral, name, by=by, words="at once")
            except Problem as problem:
                return problem.code
            except Referral.DoesNotExist:
                return "not_found"
        return name

    return call


@pytest.mark.parametrize("locked", [True, False])
def test_of_officers_who_decide_at_once_one_wins_and_the_others_are_told(world, requested, locked):
    names = [f"{name} {n}" for n in range(OFFICERS // 4) for name in ("accept", "decline", "cancel", "withdraw")]
    told = at_once(moved(world, requested, locked=locked), names)
    with owner():
        referral = Referral.objects.get(pk=requested)
        road = list(ReferralMove.objects.filter(referral=requested).order_by("at", "id").values_list("name", flat=True))
        states = list(
            ReferralMove.objects.filter(referral=requested).order_by("at", "id").values_list("from_status", "to_status")
        )
        share = Share.objects.get(pk=referral.share_id)
    won = [answer for answer in told if answer not in ("transition_refused", "not_found")]
    assert road[0] == "send" and sorted(road[1:]) == sorted(won)  # each that won is on record once
    assert all(before[1] == after[0] for before, after in pairwise(states))
    assert states[-1][1] == referral.status
    assert len(won) <= 2 and (len(won) == 1 or {"cancel"} & set(won))  # an accepted or withdrawn one may be cancelled
    assert (share.closed_at is None) == (referral.status == "accepted")


def test_a_state_that_was_read_before_another_moved_it_moves_nothing(world, requested):
    basim = caller(world, "basim", "education", "schooling")
    with acting_as(basim):
        stale, fresh = (visible(basim, "referral").get(pk=requested) for _ in range(2))
        move_referral(fresh, "accept", by=basim)
        with pytest.raises(Problem) as refused:
            move_referral(stale, "decline", by=basim)
    assert refused.value.code == "transition_refused"
    assert "complete" in refused.value.extra["allowed"]
