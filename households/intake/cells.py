"""Readers for the cells of a register row, each remembering what it has read before."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, Final

from households.intake import values
from households.intake.dates import read_date
from households.intake.identity_numbers import family_card_problem
from households.intake.regions import Regions
from households.intake.values import Table, read_code, read_flag, read_words

LONGEST_NAME: Final = 200
LONGEST_TEXT: Final = 500
_OLDEST: Final = date(1900, 1, 1)

Region = tuple[str | None, bool]


class CellReaders:
    """One reader per field of one file."""

    def __init__(self, regions: Regions, *, on: date, city: str | None) -> None:
        self._regions = regions
        self._on = on
        self._city = city
        self.name = Table(_name)
        self.card = Table(self._card)
        self.birth = Table(self._birth)
        self.status = Table(read_words(values.WELFARE_STATUS, blank=None))
        self.extreme = Table(
            read_flag(blank=False, yes="P3KE|MISKIN EKSTREM|EKSTREM", no="BUKAN P3KE|MISKIN")
        )
        self.decile = Table(values.read_decile)
        self.region: Callable[[str, str, str, str], Region] = lru_cache(maxsize=20_000)(self._region)
        self.coded = {
            field: Table(read) for field, read in {**_CODED, "birth_place": self._birth_place}.items()
        }

    @staticmethod
    def number(raw: str) -> str:
        """An identity number, most often as it stands."""
        return raw if raw.isdigit() else values.clean_number(raw)

    def _card(self, text: str) -> tuple[str, str | None]:
        number = values.clean_number(text)
        return number, family_card_problem(number, self._regions.provinces)

    def _birth(self, text: str) -> tuple[date | None, str | None, dict[str, str]]:
        """The date or the code why there is none, and how a NIK writes it for each sex."""
        day = read_date(text) if len(text) <= 40 else None
        if day is None:
            return None, "birth_date_invalid" if text else "birth_date_missing", {}
        if day < _OLDEST:
            return None, "birth_date_implausible", {}
        if day > self._on:
            return None, "birth_date_future", {}
        rest = f"{day.month:02}{day.year % 100:02}"
        return day, None, {"M": f"{day.day:02}{rest}", "F": f"{day.day + 40:02}{rest}"}

    def _birth_place(self, text: str) -> Any:
        return _text(self._regions.usual_spelling(text).upper())

    def _region(self, village_code: str, district_code: str, village_name: str, district_name: str) -> Region:
        """The village, or the smallest known region around it with False."""
        code = values.clean_number(village_code)
        known = self._regions.code_of(code) if code else None
        if known and len(known) == 13:
            return known, True
        around = self._around(code, values.clean_number(district_code), district_name)
        if not code and around:
            village = self._regions.child_named(around, values.clean_text(village_name))
            if village and len(village) == 13:
                return village, True
        return around, False

    def _around(self, village_code: str, district_code: str, district_name: str) -> str | None:
        plain = village_code.replace(".", "")
        for code in (district_code, plain[:6], plain[:4], district_code[:4]):
            if len(code) >= 4 and (known := self._regions.code_of(code)) and len(known) <= 8:
                return self._district_in(known, district_name) if len(known) == 5 else known
        return self._district_in(self._city, district_name) if self._city else None

    def _district_in(self, city: str, name: str) -> str:
        return self._regions.child_named(city, values.clean_text(name)) or city


def _name(text: str) -> tuple[str, str | None]:
    if not text:
        return "", "name_missing"
    if len(text) > LONGEST_NAME or not any(map(str.isalpha, text)):
        return "", "name_invalid"
    return text.upper(), None


def _text(text: str) -> Any:
    return text if len(text) <= LONGEST_TEXT else values.UNKNOWN


def _capitals(text: str) -> Any:
    return _text(text.upper())


_CODED: Final[dict[str, Callable[[str], Any]]] = {
    "birth_place": _capitals,
    "mother_name": _capitals,
    "address": _text,
    "rt": _text,
    "rw": _text,
    "food_aid_period": _capitals,
    "cash_transfer_period": _capitals,
    "premium_subsidy_period": _capitals,
    "decree": _capitals,
    "death_note": _text,
    "sex": read_words(values.SEX, blank=None),
    "relation": read_words(values.RELATION, blank="other"),
    "marital_status": read_words(values.MARITAL_STATUS, blank=None),
    "food_aid": read_flag(blank=False),
    "cash_transfer": read_flag(blank=False),
    "premium_subsidy": read_flag(blank=False),
    "occupation": read_code(range(1, 90), values.OCCUPATION_WORDS),
    "education": read_code(range(1, 11), values.EDUCATION_WORDS),
    "school_participation": read_words(values.SCHOOL_PARTICIPATION, blank=None),
    "disabilities": values.read_disabilities,
    "pregnant": read_flag(blank=False, yes="HAMIL|SEDANG HAMIL", no="TIDAK HAMIL"),
    "alive": read_flag(blank=True, yes="HIDUP|MASIH HIDUP", no="MENINGGAL|MENINGGAL DUNIA|MATI|WAFAT"),
    "active": read_words(
        {
            False: "1|YA|Y|TRUE|IYA|NONAKTIF|NON AKTIF|TIDAK AKTIF|YES|X|V",
            True: "0|TIDAK|T|FALSE|N|NO|AKTIF|TDK|BUKAN",
        },
        blank=True,
    ),
    "exit_reason": read_words({**values.EXIT_REASON, None: "0|TIDAK|TIDAK ADA|AKTIF"}, blank=None),
    "matched_on": values.read_day,
}
