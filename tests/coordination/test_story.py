"""The main job, end to end, through a real web server and worker: what the product is for."""

import csv
import gzip
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg

from tests.days import COMING
from tests.running import CHECKOUT, SAMPLES


def register_rows():
    text = gzip.decompress((SAMPLES / "register_2023.csv.gz").read_bytes()).decode("cp1252")
    lines = text.split("\n")
    return list(csv.DictReader(io.StringIO("\n".join(lines[2:])), delimiter=";"))


def born(row):
    day, month, year = (row["TGL LAHIR"][8:10], row["TGL LAHIR"][5:7], row["TGL LAHIR"][:4])
    return f"{year}-{month}-{day}"


def active(rows):
    """Rows with a plain date and a plain NIK, still on the register."""
    for row in rows:
        if row["IS NONAKTIF"] == "0" and row["TGL LAHIR"][4:5] == "-" and (row["nik"] or "").isdigit():
            yield row


def persons(office, niks):
    found = office.post("persons:lookup", {"items": [{"nik": nik} for nik in niks[:100]]})
    return [result["persons"][0] for result in found["results"] if result["status"] == "found"]


def test_the_city_runs(running):
    dinsos, education = running.office("social"), running.office("education")
    manpower, oversight = running.office("manpower"), running.office("oversight")
    second = running.office("social", "63.71")

    children, adults = the_register_of_the_next_year_is_taken_in(dinsos)
    [child, *_], workers = persons(dinsos, children), persons(dinsos, adults)
    family = dinsos.get(f"persons/{child}")["household"]
    assert any(person["id"] == child for person in dinsos.get(f"households/{family}")["people"])
    referral = a_child_goes_to_school(dinsos, education, family, child)
    a_course_fills(dinsos, manpower, workers[:5])
    oversight_sees_who_saw_the_child_and_the_figures(oversight, education, child)

    second.get(f"persons/{child}", expect=404)
    second.get(f"households/{family}", expect=404)
    second.get(f"referrals/{referral}", expect=404)
    assert second.get("headcounts")["data"] == []
    assert persons(second, children) == []


def the_register_of_the_next_year_is_taken_in(dinsos):
    """The numbers of children of school age and of adults who are still in it."""
    job = dinsos.import_register(SAMPLES / "register_2023.csv.gz", "2023-12-31")
    assert job["status"] == "partially_succeeded", job
    assert (job["counts"]["accepted"], job["counts"]["rejected"], job["counts"]["skipped"]) == (66854, 192, 77)
    rows = [row for row in active(register_rows()) if len(row["nik"]) == 16]
    children = [row["nik"] for row in rows if "2010" < row["TGL LAHIR"][:4] < "2014"]
    return children, [row["nik"] for row in rows if "1980" < row["TGL LAHIR"][:4] < "1999"]


def a_child_goes_to_school(dinsos, education, family, child):
    """Education sees the child and one guardian, nothing of welfare or health, and only for the time."""
    education.get(f"persons/{child}", expect=404)
    body = {"kind": "schooling", "person": child, "to_agency": education.agency, "reason": "Putus sekolah"}
    referral = dinsos.post("referrals", body, expect=201)["id"]
    seen = education.get(f"households/{family}")
    assert child in {person["id"] for person in seen["people"]}
    assert len(seen["people"]) <= 2
    hidden = {"disabilities", "pregnant", "mother_name", "occupation", "possible_duplicate_of"}
    assert not hidden & set(education.get(f"persons/{child}"))
    education.get("assessments", expect=403)
    education.post(f"referrals/{referral}/accept")
    education.post(f"referrals/{referral}/complete", {"outcome": "Terdaftar di SDN 1"})
    education.get(f"persons/{child}", expect=404)
    education.get(f"households/{family}", expect=404)
    assert education.get("persons", household=family)["data"] == []
    return referral


def plan_batch(manpower, vocation, sector, **more):
    """The key of an open batch of a course of its own."""
    course = {"name": f"Kursus {vocation}", "vocation": vocation, "sectors": [sector], "hours": 40}
    days = {"starts_on": f"{COMING}-02-01", "ends_on": f"{COMING}-02-05", "registration_until": f"{COMING}-01-20"}
    body = {"programme": manpower.post("programmes", course, expect=201)["id"], **days, **more}
    batch = manpower.post("batches", body, expect=201)["id"]
    manpower.post(f"batches/{batch}/open")
    return batch


def a_course_fills(dinsos, manpower, workers):
    """One seat is given back, and the first of the reserve list moves up."""
    batch = plan_batch(
        manpower,
        "aquaculture",
        4,
        name="Angkatan 1",
        venue="Balai Kameloh Baru",
        region="62.71.04.1004",
        capacity=3,
    )
    for worker in workers:
        body = {"kind": "training", "person": worker, "to_agency": manpower.agency, "reason": "Perlu", "batch": batch}
        dinsos.post("referrals", body, expect=201)
    waiting = manpower.get("applications", batch=batch)["data"]
    assert sorted(a["status"] for a in waiting) == ["held", "held", "held", "reserve", "reserve"]
    held = [a["id"] for a in waiting if a["status"] == "held"]
    for application in held:
        manpower.post(f"applications/{application}/accept")
    manpower.post(f"applications/{held[0]}/withdraw")
    after = {a["id"]: a for a in manpower.get("applications", batch=batch)["data"]}
    first = next(a["id"] for a in waiting if a["rank"] == 1)
    assert after[first]["status"] == "held"
    assert manpower.get(f"batches/{batch}")["seats_taken"] == 3


