"""Judges the rows of a register file: clean, with a warning, rejected, or a copy of an earlier row."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple, Protocol

from households.intake import values
from households.intake.cells import CellReaders
from households.intake.duplicates import EarlierRows, Repetition
from households.intake.identity_numbers import PLACEHOLDERS, birth_part, nik_problem, nisn_of
from households.intake.reading import FIELDS, Row
from households.intake.regions import Regions
from households.intake.workbook import NumberCell

Finding = tuple[str, str]
"""A code of `findings.ROW_FINDINGS` and the field that it is about."""


class RegisterRow(NamedTuple):
    """One person of a welfare register, cleaned and in canonical codes."""

    register_number: str
    name: str
    nik: str | None
    family_card: str
    birth_date: date
    nisn: str | None
    region: str | None
    status: str
    decile: int | None
    birth_place: str
    mother_name: str
    address: str
    rt: str
    rw: str
    food_aid_period: str
    cash_transfer_period: str
    premium_subsidy_period: str
    decree: str
    death_note: str
    sex: str | None
    relation: str
    marital_status: str | None
    food_aid: bool
    cash_transfer: bool
    premium_subsidy: bool
    occupation: str
    education: str
    school_participation: str | None
    disabilities: tuple[str, ...]
    pregnant: bool
    alive: bool
    active: bool
    exit_reason: str | None
    matched_on: date | None


class Amendment(NamedTuple):
    """A finding on an earlier line, which a later one brought to light."""

    line: int
    finding: Finding
    was_clean: bool


class Judged(NamedTuple):
    """What became of one line. `fate` is clean, warned, rejected or skipped; only the first two have a record.

    `duplicate_of_line` is the earlier line of a copy or of a pair. A pair is warned of once, on the weaker of its
    records: in `findings` when that is this line, in `amends` when it is the earlier one.
    """

    line: int
    fate: str
    findings: tuple[Finding, ...]
    record: RegisterRow | None
    duplicate_of_line: int | None = None
    amends: Amendment | None = None


class RowStream(Protocol):
    """Where rows come from: `reading.RegisterFile`, or a test's list with a count."""

    other_lines: int

    def __iter__(self) -> Iterator[Row]: ...


@dataclass(slots=True)
class Tally:
    """How many rows met which fate, and in how many rows each code stands."""

    data_rows: int = 0
    clean: int = 0
    warned: int = 0
    rejected: int = 0
    skipped: int = 0
    other_lines: int = 0
    codes: Counter[str] = field(default_factory=Counter)

    @property
    def accepted(self) -> int:
        """Rows that become records, with or without a warning."""
        return self.clean + self.warned

    def count(self, judged: Judged) -> None:
        """Add one judged row."""
        self.data_rows += 1
        setattr(self, judged.fate, getattr(self, judged.fate) + 1)
        if judged.findings:
            self.codes.update({code for code, _ in judged.findings})
        if judged.amends:
            self.codes[judged.amends.finding[0]] += 1
            self.clean -= judged.amends.was_clean
            self.warned += judged.amends.was_clean


def judge_rows(
    stream: RowStream, *, regions: Regions, on: date, city: str | None = None, tally: Tally | None = None
) -> Iterator[Judged]:
    """Judge every data row in its order; nothing is kept but what finding duplicates needs.

    `on` is today: no birth date lies behind it. `city` is the code of the regency in which village and district
    names are looked up when a row has no region code. `tally` is filled while the rows are drawn.
    Raises `UnreadableFile` as `stream` does.
    """
    judge = _Judge(regions, on=on, city=city)
    for row in stream:
        judged = judge.judge(row)
        if tally is not None:
            tally.count(judged)
        yield judged
    if tally is not None:
        tally.other_lines = stream.other_lines


