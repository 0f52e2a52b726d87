"""What an officer would stumble over at the desk, and the verification form walked without a mouse."""

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.screens.survey import SIZES, links, survey

# Office -> links of the day's work that lead to pages with something to do, and the deeds that are looked at.
DESKS = {
    "social": ("do/transfer/", "do/note/"),
    "education": ("do/verify/", "do/assign/", "do/close/", "do/follow-up/"),
    "manpower": ("do/accept/", "do/attach/"),
}


def sit_down(window, city, kind):
    found = next(o for o in city.told["officers"] if (o["kind"], o["region"]) == (kind, "62.71"))
    window.log_in(found["username"], found["password"])
    return found


def walk(window, kind):
    """The day's work, a family's past, each kind of record that the work leads to, and some of what is done there."""
    window.open("/admin/desk/")
    records = links(window, "#result_list a[href*='/change/']") + links(window, "#result_list a[href*='person__id']")
    found = ["/admin/desk/", *links(window, "#result_list a[href*='/timeline/']")[:1]]
    seen = set()
    for record in records:
        window.open(record)
        sort = record.split("/")[3]
        deeds = [
            deed
            for deed in links(window, ".deeds a")
            if deed.endswith(DESKS[kind]) and deed.split("/do/")[1] not in seen
        ]
        if sort not in seen or deeds:
            found += [record, *deeds]
            seen |= {sort, *(deed.split("/do/")[1] for deed in deeds)}
    return found


@pytest.mark.parametrize("kind", DESKS)
def test_the_desk_is_sound_on_a_desk_and_a_phone_and_in_the_readers_language(window, city, album, kind):
    window.size(*SIZES["desk"])
    sit_down(window, city, kind)
    assert survey(window, walk(window, kind), album, f"work_{kind}") == []


def test_a_verification_is_filled_in_and_saved_by_keyboard_alone(window, city, album):
    window.size(*SIZES["desk"])
    officer = sit_down(window, city, "education")
    window.driver.delete_all_cookies()
    window.open("/admin/login/?next=/admin/desk/")
    window.tab_to("Bahasa Indonesia")
    window.press(Keys.ENTER)
    window.wait_for("html[lang=id]")
    window.press(officer["username"], Keys.TAB, officer["password"], Keys.ENTER)
    WebDriverWait(window.driver, 20).until(lambda driver: driver.current_url.endswith("/admin/desk/"))
    window.tab_to("Hasil kunjungan belum diverifikasi")
    window.press(Keys.ENTER)
    window.wait_for(".deeds")
    window.tab_to("Verifikasi")
    window.press(Keys.ENTER)
    window.wait_for("[name=category]")
    assert window.out_of_reach() == []
    window.open(window.driver.current_url.removeprefix(window.base_url))
    fill = [("category", "Putus"), ("reasons:cost", " "), ("last_grade", "6"), ("documents:family_card", " ")]
    fill += [("wish", "Sekolah"), ("remarks", "INGIN KEMBALI"), ("support_needs:transport", " ")]
    for field, keys in sorted(fill, key=lambda pair: order(window, pair[0])):
        window.tab_to(*field.split(":"))
        window.press(keys)
    window.tab_to("Verifikasi")
    window.press(Keys.ENTER)
    window.wait_for("ul.messagelist .success")
    text = window.text()
    for said in ("Terverifikasi", "Putus sekolah", "Biaya", "INGIN KEMBALI", "Transportasi", "Rencanakan sekolah"):
        assert said in text, said


def order(window, field):
    """Where a field stands in its form."""
    names = [
        name.get_attribute("name") for name in window.driver.find_elements("css selector", "form[novalidate] [name]")
    ]
    return names.index(field.split(":")[0])
