"""What the small city holds of schooling: cases of every fate with all that hangs on them."""

from datetime import date, timedelta

from django.utils import timezone

from coordination.referrals.models import Referral
from coordination.schooling.models import CaseMove, FollowUp, Pupil, SchoolingCase, Verification, Visit
from coordination.schools.models import Placement
from tests.world import World

# Of whom, whose office works on it, and how it stands; B's share has ended.
CASES = (("A daughter", "basim", "planned"), ("B daughter", "basim", "moved"), ("D daughter", "gita", "enrolled"))


def settle_schooling(world: World) -> None:
    """A case of family A at work, one of B that ended, and one of the other city. Must run as the owner."""
    for place, (person, office, status) in enumerate(CASES):
        held = Placement.objects.get(person=world.people[person])
        day = date(2033, 1, 1) + timedelta(days=place)
        Pupil.objects.create(
            person=held.person, school=held.place.school, since=day, aid_proposed_on=day + timedelta(days=90)
        )
        referral = Referral.objects.get(person=held.person, to_agency=world.agencies[office])
        _settle_case(place, referral, status, held)


def _settle_case(place: int, referral: Referral, status: str, placement: Placement) -> None:
    day = date(2034, 1, 1) + timedelta(days=place)
    case = SchoolingCase.objects.create(
        referral=referral,
        person=referral.person,
        agency=referral.to_agency,
        region=referral.household.region,
        status=status,
        placement=placement,
        support_needs=["hearing"],
        enrolled_on=day + timedelta(days=10),
        ended_at=timezone.now() if status == "moved" else None,
    )
    CaseMove.objects.create(case=case, name="plan", to_status=status, author="x", words="x")
    Visit.objects.create(case=case, visited_on=day + timedelta(days=20), visitor="x", met="nobody", found="x")
    Verification.objects.create(
        case=case,
        verified_on=day + timedelta(days=30),
        verifier="x",
        category="dropped_out",
        reasons=["cost"],
        wish="school",
        remarks="x",
    )
    FollowUp.objects.create(case=case, months=3, due_on=day + timedelta(days=40), words="x")
