"""A place for a child: offered, taken back, and the child enrolled."""

from datetime import date, timedelta
from uuid import UUID

from agencies.access.caller import Caller, standing_in
from agencies.access.identifiers import new_id
from agencies.access.log import log_call
from agencies.access.scopes import creatable, visible
from agencies.calendar import due_day, end_of
from agencies.models import Agency
from agencies.web.problems import Fault, Problem
from coordination.referrals.models import Referral
from coordination.schooling.models import FollowUp, Pupil, SchoolingCase
from coordination.schooling.moves import locked_case, move_case
from coordination.schooling.transitions import state_after
from coordination.schools.models import Placement, PlaceOffer
from coordination.schools.places import enrol_placed, give_up_place, reserve_place
from households.register.models import Person, Share
from households.register.services import change_person, stamped

FOLLOW_UP_MONTHS = (3, 6, 12)
# The office sees the child so long after the last check was due, to make it late.
GRACE = timedelta(days=60)


def offer_place(key: UUID, *, place: UUID, by: Caller, words: str = "") -> UUID:
    """Reserve a place of the planned programme and grade for the child; one that a referral reserved is used.

    Raises Problem when the plan says otherwise, when another office runs the school, or as `reserve_place` does.
    """
    case = locked_case(key, by=by)
    state_after("offer", case.status)
    _check_place(case, place, by)
    held = Placement.objects.filter(place_id=place, person_id=case.person_id, status="reserved").first()
    placement = held.pk if held else reserve_place(place, visible(by, "person").get(pk=case.person_id), by=by)
    move_case(case, "offer", by=by, words=words, placement_id=placement)
    return key


def _check_place(case: SchoolingCase, key: UUID, by: Caller) -> None:
    place: PlaceOffer | None = visible(by, "place").filter(pk=key).first()
    if place is None:
        raise Problem("invalid", errors=[Fault("/place", "does_not_exist", "No such record.")])
    if (place.programme, place.grade, place.school_year) != (case.programme, case.grade, case.school_year):
        raise Problem("conflict", f"Planned is {case.programme}, grade {case.grade} in {case.school_year}.")
    if not creatable(by, "school").filter(pk=place.school_id).exists():
        raise Problem("conflict", "Another office runs this school: transfer the referral to it.")


def withdraw_offer(key: UUID, *, words: str, by: Caller) -> UUID:
    """Take an offer back: the place is free for another child."""
    case = locked_case(key, by=by)
    move_case(case, "withdraw-offer", by=by, words=words, placement_id=None)
    if case.placement_id:
        give_up_place(case.placement_id)
    return key


def enrol_child(
    key: UUID, *, enrolled_on: date, by: Caller, nisn: str = "", holds_aid_card: bool | None = None, words: str = ""
) -> UUID:
    """The school took the child in: the place is kept, the person is in school, and three checks are due.

    The office sees the child until after the last check. Raises Problem when no NISN is known.
    """
    case = locked_case(key, by=by)
    move_case(case, "enrol", by=by, words=words, enrolled_on=enrolled_on)
    placement = Placement.objects.select_related("place").get(pk=case.placement_id)
    enrol_placed(placement.pk)
    become_pupil(
        case,
        school=placement.place.school_id,
        since=enrolled_on,
        nisn=nisn,
        grade=placement.place.grade,
        holds_aid_card=holds_aid_card,
        by=by,
    )
    due = [due_day(enrolled_on, months) for months in FOLLOW_UP_MONTHS]
    keys = sorted(new_id() for _ in due)  # so that lists tell them in order
    FollowUp.objects.bulk_create(
        FollowUp(id=new, case_id=key, months=months, due_on=day)
        for new, months, day in zip(keys, FOLLOW_UP_MONTHS, due, strict=True)
    )
    set_clock(case.referral, due[0], by=by)
    keep_share_open(case.referral, until=due[-1] + GRACE, by=by)
    return key


def become_pupil(
    case: SchoolingCase,
    *,
    school: UUID,
    since: date,
    by: Caller,
    nisn: str = "",
    grade: int | None = None,
    holds_aid_card: bool | None = None,
) -> None:
    """The child is in school: on the person, with its NISN, and as a pupil there. Raises Problem without a NISN."""
    person: Person = visible(by, "person").get(pk=case.person_id)
    if not (nisn or person.nisn_last4):
        raise Problem("invalid", errors=[Fault("/nisn", "required", "No NISN is known of this child.")])
    change_person(person, {"school_participation": "in_school", **({"nisn": nisn} if nisn else {})}, by=by)
    Pupil.objects.filter(person=person, until=None).update(until=since, **stamped())
    pupil = Pupil(id=new_id(), person=person, school_id=school, grade=grade, since=since, holds_aid_card=holds_aid_card)
    pupil.save(force_insert=True)


def set_clock(referral: Referral, due_on: date, *, by: Caller) -> None:
    """The receiver's next task on the referral is the next check."""
    changes = {"due_at": end_of(due_on, by.city), "escalated_at": None}
    Referral.objects.filter(pk=referral.pk).update(**changes, **stamped())


def keep_share_open(referral: Referral, *, until: date, by: Caller) -> None:
    """Let the office see the child until a later day: the sender's desk does so, for the receiver may not."""
    sender: Agency = visible(by, "agency").get(pk=referral.from_agency_id)
    with standing_in(kind=sender.kind, role="caretaker", agency=sender.pk, city=sender.region_id) as desk:
        share = Share.objects.filter(pk=referral.share_id, closed_at=None, until__lt=until)
        if share.update(until=until):
            log_call(desk, "extend", "share", subjects=[referral.household_id, referral.person_id])
