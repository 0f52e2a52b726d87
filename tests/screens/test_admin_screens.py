"""What a person would stumble over in the administration and the documentation, looked at by a browser."""

import re

import pytest

from tests.screens.survey import SIZES, links, survey

OFFICES = ["social", "education", "manpower", "oversight"]


def administrator(city, kind):
    return next(a for a in city.told["administrators"] if (a["kind"], a["region"]) == (kind, "62.71"))


def log_in(window, city, kind):
    found = administrator(city, kind)
    window.log_in(found["username"], found["password"])


def pages(window):
    """The pages of the index, one record of each list, and its history."""
    window.open("/admin/")
    found = [
        path for path in links(window, "a[href^='/admin/']") if re.fullmatch(r"/admin/[a-z]+/[a-z]+/(add/)?", path)
    ]
    for path in found:
        yield path
    for path in [path for path in found if not path.endswith("add/")]:
        window.open(path)
        yield from links(window, "#result_list a[href$='/change/']")[:1]


@pytest.mark.parametrize("kind", OFFICES)
def test_every_page_is_sound_on_a_desk_and_a_phone_and_in_the_language_of_the_reader(window, city, album, kind):
    window.size(*SIZES["desk"])
    log_in(window, city, kind)
    paths = ["/admin/", "/admin/token/", "/admin/password_change/", *pages(window)]
    assert survey(window, paths, album, kind) == []


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/register/person/", "/admin/agencies/officer/add/", "/admin/token/"]
)
def test_tab_reaches_every_control_and_shows_where_it_is(window, city, path):
    window.size(*SIZES["desk"])
    log_in(window, city, "social")
    window.open(path)
    assert window.out_of_reach() == []


def test_the_documentation_shows_the_calls_that_its_address_names_and_asks_nothing_elsewhere(window):
    window.size(*SIZES["desk"])
    window.open("/docs/#/persons")  # the page draws only the calls that are in sight
    window.wait_for("#operations-persons-persons_lookup")
    assert "/api/v1/persons:lookup" in window.text().replace("\u200b", "")
    assert [fault for fault in window.faults() if not fault.startswith(("overlap", "cut"))] == []
