"""Readers for the cells of a register row, each remembering what it has read before."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from households.intake import values
from households.intake.dates import read_date
from households.intake.regions import Regions
from households.intake.values import Table, read_code, read_flag, read_words
from households.register.identity_numbers import family_card_problem

LONGEST_NUMBER: Final = 64
LONGEST_DATE: Final = 40
LONGEST_NAME: Final = 200
LONGEST_TEXT: Final = 500
_OLDEST: Final = date(1900, 1, 1)

Region = tuple[str | None, bool]


class Birth(NamedTuple):
    """A birth date, or the code why there is none; day and month, and year, as a man's NIK writes them."""

    on: date | None
    problem: str | None
    day_month: str = ""
    year: str = ""


class Group(NamedTuple):
    """Some neighbouring cells, read."""

    values: tuple[Any, ...]
    findings: tuple[tuple[str, str], ...]
    sex: str | None = None


class Groups(dict[tuple[str, ...], Group]):
    """Reads neighbouring cells together, as households and whole files repeat them, and remembers the
    answers.
    """

    def __init__(self, readers: Mapping[str, Callable[[str], Any]], settle: Callable[[Group], Group] | None = None):
        super().__init__()
        self._fields = tuple(readers)
        self._tables = [Table(read) for read in readers.values()]
        self._settle = settle

    def __missing__(self, cells: tuple[str, ...]) -> Group:
        if len(self) >= values.REMEMBERED:
            self.clear()
        read = [table[cell] for table, cell in zip(self._tables, cells, strict=True)]
        group = self._settled(read) if values.UNKNOWN in read else Group(tuple(read), ())
        self[cells] = group = self._settle(group) if self._settle else group
        return group

    def _settled(self, read: list[Any]) -> Group:
        unknown = [field for field, value in zip(self._fields, read, strict=True) if value is values.UNKNOWN]
        kept = (
            _UNKNOWN_BECOMES.get(field, "") if value is values.UNKNOWN else value
            for field, value in zip(self._fields, read, strict=True)
        )
        return Group(tuple(kept), tuple((_CODE_OF.get(field, "value_unknown"), field) for field in unknown))


class CellReaders:
    """One reader per field of one file."""

    def __init__(self, regions: Regions, *, on: date, city: str | None) -> None:
        self._regions = regions
        self._on = on
        self._city = city
        self.name = Table(_name)
        self.card = Table(self._card)
        self._other_birth = Table(self._read_birth)
        self.birth_place = Table(self._birth_place)
        self.mother_name = Table(_capitals)
        self.matched_on = Table(values.read_day)
        self.region: Callable[[str, str, str, str], Region] = lru_cache(maxsize=20_000)(self._region)
        self.status = Groups(_STATUS, settle=_settle_status)
        self.home = Groups(_HOME)
        self.coded = Groups(_CODED, settle=_set_sex_apart)

    @staticmethod
    def register_number(raw: str) -> str:
        """The IDSEMESTA, most often as it stands; '' for one that is too long to be one."""
        number = raw if raw.isdigit() else values.clean_number(raw)
        return number if len(number) <= LONGEST_NUMBER else ""

    def _card(self, text: str) -> tuple[str, str | None]:
        number = values.clean_number(text)
        return number, family_card_problem(number, self._regions.provinces)

    def birth(self, raw: str) -> Birth:
        """The birth date, or why it cannot be used. The two usual forms are read without a search."""
        if len(raw) == 10 and raw.isascii():
            if raw[4] == "-" == raw[7]:
                return self._plain_birth(raw, raw[:4], raw[5:7], raw[8:])
            if raw[2] == raw[5] and raw[2] in "-/":
                return self._plain_birth(raw, raw[6:], raw[3:5], raw[:2])
        return cast(Birth, self._other_birth[raw])

    def _plain_birth(self, raw: str, year: str, month: str, day: str) -> Birth:
        if not (day + month + year).isdigit():
            return cast(Birth, self._other_birth[raw])
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            return Birth(None, "birth_date_invalid")
        if not _OLDEST <= found <= self._on:
            return Birth(None, "birth_date_implausible" if found < _OLDEST else "birth_date_future")
        return Birth(found, None, day + month, year[2:])

    def _read_birth(self, text: str) -> Birth:
        day = read_date(text) if len(text) <= LONGEST_DATE else None
        if day is None:
            return Birth(None, "birth_date_invalid" if text else "birth_date_missing")
        iso = day.isoformat()
        return self._plain_birth(iso, iso[:4], iso[5:7], iso[8:])

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


def _three_digits(text: str) -> Any:
    return text.zfill(3) if text.isdigit() else _text(text)


def _settle_status(group: Group) -> Group:
    """Status and decile from the cells for status, extreme poverty and decile."""
    status, is_extreme, decile = group.values
    conflict = (("status_conflict", "status"),) if is_extreme and status == "poor" else ()
    settled = "extreme_poor" if is_extreme or status == "extreme_poor" else "poor"
    return Group((settled, decile), group.findings + conflict)


def _set_sex_apart(group: Group) -> Group:
    return Group(group.values[1:], group.findings, group.values[0])


_CODE_OF: Final = {"decile": "decile_invalid"}
_UNKNOWN_BECOMES: Final[dict[str, Any]] = {
    "relation": "other",
    **dict.fromkeys(("food_aid", "cash_transfer", "premium_subsidy", "pregnant", "extreme_poor"), False),
    **dict.fromkeys(("alive", "active"), True),
    **dict.fromkeys(("sex", "marital_status", "school_participation", "exit_reason", "decile"), None),
    "disabilities": (),
}
_STATUS: Final[dict[str, Callable[[str], Any]]] = {
    "status": read_words(values.WELFARE_STATUS, blank=""),
    "extreme_poor": read_flag(blank=False, yes="P3KE|MISKIN EKSTREM|EKSTREM", no="BUKAN P3KE|MISKIN"),
    "decile": values.read_decile,
}
_HOME: Final[dict[str, Callable[[str], Any]]] = {
    "address": _text,
    "rt": _three_digits,
    "rw": _three_digits,
    "decree": _capitals,
    "death_note": _text,
}
_CODED: Final[dict[str, Callable[[str], Any]]] = {
    "sex": read_words(values.SEX, blank=None),
    "food_aid_period": _capitals,
    "cash_transfer_period": _capitals,
    "premium_subsidy_period": _capitals,
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
}
