"""`make mutate`: break the access code on purpose, one way at a time, and see the tests go red."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns("var", ".git", ".venv*", "*_cache", "__pycache__", "staticfiles", "bench")


@dataclass(frozen=True, slots=True)
class Mutation:
    """One way to break the product: the text in a file that is replaced, and the tests that must notice."""

    name: str
    file: str
    old: str
    new: str
    tests: str


LEAKS, ACTING = "test_leaks.py", "test_leaks_by_acting.py"
NET, GRANTS = "test_database_net.py", "test_database_grants.py"
LOG, DOOR, TOKENS = "test_access_log.py", "test_front_door.py", "test_tokens.py"
ACCESS, WEB, QUEUE = "agencies/access/", "agencies/web/", "coordination/queue/migrations/"
WORK = "../coordination/"
ACCESS, WEB = "agencies/access/", "agencies/web/"
SCHOOLS, SCHOOLING = "coordination/schools/", "coordination/schooling/"
ACCESS, WEB, REFERRALS = "agencies/access/", "agencies/web/", "coordination/referrals/"
TRAINING, RESERVED = "coordination/training/", "../coordination/test_reserved_seats.py"
SEATS_SQL = TRAINING + "migrations/0003_seat_functions.py"
MUTATIONS = (
    Mutation(
        "no row filter",
        ACCESS + "scopes.py",
        "def _city(me: Me) -> Q:\n    return Q(city=me.city)",
        "def _city(me: Me) -> Q:\n    return Q(pk__isnull=False)",
        LEAKS,
    ),
    Mutation(
        "no row filter in PostgreSQL",
        ACCESS + "database.py",
        "FOR SELECT TO {role} USING ({scope})",
        "FOR SELECT TO {role} USING (true)",
        NET,
    ),
    Mutation(
        "no column limit in documents",
        ACCESS + "policy.py",
        'return fields(resource, f"key {found.read} system") if found else []',
        'return fields(resource, " ".join(set(FIELDS[resource]) - {INTERNAL, "scope"})) if found else []',
        LEAKS,
    ),
    Mutation(
        "no column limit in PostgreSQL",
        ACCESS + "database.py",
        "yield f'GRANT SELECT ({columns(resource, policy.selectable(resource, grant))}) ON \"{table}\" TO {role}'",
        "yield f'GRANT SELECT ON \"{table}\" TO {role}'",
        f"{GRANTS} {NET}",
    ),
    Mutation(
        "one group too many in the table",
        ACCESS + "grants.py",
        '"identity relation national_number contact work",\n        "work",',
        '"identity relation national_number contact work health",\n        "work",',
        "test_access_matrix.py",
    ),
    Mutation(
        "free ordering",
        WEB + "views.py",
        "if given not in self.orders:",
        "if not given:",
        f"{DOOR} -k order",
    ),
    Mutation(
        "free filter",
        WEB + "views.py",
        "hidden = name in self.filters and self.filters[name].field not in readable",
        "hidden = False",
        f"{LEAKS} -k filter",
    ),
    Mutation(
        "free foreign key",
        WEB + "inputs.py",
        "or not self._rows(caller).filter(pk=key).exists()",
        "or False",
        f"{DOOR} -k parent",
    ),
    Mutation(
        "plain prefetch of nested people",
        ACCESS + "documents.py",
        'rows = in_scope(question.kind, question.role, child).filter(**{link: OuterRef("pk")})',
        'rows = model_of(child)._base_manager.filter(**{link: OuterRef("pk")})',
        "test_first_net.py",
    ),
    Mutation(
        "no row filter in Python",
        ACCESS + "scopes.py",
        "return model_of(resource)._base_manager.filter(SCOPES[found.rows, resource](PARAMETERS))",
        "return model_of(resource)._base_manager.all()",
        "test_first_net.py",
    ),
    Mutation(
        "silent drop of unknown fields",
        WEB + "views.py",
        "unknown = sorted(set(given) - set(checked.fields))",
        "unknown = []",
        f"{DOOR} -k dropped",
    ),
    Mutation(
        "no check again after a write",
        WEB + "views.py",
        """                raise Problem("out_of_scope")
            response = json""",
        """                text = "{}"
            response = json""",
        "test_first_net.py",
    ),
    Mutation(
        "a share never ends",
        "households/register/querysets.py",
        "self.filter(closed_at=None, until__gte=TruncDate(Now()))",
        "self.filter(until__gte=TruncDate(Now()))",
        f"{TOKENS} -k share",
    ),
    Mutation(
        "a share has no last day",
        "households/register/querysets.py",
        "self.filter(closed_at=None, until__gte=TruncDate(Now()))",
        "self.filter(closed_at=None)",
        f"{NET} -k share",
    ),
    Mutation(
        "a share opens every purpose",
        ACCESS + "scopes.py",
        ".open().filter(agency=me.agency, purpose=me.purpose)",
        ".open().filter(agency=me.agency)",
        f"{NET} -k purpose",
    ),
    Mutation(
        "log not written for lists and reads",
        ACCESS + "documents.py",
        "count(*) > 0 THEN {subjects} ELSE %(_asked)s::uuid[] END FROM answer)",
        "count(*) > 0 THEN {subjects} ELSE %(_asked)s::uuid[] END FROM answer HAVING false)",
        LOG,
    ),
    Mutation(
        "refusals not logged",
        WEB + "permissions.py",
        "    log_refusal(caller, action, resource, code)\n",
        "",
        f"{LOG} -k refusal",
    ),
    Mutation(
        "role not set",
        ACCESS + "caller.py",
        "\"SELECT set_config('role', %(_role)s, true), set_config('app.agency'",
        "\"SELECT 1, set_config('app.agency'",
        NET,
    ),
    Mutation(
        "role not set in the one message of a read",
        ACCESS + "caller.py",
        "return _first(together((ENTER, caller.settings), (sql, parameters))[1])",
        'return _first(together(("SELECT 1", ()), (sql, parameters))[1])',
        f"{NET} -k connection",
    ),
    Mutation(
        "setting kept after the one message of a read",
        ACCESS + "caller.py",
        "return _first(together((ENTER, caller.settings), (sql, parameters))[1])",
        "return _first(together((ENTER.replace('true', 'false'), caller.settings), (sql, parameters))[1])",
        f"{NET} -k connection",
    ),
    Mutation(
        "role not set in the message that begins a transaction",
        ACCESS + "caller.py",
        "Acting(together((ENTER, caller.settings), *first)[1:])",
        'Acting(together(("SELECT 1", ()), *first)[1:])',
        f"{NET} -k connection",
    ),
    Mutation(
        "the key's lock not heeded",
        WEB + "idempotency.py",
        "    if not locked[0][0]:\n",
        "    if not locked:\n",
        f"{DOOR} -k twin",
    ),
    Mutation(
        "a log that takes no row answered as a refusal",
        WEB + "problems.py",
        "if isinstance(cause, pg.Error) and ACCESS_LOG in",
        "if isinstance(cause, pg.DataError) and ACCESS_LOG in",
        f"{LOG} -k log_row",
    ),
    Mutation(
        "setting kept by the connection",
        ACCESS + "caller.py",
        "set_config('app.agency', %(_agency)s, true)",
        "set_config('app.agency', %(_agency)s, false)",
        f"{NET} -k connection",
    ),
    Mutation(
        "role not put back",
        ACCESS + "caller.py",
        "together(*acting.last, (ENTER, before))",
        "together(*acting.last)",
        f"{NET} -k put_back",
    ),
    Mutation(
        "row security not forced",
        ACCESS + "database.py",
        "yield f'ALTER TABLE \"{table}\" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY'",
        "yield f'ALTER TABLE \"{table}\" ENABLE ROW LEVEL SECURITY'",
        GRANTS,
    ),
    Mutation(
        "new rows not checked",
        ACCESS + "database.py",
        "FOR INSERT TO {role} WITH CHECK ({new})",
        "FOR INSERT TO {role} WITH CHECK (true)",
        f"{NET} -k forged",
    ),
    Mutation(
        "purpose not compared",
        WEB + "authentication.py",
        "covered = purpose in purposes and (statutory or agreement is not None)",
        "covered = bool(purpose)",
        f"{DOOR} -k purpose",
    ),
    Mutation(
        "cursor not bound to its caller",
        WEB + "paging.py",
        "[str(caller.client or caller.officer), caller.purpose, what, last]",
        "[what, last]",
        f"{DOOR} -k cursor",
    ),
    Mutation(
        "replay without a look at what is visible",
        WEB + "views.py",
        "                self._still_visible(stored.resource, stored.subject)\n",
        "",
        f"{DOOR} -k replay",
    ),
    Mutation(
        "revoked tokens still open",
        WEB + "authentication.py",
        "t.revoked_at IS NULL AND ",
        "",
        f"{TOKENS} -k next_request",
    ),
    Mutation(
        "an ended agreement still covers",
        WEB + "authentication.py",
        "g.ended_at IS NULL AND ",
        "",
        f"{TOKENS} -k next_request",
    ),
    Mutation(
        "anchor not compared",
        ACCESS + "seals.py",
        'if digests.get(head["seal"]) != head["digest"]:',
        "if False:",
        f"{LOG} -k anchor",
    ),
    Mutation(
        "records not compared with their digests",
        ACCESS + "seals.py",
        "if _digest(rows[number]) != digest:",
        "if False:",
        f"{LOG} -k record",
    ),
    Mutation(
        "a queue names whom its office may not see",
        QUEUE + "0002_awaiting.py",
        "FROM sight s WHERE s.seen_until >= s.starts_on",
        "FROM sight s WHERE true",
        f"{WORK}test_queue_rights.py -k may_not_see",
    ),
    Mutation(
        "a queue keeps the names of an ended share",
        ACCESS + "scopes.py",
        '_awaiting(me) & (Q(person=None) | _shared_person(me, "person"))',
        "_awaiting(me)",
        f"{WORK}test_queue_rights.py -k the_database_alone_hides",
    ),
    Mutation(
        "a queue does not follow its records",
        QUEUE + "0004_each_once.py",
        'IF cardinality(people) > 0 THEN")',
        'IF cardinality(people) > 9 THEN")',
        f"{WORK}test_queue.py -k follows",
    ),
    Mutation(
        "a queue tells numbers of a few",
        "coordination/queue/counts.py",
        "None if code in hidden else number",
        "number",
        f"{WORK}test_queue_rights.py -k few",
    ),
    Mutation(
        "a timeline of whom one may not see",
        ACCESS + "streams.py",
        "AS MATERIALIZED (SELECT count(*) AS households FROM ({household}) h)",
        "AS MATERIALIZED (SELECT 1 AS households)",
        f"{WORK}test_timeline.py -k alike",
    ),
    Mutation(
        "a timeline beyond the readable fields",
        ACCESS + "streams.py",
        "for name in source.shows.split() if name in readable}",
        "for name in source.shows.split()}",
        f"{WORK}test_timeline.py -k readable",
        "a place taken without looking whether one is free",
        SCHOOLS + "places.py",
        'free = PlaceOffer.objects.filter(pk=place, taken__lt=F("capacity"))',
        "free = PlaceOffer.objects.filter(pk=place)",
        "../coordination/test_places_race.py",
    ),
    Mutation(
        "a place freed as often as it is asked",
        SCHOOLS + "places.py",
        'if not held.update(status="given_up", ended_at=Now(), **stamped()):',
        'if held.update(status="given_up", ended_at=Now(), **stamped()) is None:',
        "../coordination/test_places_race.py",
    ),
    Mutation(
        "a reserved place left behind by a cancelled referral",
        "coordination/referrals/offers.py",
        "for placement in its_own",
        "for placement in its_own.none()",
        "../coordination/test_schooling.py -k cancelled",
    ),
    Mutation(
        "a case that ends without its referral and share",
        SCHOOLING + "following.py",
        'move_referral(case.referral, "complete" if is_found else "fail", by=by, words=outcome)',
        "pass",
        "../coordination/test_schooling.py -k outcome",
    ),
    Mutation(
        "a case seen beyond its share",
        ACCESS + "scopes.py",
        'filter(opened, to_agency=me.agency, pk=OuterRef("referral"))',
        'filter(to_agency=me.agency, pk=OuterRef("referral"))',
        "../coordination/test_schooling.py -k only_while",
    ),
    Mutation(
        "support needs told to Social Affairs",
        ACCESS + "grants.py",
        '"schooling_case": Grant("list read", "sender", "state"),',
        '"schooling_case": Grant("list read", "sender", "state support"),',
        "../coordination/test_schooling.py -k support",
    ),
    Mutation(
        "checks lost at the ends of months",
        SCHOOLING + "placing.py",
        "min(start.day, (following - timedelta(days=1)).day)",
        "start.day",
        "../coordination/test_follow_ups.py -k months",
    ),
    Mutation(
        "checks due on days off",
        SCHOOLING + "placing.py",
        "return working_calendar().add(months_after(start, months) - timedelta(days=1), 1)",
        "return months_after(start, months)",
        "../coordination/test_follow_ups.py -k day_off",
    ),
    Mutation(
        "a child that drops out again keeps its place",
        SCHOOLING + "following.py",
        "    if case.placement_id:\n        give_up_place(case.placement_id)\n    change_person(",
        "    change_person(",
        "../coordination/test_follow_ups.py -k drops_out",
    ),
    Mutation(
        "small counts of pupils told",
        SCHOOLING + "aid.py",
        "None if str(key) in hidden else counts[str(key)]",
        "counts[str(key)]",
        "../coordination/test_school_aid.py -k small",
        "notes and files readable after the end",
        ACCESS + "scopes.py",
        'filter(Q(from_agency=me.agency) | Q(opened), pk=OuterRef("referral"))',
        'filter(Q(from_agency=me.agency) | Q(to_agency=me.agency), pk=OuterRef("referral"))',
        "../coordination/test_attachments.py -k ended_share",
    ),
    Mutation(
        "whatever stops the work leaves the share open",
        REFERRALS + "services.py",
        "    end_share(referral, status=status, by=by)\n",
        "",
        "../coordination/test_referral_moves.py -k passed_on",
    ),
    Mutation(
        "a thousand at a time are not judged as one is",
        REFERRALS + "many.py",
        'person_fault(person) or receiver_fault(receiver, values["kind"], person.city)',
        "person_fault(person)",
        "../coordination/test_many_referrals.py -k reasons",
    ),
    Mutation(
        "on hold the clock runs on",
        REFERRALS + "due.py",
        '"due_at": None}\n    if name == "resume"',
        '"due_at": referral.due_at}\n    if name == "resume"',
        "../coordination/test_due_times.py -k hold",
    ),
    Mutation(
        "two officers both win",
        REFERRALS + "services.py",
        "filter(pk=referral.pk, status=referral.status).update(**changes",
        "filter(pk=referral.pk).update(**changes",
        "../coordination/test_referral_race.py -k state",
    ),
    Mutation(
        "a pull request tells whom it found",
        ACCESS + "grants.py",
        '"pull_request": Grant("list read create", "party", "request state", creates="asker")',
        '"pull_request": Grant("list read create", "party", "request state subject", creates="asker")',
        "../coordination/test_pull_requests.py -k same",
    ),
    Mutation(
        "files judged by their name alone",
        REFERRALS + "files.py",
        "    found = content_type_of(content)\n",
        "    found = declared\n",
        "../coordination/test_attachments.py -k plainly",
        "a hidden record in a body is named",
        WEB + "inputs.py",
        "or not self._rows(caller).filter(pk=key).exists()",
        "or False",
        f"{ACTING} -k body",
    ),
    Mutation(
        "a retry is shown to whoever moved away",
        WEB + "views.py",
        'if subject and documents.one(self.caller, resource, subject, action="replay") is None:',
        "if False:",
        f"{ACTING} -k retry",
    ),
    Mutation(
        "a referral is seen by its receiver before it is sent",
        ACCESS + "scopes.py",
        "Q(to_agency=me.agency, sent_at__isnull=False)",
        "Q(to_agency=me.agency)",
        LEAKS,
    ),
    Mutation(
        "a drafted batch is offered",
        ACCESS + "scopes.py",
        'Q(city=me.city) & ~Q(status="draft")',
        "Q(city=me.city)",
        LEAKS,
    ),
    Mutation(
        "a lookup finds by any kind of number",
        "households/register/lookup.py",
        "if keys and may_read(caller, kind):",
        "if keys:",
        "../households/test_register_calls.py -k finds_a_person_by",
    ),
    Mutation(
        "any office has any reason to open a number",
        "households/register/lookup.py",
        "if caller.kind not in REVEAL_REASONS[reason].split():",
        "if False:",
        "../households/test_register_calls.py -k opens",
    ),
    Mutation(
        "the same call is let in while it runs",
        WEB + "idempotency.py",
        "if not locked[0][0]:",
        "if False:",
        "test_retries.py",
    ),
    Mutation(
        "running work does not ask who still stands behind it",
        "agencies/jobs/services.py",
        "def _progress(job: Job, done: int) -> None:\n    _check_standing(job)\n",
        "def _progress(job: Job, done: int) -> None:\n",
        "test_jobs.py",
    ),
    Mutation(
        "a restored log waits for the old server's count",
        ACCESS + "seals.py",
        "if not rows and _server_is_younger(last):",
        "if False:",
        f"{LOG} -k younger",
    ),
    Mutation(
        "the second holder's copy is not read",
        ACCESS + "seals.py",
        "for path in ([anchor] if anchor else anchor_files())",
        "for path in [anchor or settings.ANCHOR_FILE]",
        f"{LOG} -k second",
    ),
    Mutation(
        "a reserved seat for anybody",
        SEATS_SQL,
        "WHEN b.taken_open < b.capacity - b.reserved_poor THEN 'open'",
        "ELSE 'poor'",
        RESERVED,
    ),
    Mutation(
        "who left the register is still poor",
        SEATS_SQL,
        "l.person_id = who AND l.exited_on IS NULL",
        "l.person_id = who",
        f"{RESERVED} -k register",
    ),
    Mutation(
        "the first in line moves up though the seat is not for them",
        SEATS_SQL,
        "a.id <> ALL (passed)\n   AND training_seat_kind(b, training_need(a.person_id)) IS NOT NULL",
        "a.id <> ALL (passed) AND passed = '{{}}'",
        f"{RESERVED} -k passes_over",
    ),
    Mutation(
        "a lapsed confirmation keeps its seat",
        SEATS_SQL,
        "confirm_by < now() FOR UPDATE",
        "confirm_by < now() AND seat IS NULL FOR UPDATE",
        f"{RESERVED} -k not_confirmed",
    ),
    Mutation(
        "reserved seats are never released",
        SEATS_SQL,
        "UPDATE training_batch SET released_at = now()",
        "UPDATE training_batch SET released_at = NULL",
        f"{RESERVED} -k release",
    ),
    Mutation(
        "fewer seats than are taken",
        TRAINING + "batches.py",
        "if batch.capacity < taken:",
        "if False:",
        "../coordination/test_training.py -k numbers",
    ),
    Mutation(
        "two seats on the same days",
        TRAINING + "migrations/0002_seats.py",
        '                        "&&",',
        '                        "-|-",',
        f"{RESERVED} -k two_batches_at_once",
    ),
    Mutation(
        "the kind of seat told to providers",
        ACCESS + "grants.py",
        '"state selection priority"',
        '"state selection priority seat"',
        f"{RESERVED} -k told",
    ),
    Mutation(
        "the need told to whoever asks",
        ACCESS + "grants.py",
        'FUNCTIONS = {\n    "give',
        'FUNCTIONS = {\n    "training_need(uuid)": ("application", "change"),\n    "give',
        f"{RESERVED} -k roles_of_providers",
    ),
    Mutation(
        "conditions passed over without a reason",
        TRAINING + "applications.py",
        "if unmet and not override_reason and not application.override_reason:",
        "if False:",
        "../coordination/test_applications.py -k reason",
    ),
    Mutation(
        "people opened to a provider without an agreement",
        TRAINING + "applications.py",
        "if pact is None:\n        raise",
        "if False:\n        raise",
        "../coordination/test_applications.py -k agreement",
    ),
)


def main() -> int:
    """Run all mutations, or those whose name contains the argument; 1 when one survives or no longer fits."""
    wanted = " ".join(sys.argv[1:])
    chosen = [mutation for mutation in MUTATIONS if wanted in mutation.name]
    with ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(_timed, chosen))
    print(f"\n{'mutation':<46}{'verdict':<22}{'s':>6}")
    for mutation, verdict, seconds in verdicts:
        print(f"{mutation.name:<46}{verdict:<22}{seconds:>6.1f}")
    bad = [mutation.name for mutation, verdict, _ in verdicts if verdict != "caught"]
    print(f"\n{len(verdicts) - len(bad)} of {len(verdicts)} mutations were caught.")
    return 1 if bad or not verdicts else 0


def _timed(mutation: Mutation) -> tuple[Mutation, str, float]:
    began = time.monotonic()
    with _copy() as tree:
        verdict = _verdict(mutation, tree)
    seconds = time.monotonic() - began
    print(f"{verdict}: {mutation.name} ({seconds:.0f} s)", flush=True)
    return mutation, verdict, seconds


@contextmanager
def _copy() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sinergi-mutate-") as place:
        tree = Path(place) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        yield tree


def _verdict(mutation: Mutation, tree: Path) -> str:
    path = tree / mutation.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        return "text not found once"
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    words = mutation.tests.split(" -k ")
    files = [f"tests/agencies/{name}" for name in words[0].split()]
    picked = ["-k", words[1]] if len(words) > 1 else []
    options = ["-x", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider"]
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", *files, *picked, *options],
        cwd=tree,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "DATABASE_URL": _database_of_its_own()},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode == 1 and " failed" in answer.stdout.splitlines()[-1]:
        return "caught"
    if answer.returncode == 0:
        return "SURVIVED"
    print(answer.stdout[-3000:], answer.stderr[-2000:])
    return "broken, not caught"


def _database_of_its_own() -> str:
    """Each of the two threads has a test database of another name."""
    address = urlsplit(os.environ["DATABASE_URL"])
    number = threading.current_thread().name.rpartition("_")[2]
    return urlunsplit(address._replace(path=f"{address.path}_mutant{number}"))


if __name__ == "__main__":
    sys.exit(main())
