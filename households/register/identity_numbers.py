"""The structure of NIK, No. KK and NISN: what can be known of a number without asking Dukcapil."""

import re
from collections.abc import Container
from typing import Final, NamedTuple

PLACEHOLDERS: Final = frozenset(f"999999999999999{last}" for last in "4569")
"""What survey forms write for "no NIK"; shared by many people, so never a key."""

_EXPONENT: Final = re.compile(r"\d+(?:[.,]\d*)?E[+-]?\d+", re.ASCII | re.IGNORECASE)
_DAYS_IN_MONTH: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WOMEN: Final = 40


class BirthPart(NamedTuple):
    """What positions 7 to 10 of a NIK say: the sex, and the day and month without the 40 of a woman's day."""

    sex: str
    day_month: str


_BIRTH_PARTS: Final = {
    f"{day + shift:02}{month:02}": BirthPart(sex, f"{day:02}{month:02}")
    for month, days in enumerate(_DAYS_IN_MONTH, start=1)
    for day in range(1, days + 1)
    for shift, sex in ((0, "M"), (_WOMEN, "F"))
}


def nik_problem(nik: str, provinces: Container[str]) -> str | None:
    """The code for which a NIK must be rejected, or None; the number comes without spaces.

    Six digits of area, six of birth date with 40 added to a woman's day, four of serial. Neither an unknown
    district nor another date than the stated one is a reason: a NIK never changes (PP 37/2007, article 37).
    """
    problem = _problem(nik, provinces)
    if problem is None and nik[12:] == "0000":
        problem = "serial_zero"
    return f"nik_{problem}" if problem else None


def family_card_problem(number: str, provinces: Container[str]) -> str | None:
    """The code for which a No. KK must be rejected, or None.

    Positions 7 to 12 are the day on which the card was recorded, with nothing added to it.
    """
    if not number:
        return "kk_missing"
    if not number.strip("0") or not number.strip("9"):
        return "kk_invalid"
    problem = _problem(number, provinces)
    if problem is None and number[6] > "3":
        problem = "date_impossible"
    return f"kk_{problem}" if problem else None


def birth_part(nik: str) -> BirthPart:
    """Sex, day and month in a NIK for which `nik_problem` found nothing; the year is in `nik[10:12]`."""
    return _BIRTH_PARTS[nik[6:10]]


def digits_differ(one: str, other: str) -> int:
    """In how many places two numbers of one length differ."""
    return sum(a != b for a, b in zip(one, other, strict=True))


def nisn_of(text: str, *, from_number: bool) -> tuple[str | None, str | None]:
    """The NISN in ten digits, or None, and the code of what was wrong with it.

    The leading zeros are real, and spreadsheets drop them: they are put back.
    """
    if not text or not text.strip("0"):
        return None, None
    if not (text.isascii() and text.isdigit()) or len(text) > 10:
        return None, "nisn_invalid"
    return text.zfill(10), "nisn_zeros_lost" if from_number or len(text) < 10 else None


def _problem(number: str, provinces: Container[str]) -> str | None:
    if not (number.isascii() and number.isdigit()):
        return "exponent" if _EXPONENT.fullmatch(number) else "letters"
    if len(number) != 16:
        return "length"
    if number[:2] not in provinces:
        return "province_unknown"
    if number[2:4] == "00" or number[4:6] == "00":
        return "area_zero"
    if not _is_real_day(number[6:10], number[10:12]):
        return "date_impossible"
    return None


def _is_real_day(day_month: str, year: str) -> bool:
    if day_month not in _BIRTH_PARTS:
        return False
    # 2000 was a leap year, so every year whose last two digits divide by four is one in some century.
    return _BIRTH_PARTS[day_month].day_month != "2902" or int(year) % 4 == 0
