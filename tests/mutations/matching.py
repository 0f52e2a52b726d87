"""Ways to break matching and the lists of training: who is ranked and told, which numbers stand in a gap or go out."""

from tests.mutations import Mutation

MIGRATION = "coordination/matching/migrations/0002_candidates.py"
MUTATIONS = (
    Mutation(
        "manpower ranks people who are not shared with it",
        "agencies/access/rows.py",
        '("shared", "candidate"): _shared_candidate',
        '("shared", "candidate"): _city',
        "coordination/test_matching.py -k manpower",
    ),
    Mutation(
        "the need flag tells who is extremely poor",
        MIGRATION,
        "status IN ('poor', 'extreme_poor')",
        "status = 'extreme_poor'",
        "coordination/test_matching.py -k need",
    ),
    Mutation(
        "who left the register is a poor candidate",
        MIGRATION,
        "l.person_id IS NOT NULL AND coalesce(a.is_poor, false)",
        "coalesce(a.is_poor, false)",
        "coordination/test_matching.py -k need",
    ),
    Mutation(
        "the first of a hasty ranking, ready or not",
        "coordination/matching/services.py",
        "if len(found) == limit and found[-1].ready:",
        "if len(found) == limit:",
        "coordination/test_matching.py -k orders_by",
    ),
    Mutation(
        "weights before their day",
        "coordination/matching/ground.py",
        'visible(by, "weighting").filter(since__lte=today)',
        'visible(by, "weighting")',
        "coordination/test_matching.py -k weights",
    ),
    Mutation(
        "few people told as a number",
        "coordination/matching/gaps.py",
        "people if people == 0 or people >= settings.SMALL_CELL else None",
        "people",
        "coordination/test_training_gaps.py -k few",
    ),
    Mutation(
        "the gap gives a hidden number back",
        "coordination/matching/gaps.py",
        "max(untrained - seats, 0) if known else None",
        "max(untrained - seats, 0)",
        "coordination/test_training_gaps.py -k few",
    ),
    Mutation(
        "a formula goes out in a list",
        "agencies/web/sheets.py",
        "if cell.startswith(FORMULA) else",
        "if False else",
        "coordination/test_training_sheets.py -k spreadsheet",
    ),
    Mutation(
        "whole numbers for whoever asks",
        "coordination/training/participant_sheets.py",
        'if not policy.allows(by.kind, by.role, "person", "reveal"):',
        "if False:",
        "coordination/test_training_sheets.py -k fetch",
    ),
    Mutation(
        "a mistyped number takes in somebody else",
        "coordination/training/applicant_sheets.py",
        "if len(differs) == 2:",
        "if len(differs) > 2:",
        "coordination/test_training_sheets.py -k mistyped",
    ),
    Mutation(
        "a trial run takes people in",
        "coordination/training/applicant_sheets.py",
        "by=by, dry_run=dry_run)",
        "by=by, dry_run=False)",
        "coordination/test_training_sheets.py -k trial",
    ),
    Mutation(
        "the gap counts another city",
        MIGRATION,
        "is_listed AND city = current_setting('app.city', true)",
        "is_listed",
        "coordination/test_training_gaps.py -k elsewhere",
    ),
)
