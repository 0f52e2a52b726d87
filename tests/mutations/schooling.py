"""Ways to break schools, places and the work on out-of-school children."""

from tests.mutations import Mutation

MUTATIONS = (
    Mutation(
        "a place taken without looking whether one is free",
        "coordination/schools/places.py",
        'free = PlaceOffer.objects.filter(pk=place, taken__lt=F("capacity"))',
        "free = PlaceOffer.objects.filter(pk=place)",
        "coordination/test_places_race.py",
    ),
    Mutation(
        "a place freed as often as it is asked",
        "coordination/schools/places.py",
        'if not held.update(status="given_up", ended_at=Now(), **stamped()):',
        'if held.update(status="given_up", ended_at=Now(), **stamped()) is None:',
        "coordination/test_places_race.py",
    ),
    Mutation(
        "a reserved place left behind by a cancelled referral",
        "coordination/referrals/offers.py",
        "for placement in its_own",
        "for placement in its_own.none()",
        "coordination/test_schooling.py -k cancelled",
    ),
    Mutation(
        "a case that ends without its referral and share",
        "coordination/schooling/following.py",
        'move_referral(case.referral, "complete" if is_found else "fail", by=by, words=outcome)',
        "pass",
        "coordination/test_schooling.py -k outcome",
    ),
    Mutation(
        "a case seen beyond its share",
        "agencies/access/rows.py",
        'filter(opened, to_agency=me.agency, pk=OuterRef("referral"))',
        'filter(to_agency=me.agency, pk=OuterRef("referral"))',
        "coordination/test_schooling.py -k only_while",
    ),
    Mutation(
        "support needs told to Social Affairs",
        "agencies/access/duties.py",
        '"schooling_case": Grant("list read", "sender", "state"),',
        '"schooling_case": Grant("list read", "sender", "state support"),',
        "coordination/test_schooling.py -k support",
    ),
    Mutation(
        "checks lost at the ends of months",
        "agencies/calendar.py",
        "min(start.day, (following - timedelta(days=1)).day)",
        "start.day",
        "coordination/test_follow_ups.py -k months",
    ),
    Mutation(
        "checks due on days off",
        "agencies/calendar.py",
        "return working_calendar().add(months_after(start, months) - timedelta(days=1), 1)",
        "return months_after(start, months)",
        "coordination/test_follow_ups.py -k day_off",
    ),
    Mutation(
        "a child that drops out again keeps its place",
        "coordination/schooling/following.py",
        "    if case.placement_id:\n        give_up_place(case.placement_id)\n    change_person(",
        "    change_person(",
        "coordination/test_follow_ups.py -k drops_out",
    ),
    Mutation(
        "small counts of pupils told",
        "coordination/schooling/aid.py",
        "None if str(key) in hidden else counts[str(key)]",
        "counts[str(key)]",
        "coordination/test_school_aid.py -k small",
    ),
)
