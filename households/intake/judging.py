"""Judges the rows of a register file: clean, with a warning, rejected, or a copy of an earlier row."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, Protocol

from households.intake import values
from households.intake.cells import Birth, CellReaders
from households.intake.duplicates import EarlierRows, Repetition
from households.intake.judgement import Amendment, Finding, Judged, RegisterRow, Tally
from households.intake.reading import FIELDS, Row
from households.intake.regions import Regions
from households.intake.workbook import NumberCell
from households.register.identity_numbers import PLACEHOLDERS, birth_part, nik_problem, nisn_of

__all__ = ["Amendment", "Finding", "Judged", "RegisterRow", "Tally", "judge_rows"]


class RowStream(Protocol):
    """Where rows come from: `reading.RegisterFile`, or a test's list with a count."""

    other_lines: int

    def __iter__(self) -> Iterator[Row]: ...


def judge_rows(
    stream: RowStream, *, regions: Regions, on: date, city: str | None = None, tally: Tally | None = None
) -> Iterator[Judged]:
    """Judge every data row in its order; nothing is kept but what finding duplicates needs.

    `on` is today: no birth date lies behind it. `city` is the code of the regency in which village and
    district names are looked up when a row has no region code. `tally` is filled while the rows are drawn.
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


_NUMBER, _NAME, _NIK, _CARD, _BIRTH, _NISN, _BIRTH_PLACE, _MOTHER, _MATCHED = range(9)
_REGION: Final = slice(9, 13)
_STATUS: Final = slice(13, 16)
_HOME: Final = slice(16, 21)
_CODED: Final = slice(21, None)
_LOST_ZEROS: Final = ("nisn_zeros_lost", "nisn")
_ABOUT: Final = {
    "person_in_two_households": "nik",
    "nik_repeated": "nik",
    "possible_duplicate": "name",
    "register_number_repeated": "register_number",
}


class _Judge:
    def __init__(self, regions: Regions, *, on: date, city: str | None) -> None:
        self._cells = CellReaders(regions, on=on, city=city)
        self._provinces = regions.provinces
        self._districts = regions.districts
        self._earlier = EarlierRows()

    def judge(self, row: Row) -> Judged:
        cells, read = row.cells, self._cells
        raw_nik = cells[_NIK]
        nik = raw_nik if raw_nik.isdigit() else values.clean_number(raw_nik)
        name, name_problem = read.name[cells[_NAME]]
        card, card_problem = read.card[cells[_CARD]]
        birth = read.birth(cells[_BIRTH])
        nik_finding = self._nik_finding(nik, raw_nik)
        is_usable = nik_finding is None
        if nik == card and is_usable:
            card_problem = "kk_equals_nik"
        is_rejected = not (is_usable or nik_finding in _NO_NIK)
        if is_rejected or name_problem or card_problem or birth.problem:
            problems = (name_problem, nik_finding if is_rejected else None, card_problem, birth.problem)
            return _rejected(row.line, problems)
        warnings: list[Finding] = [] if nik_finding is None else [(nik_finding, "nik")]
        record = self._record(cells, name, nik if is_usable else None, card, birth, warnings)
        return self._placed(row, record, warnings)

    def _nik_finding(self, nik: str, raw: str) -> str | None:
        if not nik:
            return "nik_missing"
        if nik in PLACEHOLDERS:
            return "nik_placeholder"
        if type(raw) is NumberCell and len(nik) == 16 and nik.endswith("0"):
            return "nik_number_zeroed"
        return nik_problem(nik, self._provinces)

    def _record(self, cells: tuple[str, ...], name: str, nik: str | None, card: str,
                birth: Birth, warnings: list[Finding]) -> RegisterRow:  # fmt: skip
        read = self._cells
        person = (read.birth_place[cells[_BIRTH_PLACE]], read.mother_name[cells[_MOTHER]],
                  read.matched_on[cells[_MATCHED]])  # fmt: skip
        if values.UNKNOWN in person:
            person = _settled(person, warnings)
        status, home, coded = read.status[cells[_STATUS]], read.home[cells[_HOME]], read.coded[cells[_CODED]]
        warnings += status.findings + home.findings + coded.findings
        sex = coded.sex
        if nik:
            sex = self._compare_with_nik(sex, nik, birth, warnings)
        elif sex is None:
            warnings.append(("sex_missing", "sex"))
        region, is_known = read.region(*cells[_REGION])
        if not is_known:
            warnings.append(("region_unknown", "region"))
        nisn = _nisn(cells[_NISN], warnings) if cells[_NISN] else None
        if type(cells[_CARD]) is NumberCell and card.endswith("0"):
            warnings.append(("kk_number_zeroed", "family_card"))
        number = read.register_number(cells[_NUMBER])
        own = (number, name, nik, card, birth.on, nisn, region)
        return RegisterRow._make((*own, *person, *status.values, *home.values, sex, *coded.values))

    def _compare_with_nik(self, sex: str | None, nik: str, birth: Birth, warnings: list[Finding]) -> str | None:
        """Warn of what the NIK says otherwise; answers the sex, from the NIK where the row has none."""
        said = birth_part(nik)
        if nik[:6] not in self._districts:
            warnings.append(("nik_area_unknown", "nik"))
        if said.day_month != birth.day_month or nik[10:12] != birth.year:
            warnings.append(("nik_birth_date_mismatch", "nik"))
        if sex and said.sex != sex:
            warnings.append(("nik_sex_mismatch", "nik"))
        return sex or said.sex

    def _placed(self, row: Row, record: RegisterRow, warnings: list[Finding]) -> Judged:
        repeated = self._earlier.same_number(record.register_number, record)
        if repeated and repeated.code == "copy":
            return Judged(row.line, "skipped", (), None, repeated.line)
        _find_in_row(row, record, warnings)
        self._earlier.add(row.line, record.register_number, record.nisn, is_warned=bool(warnings or repeated))
        if record.exit_reason == "duplicate" and not record.active:
            # Closed by an officer as the lesser of two records: nothing about it is open any more.
            return Judged(row.line, "clean", (), record)
        if repeated:
            warnings.append(_finding(repeated))
        birth = (record.name, record.birth_date, record.mother_name)
        pair = self._earlier.same_person(record.nik, record.family_card, birth)
        if pair:
            return _paired(row.line, record, warnings, pair)
        line = repeated.line if repeated else None
        return Judged(row.line, "warned" if warnings else "clean", tuple(warnings), record, line)


_NO_NIK: Final = ("nik_missing", "nik_placeholder")
_CHECKED: Final = ("name", "nik", "family_card", "birth_date")


def _rejected(line: int, problems: Iterable[str | None]) -> Judged:
    found = tuple((code, where) for code, where in zip(problems, _CHECKED, strict=True) if code)
    return Judged(line, "rejected", found, None)


def _paired(line: int, record: RegisterRow, warnings: list[Finding], pair: Repetition) -> Judged:
    if pair.has_same_nisn and _LOST_ZEROS in warnings:
        # The other record writes the number in full, so putting the zeros back was no guess.
        warnings.remove(_LOST_ZEROS)
    amends = None
    if pair.is_on_earlier:
        amends = Amendment(pair.line, _finding(pair), pair.earlier_was_clean)
    else:
        warnings.append(_finding(pair))
    return Judged(line, "warned" if warnings else "clean", tuple(warnings), record, pair.line, amends)


def _finding(repeated: Repetition) -> Finding:
    return repeated.code, _ABOUT[repeated.code]


def _nisn(raw: str, warnings: list[Finding]) -> str | None:
    nisn, problem = nisn_of(values.clean_number(raw), from_number=isinstance(raw, NumberCell))
    if problem:
        warnings.append((problem, "nisn"))
    return nisn


def _settled(person: tuple[Any, ...], warnings: list[Finding]) -> tuple[Any, ...]:
    fields = ("birth_place", "mother_name", "matched_on")
    unknown = [field for field, value in zip(fields, person, strict=True) if value is values.UNKNOWN]
    warnings += [("value_unknown", field) for field in unknown]
    blank = ("", "", None)
    return tuple(b if value is values.UNKNOWN else value for value, b in zip(person, blank, strict=True))


def _find_in_row(row: Row, record: RegisterRow, warnings: list[Finding]) -> None:
    if not record.register_number:
        warnings.append(("register_number_missing", "register_number"))
    if row.is_too_long:
        warnings.append(("too_many_cells", "row"))
    text = "\t".join(row.cells)
    if "=" in text or "@" in text:
        # Cells that a spreadsheet would run.
        warnings += [
            ("formula_like", where)
            for where, cell in zip(FIELDS, row.cells, strict=True)
            if values.clean_text(cell)[:1] in ("=", "@")
        ]
