"""A city with one family in every kind of business, and a browser before it."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.utils.timezone import localdate

from tests.days import COMING
from tests.running import running_city
from tests.screens.browser import browser

PLACE = {"region": "62.71.04.1004", "address": "Jl. Contoh No. 1", "rt": "001", "rw": "002"}


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    with running_city(tmp_path_factory.mktemp("screens"), people=False) as found:
        fill(found)
        yield found


@pytest.fixture(scope="session")
def window(city):
    assert shutil.which("chromium") and shutil.which("chromedriver"), "install chromium and chromium-driver"
    with browser(city.base_url) as found:
        yield found


@pytest.fixture(scope="session")
def album():
    """Where pictures go when somebody wants to look at them: SCREENS_DIR."""
    place = os.environ.get("SCREENS_DIR")
    return Path(place) if place else None


def fill(city):
    """A family, a child at school's door, a father with a seat."""
    dinsos, education, manpower = (city.office(kind) for kind in ("social", "education", "manpower"))
    home = dinsos.post("households", PLACE, expect=201)["id"]
    father = dinsos.post("persons", person(home, "BUDI CONTOH", "head", "M", "1985-03-01"), expect=201)["id"]
    child = dinsos.post("persons", person(home, "SITI CONTOH", "child", "F", "2014-05-05"), expect=201)["id"]
    school = {"kind": "schooling", "person": child, "to_agency": education.agency, "reason": "PUTUS SEKOLAH"}
    referral = dinsos.post("referrals", school, expect=201)["id"]
    education.post(f"referrals/{referral}/accept")
    dinsos.post("notes", {"referral": referral, "text": "MOHON SEGERA"}, expect=201)
    course = {"name": "BUDIDAYA IKAN", "vocation": "PERIKANAN", "sectors": [4], "hours": 40}
    programme = manpower.post("programmes", course, expect=201)["id"]
    batch = manpower.post("batches", {**run(), "programme": programme}, expect=201)["id"]
    manpower.post(f"batches/{batch}/open")
    work = {"kind": "training", "person": father, "to_agency": manpower.agency, "reason": "PERLU", "batch": batch}
    dinsos.post("referrals", work, expect=201)
    fill_desks(city, dinsos, education, home)


def fill_desks(city, dinsos, education, home):
    """Two children of whom nobody has heard yet, one whose home was visited, one who went back to school."""
    year = localdate().year
    for name, born in (("DEWI CONTOH", "-03-01"), ("EKO CONTOH", "-04-01")):
        out = person(home, name, "child", "F", f"{year - 12}{born}", school_participation="no_longer")
        list_child(city, home, dinsos.post("persons", out, expect=201)["id"])
    visit = {"visited_on": str(localdate()), "met": "guardian", "found": "MEMBANTU DI PASAR"}
    case = open_case(dinsos, education, home, "TONO CONTOH")
    education.post(f"schooling-cases/{case}/record-visit", visit)
    back = open_case(dinsos, education, home, "WATI CONTOH")
    education.post(f"schooling-cases/{back}/record-visit", visit)
    facts = {"verified_on": str(localdate()), "category": "dropped_out", "reasons": ["cost"], "wish": "school"}
    education.post(f"schooling-cases/{back}/verify", facts)
    plan = {"programme": "regular", "grade": 7, "school_year": year}
    education.post(f"schooling-cases/{back}/plan", plan)
    school = education.get("schools", level="SMP", region="62.71", limit=1)["data"][0]["id"]
    seats = {"school": school, "capacity": 3, **plan}
    place = education.post("places", seats, expect=201)["id"]
    education.post(f"schooling-cases/{back}/offer", {"place": place})
    long_ago = localdate() - timedelta(days=200)
    education.post(f"schooling-cases/{back}/enrol", {"enrolled_on": str(long_ago), "nisn": "0012345678"})


def list_child(city, home, child):
    """Onto the register, as a register file would."""
    with psycopg.connect(city.database) as connection:
        connection.execute(
            "INSERT INTO register_listing (id, person_id, household_id, city, source, register_number, entered_on,"
            " entry_reason, decree, exit_reason, evidence)"
            " VALUES (gen_random_uuid(), %s, %s, '62.71', 'DTKS', %s, '2023-01-01', 'registered', '', '', '')",
            [child, home, str(child)[-12:]],
        )


def open_case(dinsos, education, home, name):
    """A child that was referred and whose case an officer has; returns the case."""
    born = f"{localdate().year - 13}-06-01"
    child = dinsos.post("persons", person(home, name, "child", "M", born), expect=201)["id"]
    wanted = {"kind": "schooling", "person": child, "to_agency": education.agency, "reason": "PUTUS SEKOLAH"}
    referral = dinsos.post("referrals", wanted, expect=201)["id"]
    case = education.post("schooling-cases", {"referral": referral}, expect=201)["id"]
    officer = next(o["id"] for o in education.get("officers")["data"] if o["roles"] == ["officer"])
    education.post(f"schooling-cases/{case}/assign", {"officer": officer})
    return case


def person(home, name, relation, sex, born, **more):
    return {
        **more,
        "household": home,
        "name": name,
        "relation": relation,
        "sex": sex,
        "birth_date": born,
        "marital_status": "married" if relation == "head" else "single",
    }


def run():
    return {
        "name": "ANGKATAN 1",
        "venue": "BALAI",
        "region": "62.71.04.1004",
        "starts_on": f"{COMING}-02-01",
        "ends_on": f"{COMING}-02-05",
        "registration_until": f"{COMING}-01-20",
        "capacity": 3,
    }
