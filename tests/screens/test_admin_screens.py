"""What a person would stumble over in the administration and the documentation, looked at by a browser."""

import re

import pytest
from selenium.webdriver.common.by import By

from agencies.access.policy import FIELDS

SIZES = {"desk": (1280, 800), "phone": (390, 844)}
OFFICES = ["social", "education", "manpower", "oversight"]
LISTED = re.compile(r"/admin/[a-z]+/[a-z]+/(add/)?")
WALKED = ["/admin/", "/admin/register/person/", "/admin/agencies/officer/add/", "/admin/token/"]
GROUPS = "|".join(sorted({group for groups in FIELDS.values() for group in groups}))
# What is the same in both languages: data, codes, dates, and words that the two languages share.
SAME = re.compile(
    r"[^a-z]*"  # numbers, dates, names in capitals
    r"|.*[\d/:@_-].*"  # codes, addresses, moments, scopes
    r"|› Dinas .*|SMPS IT .*|story|Mitra|M[Tt]s|Paket [ABC]"
    r"|Breadcrumbs|True|False"  # Django's own, without an Indonesian form so far
    rf"|(({GROUPS}) ?)+"  # groups of the access table, in the access log
    r"|(Dinas|Inspektorat|Kota|Kelurahan|Kecamatan|Jl\.|Administrator|Keluarga [A-Z]|Family of [A-Z]).*"
    r"|APBD (kota|provinsi)|Officer Dinas .*"
    r"|Sinergi|Administrator|Status|API|Filter|Program|Agen|Bahasa Indonesia|English|Kameloh Baru.*|OK|Data"
)


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


def links(window, selector):
    found = [link.get_attribute("href") for link in window.driver.find_elements(By.CSS_SELECTOR, selector)]
    return list(dict.fromkeys(url.removeprefix(window.base_url) for url in found))


@pytest.mark.parametrize("kind", OFFICES)
def test_nothing_overlaps_is_cut_or_asks_elsewhere(window, city, album, kind):
    window.size(*SIZES["desk"])
    log_in(window, city, kind)
    faults = []
    for path in list(pages(window)):
        window.open(path)
        for size, extent in SIZES.items():
            window.size(*extent)
            faults += [f"{path} on a {size}: {fault}" for fault in window.faults()]
            if album:
                window.shoot(album / f"{kind}_{size}_{re.sub('[^a-z]+', '_', path)}.png")
    assert faults == []


@pytest.mark.parametrize("kind", OFFICES)
def test_every_text_is_in_the_language_of_the_reader(window, city, kind):
    window.size(*SIZES["desk"])
    log_in(window, city, kind)
    seen = {}
    paths = ["/admin/", "/admin/token/", "/admin/password_change/", *pages(window)]
    for language in ("id", "en"):
        window.open("/admin/")
        window.speak(language)
        for path in paths:
            window.open(path)
            seen[path, language] = set(window.texts())
    both = set[str]().union(*(seen[path, "id"] & seen[path, "en"] for path in paths))
    assert "; ".join(sorted(text for text in both if not SAME.fullmatch(text))) == ""


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
