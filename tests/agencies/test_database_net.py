"""What PostgreSQL refuses when Python forgets: raw managers without a filter, under the caller's role."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from psycopg import errors

from agencies.access import policy
from agencies.access.caller import Caller, acting_as, ask
from agencies.access.expressions import model_of
from agencies.access.identifiers import new_id
from agencies.access.prepared import first_of_call, together
from agencies.web.models import CallCounter
from coordination.training.models import Programme
from households.register.models import Assessment, Household, Listing, Membership, Person, Share
from tests.apart import apart
from tests.conftest import owner

pytestmark = pytest.mark.django_db
CALLERS = [key for key in policy.GRANTS if key[1] in policy.ROLES]
WHO = "SELECT current_user::text, current_setting('app.agency', true)"
COUNT = "INSERT INTO web_callcounter (name, slot, calls) VALUES (%s, %s, 1)"
PURPOSE = {"social": "registry", "education": "schooling", "manpower": "training"}


def caller(world, name, role="officer", purpose=None):
    agency = world.agencies[name]
    return Caller(
        kind=agency.kind,
        role=role,
        agency=agency.pk,
        city=agency.region_id,
        client=world.clients[f"{name} {role}"].pk,
        purpose=purpose or PURPOSE.get(agency.kind, ""),
    )


@pytest.fixture
def shares(world):
    """Basim has the daughter of A; what he had of B is over."""
    a, b = world.households["A"], world.households["B"]
    today = timezone.localdate()
    with owner():
        for household, who, closed in ((a, "A daughter", None), (b, "B daughter", timezone.now())):
            Share.objects.create(
                household=household,
                agency=world.agencies["basim"],
                purpose="schooling",
                subjects=[world.people[who].pk],
                until=today,
                closed_at=closed,
            )


def refused(work):
    """Whether PostgreSQL says `insufficient privilege`; the transaction goes on."""
    try:
        with transaction.atomic():
            work()
    except DatabaseError as fault:
        return isinstance(fault.__cause__, errors.InsufficientPrivilege)
    return False


def keys(model):
    return set(model._base_manager.values_list("pk", flat=True))


def test_without_a_filter_the_registrar_sees_its_city_only(world):
    with acting_as(caller(world, "amal")):
        assert keys(Household) == {world.households[mark].pk for mark in "AB"}
        assert keys(Person) == {p.pk for label, p in world.people.items() if label[0] in "AB"}
        people = {p.pk for label, p in world.people.items() if label[0] in "AB"}
        for model in (Membership, Assessment, Listing):
            assert set(model._base_manager.values_list("person", flat=True)) == people
    with acting_as(caller(world, "dina")):
        assert keys(Household) == {world.households["D"].pk}


def test_without_a_filter_the_receiver_sees_the_shared_person_only(world, shares):
    with acting_as(caller(world, "basim")):
        assert keys(Household) == {world.households["A"].pk}
        assert keys(Person) == {world.people["A daughter"].pk}


def test_a_share_for_another_purpose_opens_nothing(world, shares):
    with acting_as(caller(world, "basim", purpose="training")):
        assert keys(Household) == keys(Person) == set()


def test_a_share_that_is_closed_opens_nothing_from_the_next_statement(world, shares):
    with owner():
        Share.objects.update(closed_at=timezone.now())
    with acting_as(caller(world, "basim")):
        assert keys(Household) == keys(Person) == set()


def test_a_share_past_its_last_day_opens_nothing(world, shares):
    with owner():
        Share.objects.update(until=timezone.localdate() - timezone.timedelta(days=2))
    with acting_as(caller(world, "basim")):
        assert keys(Household) == keys(Person) == set()


@pytest.mark.parametrize(("kind", "role"), CALLERS)
def test_columns_beyond_the_grant_are_refused_to_reads_filters_and_orders(world, kind, role):
    name = next(n for n, agency in world.agencies.items() if agency.kind == kind)
    with acting_as(caller(world, name, role)):
        for resource, fields in policy.FIELDS.items():
            found = policy.grant(kind, role, resource)
            open_fields = set(policy.selectable(resource, found)) if found else set()
            for field in {f for names in fields.values() for f in names.split()} - open_fields:
                rows = model_of(resource)._base_manager.order_by()
                assert refused(lambda rows=rows, field=field: list(rows.values_list(field))), (resource, field)
                assert refused(lambda rows=rows, field=field: list(rows.order_by(field).values_list("pk")[:1]))


def test_reading_all_columns_is_refused(world, shares):
    with acting_as(caller(world, "basim")), connection.cursor() as cursor:
        assert refused(lambda: cursor.execute("SELECT * FROM register_person"))
        assert refused(lambda: cursor.execute("SELECT row_to_json(p) FROM register_person p"))


def new_person(household, city):
    return Person(
        id=new_id(), household_id=household.pk, city=city, name="X", sex="F", birth_date="2015-01-01", relation="child"
    )


def test_a_row_forged_into_another_city_is_refused(world):
    stranger, own = world.households["D"], world.households["A"]
    with acting_as(caller(world, "amal")):
        assert refused(lambda: new_person(stranger, "63.71").save(force_insert=True))
        assert refused(lambda: Household(id=new_id(), region_id="63.71.01.1001").save(force_insert=True))
        assert refused(lambda: Household.objects.filter(pk=own.pk).update(region_id="63.71.01.1001"))
        assert refused(lambda: Person.objects.filter(household=own.pk).update(city="63.71"))


def test_a_row_forged_in_anothers_name_is_refused_though_its_maker_could_read_it(world):
    programme = {"id": new_id(), "name": "X", "vocation": "aquaculture", "sectors": [4], "hours": 40}
    with acting_as(caller(world, "carla")):
        assert refused(lambda: Programme(provider_id=world.agencies["amal"].pk, **programme).save(force_insert=True))
        Programme(provider_id=world.agencies["carla"].pk, **programme).save(force_insert=True)


def test_rows_that_hang_on_a_hidden_person_are_refused(world):
    hidden = world.people["D son"].pk
    today = timezone.localdate()
    with acting_as(caller(world, "amal")):
        membership = Membership(id=new_id(), household_id=world.households["D"].pk, person_id=hidden, since=today)
        assessment = Assessment(id=new_id(), person_id=hidden, source="FIELD", period=today, status="poor")
        assert refused(lambda: membership.save(force_insert=True))
        assert refused(lambda: assessment.save(force_insert=True))


def test_an_agency_cannot_open_a_family_to_itself(world):
    share = Share(
        id=new_id(),
        household_id=world.households["A"].pk,
        agency_id=world.agencies["basim"].pk,
        purpose="schooling",
        subjects=[world.people["A son"].pk],
        until=timezone.localdate(),
    )
    with acting_as(caller(world, "basim")):
        assert refused(lambda: share.save(force_insert=True))


def test_rows_of_others_are_changed_by_no_update(world, shares):
    with acting_as(caller(world, "basim")):
        assert Person._base_manager.update(school_participation="attending") == 1
    with acting_as(caller(world, "amal")):
        assert Household._base_manager.filter(pk=world.households["D"].pk).update(address="taken") == 0


def test_an_office_that_ended_its_share_cannot_take_that_back(world, shares):
    with acting_as(caller(world, "basim")):
        mine = Share.objects.filter(household=world.households["A"])
        assert mine.update(closed_at=timezone.now()) == 1
        with pytest.raises(IntegrityError, match="stays ended"), transaction.atomic():
            mine.update(closed_at=None)
        assert not Household.objects.exists()


def test_nothing_is_deleted_by_a_role(world):
    with acting_as(caller(world, "amal")), connection.cursor() as cursor:
        for table in ("register_person", "register_household", "access_accessrecord", "register_person_history"):
            assert refused(lambda table=table: cursor.execute(f"DELETE FROM {table}"))
            assert refused(lambda table=table: cursor.execute(f"TRUNCATE {table} CASCADE"))


def test_without_a_role_the_login_reads_nobody(world):
    with connection.cursor() as cursor:
        for model in (Person, Household, Listing, Share):
            assert refused(lambda model=model: cursor.execute(f"SELECT id FROM {model._meta.db_table}"))


def test_a_role_without_its_settings_sees_nothing(world, shares):
    with transaction.atomic(), connection.cursor() as cursor:
        for role in ("sinergi_social_officer", "sinergi_education_officer"):
            cursor.execute(f"SET LOCAL ROLE {role}")
            cursor.execute("SELECT (SELECT count(*) FROM register_person) + (SELECT count(*) FROM register_household)")
            assert cursor.fetchone() == (0,)
            cursor.execute("SET LOCAL ROLE sinergi_app")


def test_the_history_shows_what_the_record_shows(world, shares):
    with acting_as(caller(world, "amal")), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT id FROM register_person_history")
        seen = {key for (key,) in cursor.fetchall()}
        assert seen == {p.pk for label, p in world.people.items() if label[0] in "AB"}
        assert refused(lambda: cursor.execute("SELECT nik_cipher FROM register_person_history"))
        assert refused(lambda: cursor.execute("SELECT disabilities FROM register_person_history"))
    with acting_as(caller(world, "basim")), connection.cursor() as cursor:
        assert refused(lambda: cursor.execute("SELECT id FROM register_person_history"))


def test_a_log_row_in_anothers_name_is_refused(world):
    row = "INSERT INTO access_accessrecord (agency, city, initiator, purpose, basis, action, resource, decision,"
    row += " subjects, fields, count, request_id) VALUES (%s, '', '', '', '', 'x', 'x', 'granted', '{}', '', 0, '')"
    with acting_as(caller(world, "amal")), connection.cursor() as cursor:
        assert refused(lambda: cursor.execute(row, [world.agencies["dina"].pk]))
        assert not refused(lambda: cursor.execute(row, [world.agencies["amal"].pk]))


def who():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text, coalesce(current_setting('app.agency', true), '')")
        return cursor.fetchone()


def test_role_and_settings_are_put_back_after_the_call_and_after_a_failure(world):
    before = who()
    with acting_as(caller(world, "amal")):
        assert who() == ("sinergi_social_officer", str(world.agencies["amal"].pk))
    assert who() == before == ("sinergi_app", "")
    with pytest.raises(ZeroDivisionError), transaction.atomic(), acting_as(caller(world, "amal")):
        raise ZeroDivisionError
    assert who() == before


@pytest.mark.parametrize("often", [False, True])
def test_outside_a_transaction_the_connection_keeps_neither_role_nor_setting(world, often):
    amal = caller(world, "amal")

    def call_and_look_again():
        inside = ask(amal, "SELECT current_user::text, current_setting('app.agency')", {}, often=often)
        return inside, who()

    inside, after = apart(call_and_look_again)
    assert inside == ("sinergi_social_officer", str(amal.agency))
    assert after == ("sinergi_app", "")


def test_a_list_is_planned_for_whom_it_is_and_nothing_else_is(world):
    def ask_thrice():
        asked = ("SELECT current_setting('plan_cache_mode')", {})
        amal = caller(world, "amal")
        listed, read = ask(amal, *asked, often=True, anew=True), ask(amal, *asked, often=True)
        return listed[0], read[0], together(("SELECT current_setting('plan_cache_mode')", ()))[0][0][0]

    assert apart(ask_thrice) == ("force_custom_plan", "auto", "auto")


def test_a_callers_transaction_leaves_nothing_on_the_connection(world):
    amal = caller(world, "amal")

    def act_and_look_again():
        with acting_as(amal, (WHO, ())) as acting:
            acting.last.append((WHO, ()))
        after = who()
        with pytest.raises(ZeroDivisionError), acting_as(amal):
            raise ZeroDivisionError
        return acting.rows, after, who()

    inside, after, after_a_fault = apart(act_and_look_again)
    assert inside == [[("sinergi_social_officer", str(amal.agency))]]
    assert after == after_a_fault == ("sinergi_app", "")


def test_what_fails_in_the_last_message_undoes_the_whole_transaction(world):
    slot, amal = 4711, caller(world, "amal")

    def count_and_fail():
        with pytest.raises(DatabaseError), acting_as(amal) as acting:
            together((COUNT, ["undone", slot]))
            acting.last.append(("SELECT 1 / 0", ()))
        with acting_as(amal) as acting:
            together((COUNT, ["done", slot]))
            acting.last.append((COUNT, ["done too", slot]))
        found = set(CallCounter.objects.filter(slot=slot).values_list("name", flat=True))
        CallCounter.objects.filter(slot=slot).delete()
        return found, who()

    assert apart(count_and_fail) == ({"done", "done too"}, ("sinergi_app", ""))


def test_a_connection_that_died_between_two_calls_is_made_anew_but_never_within_one(world):
    def outlive_it():
        def die():
            [[pid]] = first_of_call("SELECT pg_backend_pid()", {})
            apart(lambda: together(("SET ROLE NONE", ()), ("SELECT pg_terminate_backend(%s, 5000)", [pid])))
            return pid

        died = die()
        anew = first_of_call("SELECT pg_backend_pid()", {}) != [(died,)]
        with pytest.raises(OperationalError), transaction.atomic():
            die()
            first_of_call("SELECT 1", {})
        return anew

    assert apart(outlive_it)


def test_nobody_acts_inside_anothers_transaction(world):
    with acting_as(caller(world, "amal")), pytest.raises(RuntimeError), acting_as(caller(world, "dina")):
        pass


# File -> why it talks SQL outside the access core.
SPEAKS_SQL = {
    "agencies/jobs/services.py": "takes and gives back a job's advisory lock",
    "agencies/regions.py": "loads the country's codes as the owner; no personal data",
    "agencies/web/authentication.py": "one statement finds token, client and agreement before a role is set",
    "agencies/web/idempotency.py": "locks a key and looks for its answer, in one message with the caller's role",
    "agencies/web/health.py": "asks whether the database is migrated",
    "agencies/web/counting.py": "counts calls in one upsert",
}
STATEMENT = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s")
SQL_CALLS = {"cursor", "preparing", "raw", "extra", "RawSQL", "executemany", "mogrify"}
SPEAKS_SQL_BELOW = ("agencies/access/", "coordination/sandbox/", "households/intake/", "tests/", "bench/")


def _speaks_sql(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in SQL_CALLS:
            yield node.lineno
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value):
            yield node.lineno


def test_sql_is_spoken_in_the_access_core_and_in_few_named_places_only():
    root = Path(settings.BASE_DIR)
    speakers = {}
    for room in ("agencies", "households", "coordination"):
        for path in sorted((root / room).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if (
                "/migrations/" not in name
                and not name.startswith(SPEAKS_SQL_BELOW)
                and (said := list(_speaks_sql(path)))
            ):
                speakers[name] = said
    assert {name: said for name, said in speakers.items() if name not in SPEAKS_SQL} == {}
    assert set(SPEAKS_SQL) <= set(speakers), "a file no longer speaks SQL: take it off the list"
