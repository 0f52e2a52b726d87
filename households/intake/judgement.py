"""What judging a register row yields: the cleaned record, the judgement, and the tally of a file."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

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
    birth_place: str
    mother_name: str
    matched_on: date | None
    status: str
    decile: int | None
    address: str
    rt: str
    rw: str
    decree: str
    death_note: str
    sex: str | None
    food_aid_period: str
    cash_transfer_period: str
    premium_subsidy_period: str
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


class Amendment(NamedTuple):
    """A finding on an earlier line, which a later one brought to light."""

    line: int
    finding: Finding
    was_clean: bool


class Judged(NamedTuple):
    """What became of one line. `fate` is clean, warned, rejected or skipped; only the first two have a
    record.

    `duplicate_of_line` is the earlier line of a copy or of a pair. A pair is warned of once, on the weaker of
    its records: in `findings` when that is this line, in `amends` when it is the earlier one.
    """

    line: int
    fate: str
    findings: tuple[Finding, ...]
    record: RegisterRow | None
    duplicate_of_line: int | None = None
    amends: Amendment | None = None


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
        if judged.fate == "clean":
            self.clean += 1
        else:
            setattr(self, judged.fate, getattr(self, judged.fate) + 1)
        if judged.findings:
            self.codes.update({code for code, _ in judged.findings})
        if judged.amends:
            self.codes[judged.amends.finding[0]] += 1
            self.clean -= judged.amends.was_clean
            self.warned += judged.amends.was_clean
