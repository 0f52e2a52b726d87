"""One small city for all tests, in a real PostgreSQL, under the runtime login."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test.utils import setup_databases, teardown_databases

from agencies.access.database import install_access
from tests.city import settle_city
from tests.migrated import migrated_template
from tests.walking import City
from tests.world import World, build_world


@contextmanager
def login(name: str) -> Iterator[None]:
    """Connect as another login meanwhile."""
    before = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = before


@contextmanager
def owner() -> Iterator[None]:
    """Arrange as the owner of the tables, who sees everything; works inside a test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        before = cursor.fetchone()[0]
        cursor.execute("SET ROLE sinergi_owner")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute(f"SET ROLE {before}")


@pytest.fixture(scope="session")
def world(django_db_setup, django_db_blocker) -> World:
    """The cast and their city; built once, and every test's changes to it are rolled back."""
    return django_db_setup


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    with django_db_blocker.unblock():
        with login("sinergi_owner"):
            connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()
            databases = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
            install_access()
            built = build_world()
        yield built
        with login("sinergi_owner"):
            teardown_databases(databases, verbosity=0)


@pytest.fixture(autouse=True)
def role_is_put_back(request):
    """No test may leave the connection acting for somebody."""
    yield
    if "db" in request.fixturenames and connection.connection and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_setting('app.agency', true)")
            user, agency = cursor.fetchone()
            assert user == "sinergi_app"
            assert not agency


@pytest.fixture(scope="module")
def city(world: World, django_db_blocker) -> Iterator[City]:
    """The city with something in every drawer, built once a module; each test's changes are rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with owner():
            settle_city(world)
            built = City(world)
        yield built
        transaction.set_rollback(True)
    world.neighbours, world.gone = {}, {}
