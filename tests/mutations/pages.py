"""Ways to break the officers' pages."""

from tests.mutations import Mutation

MUTATIONS = (
    Mutation(
        "who keeps the accounts works at the desk",
        "agencies/web/desk.py",
        "if not (policy.works_at_desk(caller.kind, caller.role) and granted):",
        "if not granted:",
        "coordination/test_admin_work.py -k does_no_work",
    ),
    Mutation(
        "a page offers what the table does not grant",
        "agencies/web/desk.py",
        "granted = not resource or policy.allows(caller.kind, caller.role, resource, action)",
        "granted = True",
        "coordination/test_admin_work_cases.py -k nobody_else",
    ),
    Mutation(
        "a page decides what changed since it was read",
        "agencies/web/desk.py",
        "if deed.bound and seen != self.state(record):",
        "if False:",
        "coordination/test_admin_work_cases.py coordination/test_admin_work_referrals.py -k second",
    ),
    Mutation(
        "a check is answered in place of another",
        "coordination/schooling/admin.py",
        'return f"{record.version}.{checks}"',
        "return str(record.version)",
        "coordination/test_admin_work_cases.py -k checks",
    ),
    Mutation(
        "a queue page names people off the record",
        "coordination/queue/listing.py",
        'log_call(caller, "list", "person", subjects=sorted(people), groups=groups)',
        "pass",
        "coordination/test_admin_work.py -k names",
    ),
    Mutation(
        "casework goes under the register's purpose",
        "coordination/site.py",
        'return casework if kind == "social" and',
        'return casework if kind == "nobody" and',
        "coordination/test_admin_work.py coordination/test_admin_work_referrals.py -k names or timeline",
    ),
)
