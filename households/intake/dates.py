"""Dates as offices write them, day before month, always with four digits for the year."""

import re
from datetime import date
from typing import Final

_MONTHS: Final = {
    word: number
    for number, words in enumerate(
        (
            "jan januari january",
            "feb peb februari pebruari february",
            "mar mrt maret march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "agu agt ags aug agust agustus august",
            "sep sept september",
            "okt oct oktober october",
            "nov nop november nopember",
            "des dec desember december",
        ),
        start=1,
    )
    for word in words.split()
}
_TIME: Final = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST: Final = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
_DAY_FIRST: Final = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}){_TIME}", re.ASCII)
_IN_WORDS: Final = re.compile(r"(?:[A-Za-z']+, ?)?(\d{1,2})[-/. ]*([A-Za-z]+)[-/., ]*(\d{4})", re.ASCII)


def read_date(text: str) -> date | None:
    """The day that a trimmed text names, or None when it names none.

    Reads 17/05/1990, 17-05-1990, 17.05.1990, 1990-05-17 (also with a time behind) and 17 Mei 1990, with the
    month in Indonesian or English. A year of two digits is refused: its century would be a guess.
    """
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(match[1], match[3], match[4])
    if match := _DAY_FIRST.fullmatch(text):
        return _day(match[4], match[3], match[1])
    if match := _IN_WORDS.fullmatch(text):
        return _day(match[3], str(_MONTHS.get(match[2].lower(), 0)), match[1])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
