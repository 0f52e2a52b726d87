"""The first administrator of an office, and what it may then give its clients."""

import io
import re

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.urls import get_resolver

from agencies.accounts import SCOPE_NAMES
from agencies.models import Agency, Officer
from tests.conftest import owner

pytestmark = pytest.mark.django_db
OFFICE = ("Dinas Sosial Baru", "--kind", "social", "--region", "62.71")
WHO = ("--administrator", "new.one", "--full-name", "Nur", "--staff-number", "19800101")


def enrol(*words):
    said = io.StringIO()
    with owner():
        call_command("enrol_agency", *words, stdout=said)
    return re.search(r"logs in at /admin/ with (\S+)", said.getvalue())[1]


def test_an_office_is_enrolled_with_an_administrator_and_again_with_another_password(client, world):
    first = enrol(*OFFICE, *WHO)
    assert enrol(*OFFICE, *WHO) != first
    second = enrol(*OFFICE, *WHO)
    with owner():
        [officer] = Officer.objects.filter(agency=Agency.objects.get(name=OFFICE[0]))
        assert (officer.roles, officer.agency.kind, officer.agency.region_id) == (["administrator"], "social", "62.71")
        assert check_password(second, officer.password) and not check_password(first, officer.password)
    told = {"username": "new.one", "password": second}
    assert client.post("/admin/login/?next=/admin/", told).status_code == 302


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("Dinas Sosial Baru", "--kind", "social", "--region", "99.99", *WHO), "99.99"),
        (("Office of basim", "--kind", "social", "--region", "62.71", *WHO), "is enrolled as education"),
        ((*OFFICE, "--administrator", "amal.officer", *WHO[2:]), "somebody else"),
        ((*OFFICE, *WHO[:4], "--staff-number", "amal officer"), "NIP"),
    ],
)
def test_an_enrolment_that_does_not_fit_is_refused_and_leaves_nothing(world, words, why):
    with pytest.raises(CommandError, match=why):
        enrol(*words)
    with owner():
        assert not Agency.objects.filter(name="Dinas Sosial Baru").exists()
        assert not Officer.objects.filter(username="new.one").exists()


def test_an_administrator_may_give_a_client_every_scope_that_there_is():
    def views(patterns):
        for pattern in patterns:
            yield from views(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern.callback]

    asked = {getattr(getattr(view, "cls", None), "scope_name", "") for view in views(get_resolver().url_patterns)}
    assert asked - {""} == set(SCOPE_NAMES)
