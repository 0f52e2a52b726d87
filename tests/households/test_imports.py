"""Register files through HTTP and the worker: handed in, applied, applied again, followed by the next year."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.jobs.models import Job
from agencies.jobs.services import do_next_job
from coordination import work
from coordination.monitoring.models import Headcount
from households.intake.models import ImportBatch
from households.register.models import Listing, Membership, Person
from tests.conftest import owner

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parents[1] / "samples" / "small"
TOTALS = json.loads((SAMPLES / "aggregates.json").read_text())["files"]


def hand_in(client, world, name, period, who="amal", key=None, **fields):
    content = fields.pop("content", None) or (SAMPLES / name).read_bytes()
    return client.post(
        "/api/v1/imports",
        {"kind": "register", "period": period, "file": SimpleUploadedFile(name, content), **fields},
        headers=world.headers(who, **{"Idempotency-Key": key or f"{name}-{period}-{len(content)}"}),
    )


def take_in(client, world, name, period, **fields):
    """Hand a file in and let the worker do it; the job as its agency sees it."""
    answer = hand_in(client, world, name, period, **fields)
    assert answer.status_code == 202, answer.content
    assert do_next_job(work.WORKS)
    return client.get(answer["Location"], headers=world.headers("amal")).json()


def register():
    with owner():
        return (
            list(Person.objects.order_by("pk").values_list("pk", "name", "household", "version")),
            list(Listing.objects.order_by("pk").values_list("pk", "exited_on", "exit_reason")),
            list(Membership.objects.order_by("pk").values_list("pk", "until")),
        )


def test_a_register_file_arrives_at_its_totals(client, world):
    told, totals = take_in(client, world, "register_2022.csv", "2022-12-31"), TOTALS["register_2022.csv"]
    assert told["status"] == "partially_succeeded"
    counts = told["counts"]
    assert (counts["data_rows"], counts["clean"], counts["warned"]) == (
        totals["data_rows"],
        totals["rows_by_fate"]["clean"],
        totals["rows_by_fate"]["warn"],
    )
    assert counts["codes"] == totals["reject_reasons"] | totals["warnings"]
    with owner():
        assert Headcount.objects.get(region="62.71", year=2022, measure="extreme_register_count").value > 0


def test_the_same_file_again_changes_nothing(client, world):
    take_in(client, world, "register_2022.csv", "2022-12-31", key="first")
    before = register()
    told = take_in(client, world, "register_2022.csv", "2022-12-31", key="second")
    assert register() == before
    assert told["counts"]["entries"] == told["counts"]["people_changed"] == told["counts"]["people_new"] == 0


def test_the_next_year_records_entries_and_exits(client, world):
    take_in(client, world, "register_2022.csv", "2022-12-31")
    counts = take_in(client, world, "register_2023.csv", "2023-12-31")["counts"]
    assert counts["exits"] > 0
    assert counts["entries"] > 0
    with owner():
        listed = Listing.objects.filter(batch__isnull=False, exited_on=None, person__possible_duplicate_of=None)
        assert listed.values("person").distinct().count() == 59


def test_an_earlier_year_is_refused_after_a_later_one(client, world):
    take_in(client, world, "register_2023.csv", "2023-12-31")
    assert hand_in(client, world, "register_2022.csv", "2022-12-31").status_code == 409


def test_a_dry_run_changes_nothing_and_tells_the_same(client, world):
    before = register()
    told = take_in(client, world, "register_2022.csv", "2022-12-31", dry_run="true")
    assert told["counts"]["data_rows"] == TOTALS["register_2022.csv"]["data_rows"]
    assert register() == before


def test_a_small_file_does_not_end_the_whole_register(client, world):
    take_in(client, world, "register_2022.csv", "2022-12-31")
    counts = take_in(client, world, "register_clean.csv", "2023-12-31")["counts"]
    assert counts["absent"] == 0


def test_work_that_dies_half_way_leaves_nothing_and_is_done_again(client, world, monkeypatch):
    before = register()
    hand_in(client, world, "register_2022.csv", "2022-12-31")

    def die(year, *, by):
        raise RuntimeError("the power fails")

    with monkeypatch.context() as broken:
        broken.setattr(work, "count_register", die)
        do_next_job(work.WORKS)
    assert register() == before
    with owner():
        assert not ImportBatch.objects.filter(applied_at__isnull=False).exists()
    do_next_job(work.WORKS)
    with owner():
        assert Job.objects.get().status == "partially_succeeded"
    assert register() != before


def test_every_bad_row_stands_in_the_error_file_without_its_value(client, world):
    answer = hand_in(client, world, "register_all_bad.csv", "2022-12-31")
    do_next_job(work.WORKS)
    batch = answer.json()["id"]
    errors = client.get(f"/api/v1/imports/{batch}/errors.csv", headers=world.headers("amal"))
    rows = list(csv.DictReader(io.StringIO(errors.content.decode())))
    assert len({row["baris"] for row in rows if row["tingkat"] == "reject"}) == 60
    assert all(row["uraian"] and row["description"] for row in rows)
    assert b"6271" not in errors.content.split(b"\n", 1)[1]


def test_another_city_sees_nothing_of_an_import(client, world):
    answer = hand_in(client, world, "register_clean.csv", "2022-12-31")
    batch, dina = answer.json()["id"], world.headers("dina")
    for path in (f"/api/v1/imports/{batch}", f"/api/v1/imports/{batch}/errors.csv", answer["Location"]):
        assert client.get(path, headers=dina).status_code == 404
    assert client.get(f"/api/v1/findings?batch={batch}", headers=dina).json()["data"] == []


def test_education_may_not_hand_in_a_register(client, world):
    assert hand_in(client, world, "register_clean.csv", "2022-12-31", who="basim").status_code == 403


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\x1f\x8bdamaged", b"no header\n1\n", b" "])
def test_a_file_that_cannot_be_read_fails_its_job_with_a_code(client, world, content):
    told = take_in(client, world, "file.csv", "2022-12-31", content=content)
    assert told["status"] == "failed"
    assert told["problem"]


@pytest.mark.parametrize("fields", [{"kind": "other"}, {"period": "31-12-2022"}, {"surprise": "1"}])
def test_wrong_fields_are_named(client, world, fields):
    sent = {"period": "2022-12-31"} | fields
    answer = hand_in(client, world, "register_clean.csv", sent.pop("period"), **sent)
    assert answer.status_code == 422
    assert answer.json()["errors"]
