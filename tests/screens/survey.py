"""Looking at many pages: in both languages for what is not translated, at two sizes for what a person would dislike."""

import re

from agencies.access.policy import FIELDS
from agencies.regions import official_regions

SIZES = {"desk": (1280, 800), "phone": (390, 844)}
GROUPS = "|".join(sorted({group for groups in FIELDS.values() for group in groups}))
PLACES = "|".join(re.escape(name) for code, name, _, _ in official_regions() if code.startswith("62.71"))
# What is the same in both languages: data, codes, dates, and words that the two languages share.
SAME = re.compile(
    r"[^a-z]*"  # numbers, dates, names in capitals
    r"|.*[\d/:@_-].*"  # codes, addresses, moments, scopes
    r"|SMPS IT .*|story|Mitra|M[Tt]s|Paket [ABC]"
    r"|Breadcrumbs|True|False|None"  # Django's own, without an Indonesian form so far
    rf"|(({GROUPS}) ?)+"  # groups of the access table, in the access log
    r"|(Dinas|Inspektorat|Kota|Kelurahan|Kecamatan|Jl\b|Administrator|Keluarga [A-Z]|Family of [A-Z]).*"
    r"|(Officer|Auditor) (Dinas|Inspektorat) .*"  # the demo's officers
    r"|APBD (kota|provinsi)"
    rf"|{PLACES}|Kameloh Baru.*"
    r"|Sinergi|Administrator|Status|API|Filter|Program|Agen|Bahasa Indonesia|English|OK|Data"
)


def survey(window, paths, album=None, name=""):
    """What is wrong with the pages; pictures of them go into the album."""
    faults, texts = [], {"en": {}, "id": {}}
    for language, seen in texts.items():
        window.size(*SIZES["desk"])
        window.open("/admin/")
        window.speak(language)
        for path in paths:
            window.size(*SIZES["desk"])
            window.open(path)
            seen[path] = set(window.texts())
            for size in SIZES if language == "id" else ():
                window.size(*SIZES[size])
                faults += [f"{path} on a {size}: {fault}" for fault in window.faults()]
                if album:
                    window.shoot(album / f"{name}_{size}_{re.sub('[^a-z]+', '_', path)}.png")
    both = set[str]().union(*(texts["id"][path] & texts["en"][path] for path in paths))
    untranslated = sorted(text for text in both if not SAME.fullmatch(text.removeprefix("› ")))
    return [*faults, *(f"the same in both languages: {text}" for text in untranslated)]


def links(window, selector):
    """The addresses of links, each once, in their order."""
    found = window.driver.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map((link) => link.href)", selector
    )
    return list(dict.fromkeys(url.removeprefix(window.base_url) for url in found))