_NUMBER, _NAME, _NIK, _CARD, _BIRTH, _NISN = range(6)
_PLACE: Final = slice(6, 10)
_STATUS, _EXTREME, _DECILE = range(10, 13)
_CODED: Final = slice(13, None)
_CODED_FIELDS: Final = tuple(FIELDS[_CODED])
_SEX: Final = _CODED_FIELDS.index("sex")
_MOTHER: Final = _CODED_FIELDS.index("mother_name")
_UNKNOWN_BECOMES: Final[dict[str, Any]] = {
    "relation": "other", "food_aid": False, "cash_transfer": False, "premium_subsidy": False, "disabilities": (),
    "pregnant": False, "alive": True, "active": True, "sex": None, "marital_status": None,
    "school_participation": None, "exit_reason": None, "matched_on": None,
}  # fmt: skip


class _Judge:
    def __init__(self, regions: Regions, *, on: date, city: str | None) -> None:
        self._cells = CellReaders(regions, on=on, city=city)
        self._coded = [self._cells.coded[field] for field in _CODED_FIELDS]
        self._provinces = regions.provinces
        self._districts = regions.districts
        self._earlier = EarlierRows()

    def judge(self, row: Row) -> Judged:
        cells = row.cells
        nik = self._cells.number(cells[_NIK])
        name, name_problem = self._cells.name[cells[_NAME]]
        card, card_problem = self._cells.card[cells[_CARD]]
        birth, birth_problem, birth_digits = self._cells.birth[cells[_BIRTH]]
        warnings: list[Finding] = []
        problem = None
        if not nik:
            warnings.append(("nik_missing", "nik"))
        elif nik in PLACEHOLDERS:
            warnings.append(("nik_placeholder", "nik"))
        else:
            problem = self._nik_problem(nik, cells[_NIK])
            if nik == card and card_problem != "kk_invalid":
                card_problem = "kk_equals_nik"
        if name_problem or problem or card_problem or birth_problem:
            pairs = (
                (name_problem, "name"),
                (problem, "nik"),
                (card_problem, "family_card"),
                (birth_problem, "birth_date"),
            )
            return Judged(row.line, "rejected", tuple((code, where) for code, where in pairs if code), None)
        usable = None if warnings else nik
        record = self._record(cells, name, usable, card, birth, birth_digits, warnings)
        return self._placed(row, record, warnings)

    def _nik_problem(self, nik: str, raw: str) -> str | None:
        if isinstance(raw, NumberCell) and len(nik) == 16 and nik.endswith("0"):
            return "nik_number_zeroed"
        return nik_problem(nik, self._provinces)

    def _record(self, cells: tuple[str, ...], name: str, nik: str | None, card: str, birth: date,
                birth_digits: dict[str, str], warnings: list[Finding]) -> RegisterRow:  # fmt: skip
        coded = [table[cell] for table, cell in zip(self._coded, cells[_CODED], strict=True)]
        if values.UNKNOWN in coded:
            _settle_unknown(coded, warnings)
        if nik:
            self._compare_with_nik(coded, nik, birth_digits, warnings)
        elif coded[_SEX] is None:
            warnings.append(("sex_missing", "sex"))
        region, is_known = self._cells.region(*cells[_PLACE])
        if not is_known:
            warnings.append(("region_unknown", "region"))
        nisn = self._nisn(cells[_NISN], warnings) if cells[_NISN] else None
        status = self._status(cells[_STATUS], cells[_EXTREME], warnings)
        decile = self._cells.decile[cells[_DECILE]]
        if decile is values.UNKNOWN:
            decile = None
            warnings.append(("decile_invalid", "decile"))
        number = self._cells.number(cells[_NUMBER])
        return RegisterRow(number, name, nik, card, birth, nisn, region, status, decile, *coded)

    def _compare_with_nik(self, coded: list[Any], nik: str, birth_digits: dict[str, str],
                          warnings: list[Finding]) -> None:  # fmt: skip
        if nik[:6] not in self._districts:
            warnings.append(("nik_area_unknown", "nik"))
        sex = coded[_SEX]
        if sex and nik[6:12] == birth_digits[sex]:
            return
        said = birth_part(nik)
        if sex is None:
            coded[_SEX] = said.sex
        elif said.sex != sex:
            warnings.append(("nik_sex_mismatch", "nik"))
        if nik[6:12] != birth_digits[said.sex]:
            warnings.append(("nik_birth_date_mismatch", "nik"))

    def _nisn(self, raw: str, warnings: list[Finding]) -> str | None:
        nisn, problem = nisn_of(values.clean_number(raw), from_number=isinstance(raw, NumberCell))
        if problem:
            warnings.append((problem, "nisn"))
        return nisn

    def _status(self, raw: str, raw_flag: str, warnings: list[Finding]) -> str:
        status, is_extreme = self._cells.status[raw], self._cells.extreme[raw_flag]
        for value, where in ((status, "status"), (is_extreme, "extreme_poor")):
            if value is values.UNKNOWN:
                warnings.append(("value_unknown", where))
        if is_extreme is True and status == "poor":
            warnings.append(("status_conflict", "status"))
        return "extreme_poor" if is_extreme is True or status == "extreme_poor" else "poor"

    def _placed(self, row: Row, record: RegisterRow, warnings: list[Finding]) -> Judged:
        if record.exit_reason == "duplicate" and not record.active:
            # Closed by an officer as the lesser of two records: nothing about it is open any more.
            return Judged(row.line, "clean", (), record)
        copied = self._earlier.same_number(record.register_number, record)
        if copied and copied.code == "copy":
            return Judged(row.line, "skipped", (), None, copied.line)
        self._find_in_row(row, record, warnings)
        self._earlier.add(row.line, record.register_number, record.nisn, is_warned=bool(warnings or copied))
        birth = (record.name, record.birth_date, record.mother_name)
        pair = self._earlier.same_person(record.nik, record.family_card, birth)
        if pair and pair.has_same_nisn and _LOST_ZEROS in warnings:
            # The other record writes the number in full, so putting the zeros back was no guess.
            warnings.remove(_LOST_ZEROS)
        amends = None
        for repeated in (copied, pair):
            if repeated and repeated.is_on_earlier:
                amends = Amendment(repeated.line, _finding(repeated), repeated.earlier_was_clean)
            elif repeated:
                warnings.append(_finding(repeated))
        found = pair or copied
        fate = "warned" if warnings else "clean"
        return Judged(row.line, fate, tuple(warnings), record, found.line if found else None, amends)

    @staticmethod
    def _find_in_row(row: Row, record: RegisterRow, warnings: list[Finding]) -> None:
        if not record.register_number:
            warnings.append(("register_number_missing", "register_number"))
        if row.is_too_long:
            warnings.append(("too_many_cells", "row"))
        text = "\t".join(row.cells)
        if "=" in text or "@" in text:
            warnings += _formulas(row.cells)


_LOST_ZEROS: Final = ("nisn_zeros_lost", "nisn")
_ABOUT: Final = {
    "person_in_two_households": "nik",
    "nik_repeated": "nik",
    "possible_duplicate": "name",
    "register_number_repeated": "register_number",
}


def _finding(repeated: Repetition) -> Finding:
    return repeated.code, _ABOUT[repeated.code]


def _settle_unknown(coded: list[Any], warnings: list[Finding]) -> None:
    for position, value in enumerate(coded):
        if value is values.UNKNOWN:
            where = _CODED_FIELDS[position]
            coded[position] = _UNKNOWN_BECOMES.get(where, "")
            warnings.append(("value_unknown", where))


def _formulas(cells: Iterable[str]) -> list[Finding]:
    """Cells that a spreadsheet would run as a formula."""
    return [("formula_like", where) for where, cell in zip(FIELDS, cells, strict=True)
            if values.clean_text(cell)[:1] in ("=", "@")]  # fmt: skip