def oversight_sees_who_saw_the_child_and_the_figures(oversight, education, child):
    looks = oversight.get("access-records", subject=child, agency=education.agency)["data"]
    assert {look["purpose"] for look in looks if look["decision"] == "granted"} == {"schooling"}
    assert {"read", "list"} & {look["action"] for look in looks}
    assert all(look["at"] for look in looks)
    figures = {
        (year, figure["measure"]): float(figure["value"])
        for year in (2022, 2023)
        for figure in oversight.get("headcounts", region="62.71", year=year, limit=200)["data"]
        if figure["region"] == "62.71"
    }
    assert figures[2022, "register_count"] == 65_000
    assert figures[2023, "register_count"] == 64_000
    assert figures[2023, "extreme_register_count"] == 69


def test_two_hundred_parallel_callers_fill_the_seats_exactly(running):
    dinsos, manpower = running.office("social"), running.office("manpower")
    rows = list(active(register_rows()))
    niks = [row["nik"] for row in rows if "1970" < row["TGL LAHIR"][:4] < "1979" and len(row["nik"]) == 16]
    people = []
    for start in range(0, 300, 100):
        people += persons(dinsos, niks[start : start + 100])
    people = people[:200]
    assert len(people) == 200
    batch = plan_batch(
        manpower,
        "welding",
        8,
        name="Angkatan 2",
        venue="BLK",
        region="62.71.03.1001",
        capacity=25,
    )

    def refer(person):
        body = {"kind": "training", "person": person, "to_agency": manpower.agency, "reason": "Perlu", "batch": batch}
        return dinsos.post("referrals", body, expect=201)

    with ThreadPoolExecutor(200) as callers:
        assert len(list(callers.map(refer, people))) == 200
    assert manpower.get(f"batches/{batch}")["seats_taken"] == 25
    held = manpower.get("applications", batch=batch, status="held", limit=200)["data"]
    reserve = manpower.get("applications", batch=batch, status="reserve", limit=200)["data"]
    assert len(held) == 25
    assert sorted(a["rank"] for a in reserve) == list(range(1, 176))


SMALL = CHECKOUT / "tests" / "samples" / "small"
WRITTEN = """SELECT (SELECT count(*) FROM register_household WHERE city = '63.71'),
 (SELECT count(*) FROM register_person WHERE city = '63.71'),
 (SELECT count(*) FROM register_person_history WHERE city = '63.71'),
 (SELECT count(*) FROM register_membership m JOIN register_person p ON p.id = m.person_id AND p.city = '63.71'),
 (SELECT count(*) FROM register_assessment a JOIN register_person p ON p.id = a.person_id AND p.city = '63.71'),
 (SELECT count(*) FROM register_listing WHERE city = '63.71'),
 (SELECT count(*) FROM intake_finding f JOIN intake_importbatch b ON b.id = f.batch_id AND b.city = '63.71'),
 (SELECT count(*) FROM intake_importbatch WHERE city = '63.71' AND applied_at IS NOT NULL)"""
WAITING = "SELECT count(*) FROM pg_locks WHERE relation = 'register_listing'::regclass AND NOT granted"


def until(connection, question, value):
    deadline = time.monotonic() + 60
    while connection.execute(question).fetchone()[0] != value:
        assert time.monotonic() < deadline, question
        time.sleep(0.05)


def test_a_worker_killed_while_it_applies_leaves_nothing_and_the_next_one_does_all(running):
    second = running.office("social", "63.71")
    totals = json.loads((SMALL / "aggregates.json").read_text())["files"]["register_2022.csv"]
    with psycopg.connect(running.database, autocommit=True) as watch, psycopg.connect(running.database) as in_the_way:
        # Entries are written after families, people, memberships and assessments: there the worker has to wait.
        in_the_way.execute("LOCK TABLE register_listing IN SHARE MODE")
        job = second.hand_in(SMALL / "register_2022.csv", "2022-12-31")
        until(watch, WAITING, 1)
        running.kill_worker()
        in_the_way.rollback()
        assert set(watch.execute(WRITTEN).fetchone()) == {0}
        assert second.get(job)["status"] == "running"

        running.start_worker()
        done = second.wait_for(job)
        counts = done["counts"]
        fates = totals["rows_by_fate"]
        assert done["status"] == "partially_succeeded"
        assert (counts["data_rows"], counts["clean"], counts["warned"]) == (
            totals["data_rows"],
            fates["clean"],
            fates["warn"],
        )
        households, people, versions, memberships, assessments, entries, found, applied = watch.execute(
            WRITTEN
        ).fetchone()
        assert (households, people, entries) == (counts["households_new"], counts["people_new"], counts["entries"])
        assert (memberships, assessments) == (people, counts["assessments_new"])
        assert versions == people + counts["possible_duplicates"] + counts["doubts_settled"]
        assert found == sum(counts["codes"].values())
        assert applied == 1
