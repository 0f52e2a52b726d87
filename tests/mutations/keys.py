"""Ways to break the rotation of keys."""

from tests.mutations import Mutation

TESTS = "coordination/test_rotation.py"
MUTATIONS = (
    Mutation(
        "a number under an older key is free",
        "households/register/numbers.py",
        'if (people if kind == "nik" else cards).exists():',
        "if False:",
        TESTS,
    ),
    Mutation(
        "a number is looked for under one key",
        "agencies/access/vault.py",
        'return [_digest(number, key, f"{kind}:{value}") for number, key in settings.KEYS.now.lookup.items()]',
        "return [fingerprint(kind, value)]",
        TESTS,
    ),
    Mutation(
        "an import looks under one key",
        "households/intake/staging.py",
        "if not keys.older:",
        "if True:",
        TESTS,
    ),
    Mutation(
        "a key goes that is still needed",
        "coordination/rotation.py",
        "if left := left_over():",
        "if False and (left := left_over()):",
        TESTS,
    ),
    Mutation(
        "a key goes before older work has ended",
        "coordination/rotation.py",
        "if not is_over(moment):",
        "if False:",
        TESTS,
    ),
    Mutation(
        "history keeps the numbers under the older key",
        "coordination/rotation.py",
        '    SealedTable("register_person", PERSON, history=True),\n',
        "",
        TESTS,
    ),
    Mutation(
        "a rotation shows as changes of people",
        "agencies/access/history.py",
        """seen = f" WHEN ({SEEN})" if operation == "UPDATE" else \"\"""",
        'seen = ""',
        TESTS,
    ),
    Mutation(
        "what was sent lies beside the answer as a bare digest",
        "agencies/web/idempotency.py",
        'payload_digest=seal(made.digest, _place(made.id, "payload_digest")),',
        "payload_digest=made.digest,",
        TESTS,
    ),
    Mutation(
        "the web server writes without history",
        "agencies/access/history.py",
        "\"session_user = 'sinergi_app' OR current_user",
        '"current_user',
        "coordination/test_rotation.py -k web_server",
    ),
)
