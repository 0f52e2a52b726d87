"""Which school fits which age: a warning with its reason, never a decision.

Ages on 1 July at entry after Permendikdasmen 3/2025: SD from 6 years (5.5 with a psychologist's letter) and without an
upper bound, SMP at most 15, SMA and SMK at most 21; each later grade a year more. Learning centres teach packages A, B
and C to those over age.
"""

from dataclasses import dataclass
from datetime import date

from coordination.schooling.codes import Advice
from coordination.schools.levels import PACKAGES, Programme
from households.register.models import Person

ENTRY_DAY = (7, 1)
YOUNGEST_IN_FIRST_GRADE = 6
# First grade of a level -> the oldest who may enter it, and the package for those who are older.
OLDEST_AT_ENTRY = {7: (15, "Paket B"), 10: (21, "Paket C")}
# Children of primary age go to a regular school whatever they have missed.
OLDEST_OF_PRIMARY_AGE = 12


@dataclass(frozen=True, slots=True)
class Fit:
    """What the rules say, and the sentence that explains it."""

    advice: Advice
    detail: str = ""


def fit_of(person: Person, programme: str, grade: int, school_year: int) -> Fit:
    """How the planned grade fits the child's age on 1 July of the school year."""
    age = person.age(date(school_year, *ENTRY_DAY))
    if programme in PACKAGES:
        return _package(programme, grade, age)
    return _regular(grade, age)


def _regular(grade: int, age: int) -> Fit:
    youngest = YOUNGEST_IN_FIRST_GRADE + grade - 1
    if grade == 1 and age < youngest:
        return Fit(Advice.TOO_YOUNG, f"{age} years on 1 July; SD takes children from 6, from 5.5 with a letter.")
    oldest, package = _oldest(grade)
    if oldest is not None and age > oldest:
        return Fit(Advice.OVER_AGE, f"{age} years on 1 July; grade {grade} takes {oldest} at most: {package} fits.")
    return Fit(Advice.FITS)


def _oldest(grade: int) -> tuple[int | None, str]:
    """The oldest age in a grade; none in primary school."""
    entry = max((first for first in OLDEST_AT_ENTRY if first <= grade), default=None)
    if entry is None:
        return None, ""
    oldest, package = OLDEST_AT_ENTRY[entry]
    return oldest + grade - entry, package


def _package(programme: str, grade: int, age: int) -> Fit:
    oldest = OLDEST_OF_PRIMARY_AGE if programme == Programme.PAKET_A else _oldest(grade)[0]
    if oldest is not None and age <= oldest:
        return Fit(Advice.REGULAR_POSSIBLE, f"{age} years on 1 July; a regular school takes children up to {oldest}.")
    return Fit(Advice.FITS)
