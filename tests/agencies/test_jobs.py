"""Long work: it ends with whoever began it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.access.caller import Caller
from agencies.access.identifiers import new_id
from agencies.jobs.models import Job
from agencies.jobs.services import do_next_job, enqueue
from agencies.models import Agency, Agreement, Client, Officer
from tests.conftest import owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(world):
    """Work that Basim's office began, by its client and its officer, under its agreement."""
    basim = world.agencies["basim"]
    with owner():
        agreement = Agreement.objects.get(to_agency=basim).pk
        officer = Officer.objects.get(agency=basim, roles=["officer"]).pk
    caller = Caller(
        kind="education",
        role="officer",
        agency=basim.pk,
        city=basim.region_id,
        client=world.clients["basim officer"].pk,
        officer=officer,
        agreement=agreement,
        purpose="schooling",
    )
    with owner():
        return enqueue("probe", new_id(), by=caller)


def do(meanwhile=lambda: None):
    """Let the worker do work in two steps, between which something may happen; the steps that were reached."""
    reached = []

    def work(job, caller, progress):
        reached.append("begun")
        meanwhile()
        progress(1)
        reached.append("done")
        return {"data_rows": 2}

    assert do_next_job({"probe": ("officer", work)})
    return reached


def as_it_stands(job):
    with owner():
        found = Job.objects.get(pk=job.pk)
    return found.status, found.problem


def end(rows, **changes):
    with owner():
        assert rows.update(**changes) == 1


YESTERDAY = timezone.localdate() - timedelta(days=1)
ENDS = {
    "client": lambda world: end(Client.objects.filter(client_id="basim-officer"), is_active=False),
    "officer": lambda world: end(Officer.objects.filter(username="basim.officer"), is_active=False),
    "agency": lambda world: end(Agency.objects.filter(pk=world.agencies["basim"].pk), is_active=False),
    "agreement": lambda world: end(Agreement.objects.filter(number="PKS-basim-schooling"), ended_at=timezone.now()),
    "agreement's time": lambda world: end(Agreement.objects.filter(number="PKS-basim-schooling"), until=YESTERDAY),
}


def test_work_is_done_while_everything_behind_it_stands(world, job):
    assert do() == ["begun", "done"]
    assert as_it_stands(job) == ("succeeded", "")


@pytest.mark.parametrize("what", ENDS)
def test_queued_work_of_whoever_was_revoked_is_not_begun(world, job, what):
    ENDS[what](world)
    assert do() == []
    assert as_it_stands(job) == ("failed", "revoked")


@pytest.mark.parametrize("what", ENDS)
def test_running_work_stops_at_its_next_step_once_revoked(world, job, what):
    assert do(lambda: ENDS[what](world)) == ["begun"]
    assert as_it_stands(job) == ("failed", "revoked")


def test_the_end_of_another_client_stops_nothing(world, job):
    end(Client.objects.filter(client_id="basim-supervisor"), is_active=False)
    assert do() == ["begun", "done"]
