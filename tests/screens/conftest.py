"""A city with one family in every kind of business, and a browser before it."""

import os
import shutil
from pathlib import Path

import pytest

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


def person(home, name, relation, sex, born):
    return {
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
        "starts_on": "2030-02-01",
        "ends_on": "2030-02-05",
        "registration_until": "2030-01-20",
        "capacity": 3,
    }
