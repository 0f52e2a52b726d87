"""Ways to break attendance, certificates, outcomes and business groups."""

from tests.mutations import Mutation

MUTATIONS = (
    Mutation(
        "a trainer overwrites what another has recorded",
        "coordination/trainees/api.py",
        'if seen not in tags and "*" not in tags:',
        "if False:",
        "coordination/test_attendance.py -k refused",
    ),
    Mutation(
        "sessions recorded at once are counted past each other",
        "coordination/trainees/migrations/0002_counting.py",
        "AND training_batch_is_mine(b) FOR NO KEY UPDATE",
        "AND training_batch_is_mine(b)",
        "coordination/test_trainees_race.py -k counted",
    ),
    Mutation(
        "absent too often and tested all the same",
        "coordination/trainees/testing.py",
        "if not Trainee.objects.filter(enough_attendance(), pk=trainee.pk).exists():",
        "if False:",
        "coordination/test_certificates.py -k too_often",
    ),
    Mutation(
        "competent in some units is competent",
        "coordination/trainees/testing.py",
        'by_units = all(unit["is_competent"] for unit in units)',
        'by_units = any(unit["is_competent"] for unit in units)',
        "coordination/test_certificates.py -k every_unit",
    ),
    Mutation(
        "results of people who came by themselves",
        "agencies/access/rows.py",
        'Q(source__in=("referral", "social")) & _through',
        "_through",
        "coordination/test_certificates.py -k whom_it_sent",
    ),
    Mutation(
        "a token of the venue that never dies",
        "coordination/trainees/codes.py",
        "if _slot() - slot in (0, 1) else None",
        "if _slot() - slot >= 0 else None",
        "coordination/test_check_in.py -k dies",
    ),
    Mutation(
        "a seal of the venue that nobody checks",
        "coordination/trainees/codes.py",
        "if not any(hmac.compare_digest(seal, told[KEY_BYTES + SLOT_BYTES :]) for seal in seals):",
        "if not seals:",
        "coordination/test_check_in.py -k reads_the_same",
    ),
    Mutation(
        "as many guesses as one likes",
        "coordination/trainees/pages.py",
        "> settings.PUBLIC_CALLS_PER_MINUTE",
        "> 10**9",
        "coordination/test_check_in.py -k slowed",
    ),
    Mutation(
        "a revoked certificate is valid",
        "coordination/trainees/migrations/0002_counting.py",
        "CASE WHEN c.revoked_on IS NOT NULL THEN 'revoked' WHEN",
        "CASE WHEN",
        "coordination/test_certificates.py -k one_word",
    ),
    Mutation(
        "what graduates earn is told to Dinsos",
        "agencies/access/duties.py",
        '"outcome": Grant("list read", "sender", "state"),',
        '"outcome": Grant("list read", "sender", "state income"),',
        "coordination/test_outcomes.py -k not_what_they_earn",
    ),
    Mutation(
        "members of a group beyond one's sight",
        "agencies/access/rows.py",
        '_through("formed", "business_group", "group")(me) & _shared_person(me, "person")',
        '_through("formed", "business_group", "group")(me)',
        "coordination/test_business_groups.py -k table_allows",
    ),
    Mutation(
        "strangers to the course in a business group",
        "coordination/business_groups/services.py",
        "if graduates is not None and person.pk not in graduates:",
        "if False:",
        "coordination/test_business_groups.py -k only_graduates",
    ),
)
