"""Ways to break courses, seats and applications."""

from tests.mutations import Mutation

MUTATIONS = (
    Mutation(
        "a drafted batch is offered",
        "agencies/access/rows.py",
        'Q(city=me.city) & ~Q(status="draft")',
        "Q(city=me.city)",
        "agencies/test_leaks.py",
    ),
    Mutation(
        "a reserved seat for anybody",
        "coordination/training/migrations/0003_seat_functions.py",
        "WHEN b.taken_open < b.capacity - b.reserved_poor THEN 'open'",
        "ELSE 'poor'",
        "coordination/test_reserved_seats.py",
    ),
    Mutation(
        "who left the register is still poor",
        "coordination/training/migrations/0003_seat_functions.py",
        "l.person_id = who AND l.exited_on IS NULL",
        "l.person_id = who",
        "coordination/test_reserved_seats.py -k register",
    ),
    Mutation(
        "the first in line moves up though the seat is not for them",
        "coordination/training/migrations/0003_seat_functions.py",
        "a.id <> ALL (passed)\n   AND training_seat_kind(b, training_need(a.person_id)) IS NOT NULL",
        "a.id <> ALL (passed) AND passed = '{{}}'",
        "coordination/test_reserved_seats.py -k passes_over",
    ),
    Mutation(
        "a lapsed confirmation keeps its seat",
        "coordination/training/migrations/0003_seat_functions.py",
        "confirm_by < now() FOR UPDATE",
        "confirm_by < now() AND seat IS NULL FOR UPDATE",
        "coordination/test_reserved_seats.py -k not_confirmed",
    ),
    Mutation(
        "reserved seats are never released",
        "coordination/training/migrations/0003_seat_functions.py",
        "UPDATE training_batch SET released_at = now()",
        "UPDATE training_batch SET released_at = NULL",
        "coordination/test_reserved_seats.py -k release",
    ),
    Mutation(
        "fewer seats than are taken",
        "coordination/training/batches.py",
        "if batch.capacity < taken:",
        "if False:",
        "coordination/test_training.py -k numbers",
    ),
    Mutation(
        "two seats on the same days",
        "coordination/training/migrations/0002_seats.py",
        '                        "&&",',
        '                        "-|-",',
        "coordination/test_reserved_seats.py -k two_batches_at_once",
    ),
    Mutation(
        "the kind of seat told to providers",
        "agencies/access/duties.py",
        '"state selection priority"',
        '"state selection priority seat"',
        "coordination/test_reserved_seats.py -k told",
    ),
    Mutation(
        "the need told to whoever asks",
        "agencies/access/grants.py",
        'FUNCTIONS = {\n    "give',
        'FUNCTIONS = {\n    "training_need(uuid)": ("application", "change"),\n    "give',
        "coordination/test_reserved_seats.py -k roles_of_providers",
    ),
    Mutation(
        "conditions passed over without a reason",
        "coordination/training/applications.py",
        "if unmet and not override_reason and not application.override_reason:",
        "if False:",
        "coordination/test_applications.py -k reason",
    ),
    Mutation(
        "people opened to a provider without an agreement",
        "coordination/training/applications.py",
        "if pact is None:\n        raise",
        "if False:\n        raise",
        "coordination/test_applications.py -k agreement",
    ),
)
