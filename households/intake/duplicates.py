"""Which rows of one file repeat an earlier one, remembered in a few numbers per row."""

from array import array
from datetime import date
from typing import Final, NamedTuple

from households.register.identity_numbers import digits_differ

_NAMESAKES: Final = 50
_FITS: Final = 19


class Repetition(NamedTuple):
    """What a row repeats: a finding's code, and the earlier row's line.

    A pair is warned of once, on the weaker record: the one without NIK, else the one with the higher register
    number (numbers are given out in order), else the later line. `is_on_earlier` when that is the earlier
    line, `earlier_was_clean` when nothing was found on it before. `has_same_nisn` when both name one NISN.
    """

    code: str
    line: int
    is_on_earlier: bool = False
    earlier_was_clean: bool = False
    has_same_nisn: bool = False


class EarlierRows:
    """The accepted rows so far.

    Names and whole records are kept as 64-bit hashes under the process's random key, so that a million rows
    fit; that two different ones of a million share a hash has a chance of about one in 30 million.
    """

    def __init__(self) -> None:
        self._by_number: dict[int, int] = {}
        self._by_record: dict[int, int] = {}
        self._by_nik: dict[int, int] = {}
        self._by_birth: dict[int, int | list[int]] = {}
        self._records = array("q")
        self._lines = array("I")
        self._numbers = array("Q")
        self._niks = array("Q")
        self._cards = array("Q")
        self._nisns = array("Q")
        self._warned = bytearray()

    def same_number(self, register_number: str, record: tuple[object, ...]) -> Repetition | None:
        """`copy` of an equal earlier record, or `register_number_repeated` by another one. Call before
        `add`.
        """
        position, key = len(self._lines), hash(record)
        first = self._by_number.setdefault(hash(register_number) if register_number else key, position)
        self._records.append(key)
        if first == position:
            return None
        equal = first if self._records[first] == key else self._by_record.setdefault(key, position)
        if equal == position:
            return Repetition("register_number_repeated", self._lines[first])
        self._records.pop()
        return Repetition("copy", self._lines[equal])

    def add(self, line: int, register_number: str, nisn: str | None, *, is_warned: bool) -> None:
        """Remember an accepted row that is no copy."""
        is_number = register_number.isascii() and register_number.isdigit() and len(register_number) <= _FITS
        self._lines.append(line)
        self._numbers.append(int(register_number) if is_number else 0)
        self._warned.append(is_warned)
        self._nisns.append(int(nisn or 0))
        self._niks.append(0)
        self._cards.append(0)

    def same_person(self, nik: str | None, card: str, birth: tuple[str, date, str]) -> Repetition | None:
        """Whether the row just added stands in an earlier one too; `birth` is name, birth date and mother."""
        position, number, card_number = len(self._lines) - 1, int(nik or 0), int(card)
        self._niks[position], self._cards[position] = number, card_number
        near = self._near_birth(hash(birth), position, number)
        first = self._by_nik.setdefault(number, position) if number else position
        if first != position:
            is_same_card = self._cards[first] == card_number
            return self._pair("nik_repeated" if is_same_card else "person_in_two_households", first, position)
        return None if near is None else self._pair("possible_duplicate", near, position)

    def _pair(self, code: str, earlier: int, later: int) -> Repetition:
        has_nik = [bool(self._niks[position]) for position in (earlier, later)]
        is_newer = self._numbers[earlier] > self._numbers[later] > 0
        is_on_earlier = is_newer if has_nik[0] == has_nik[1] else has_nik[1]
        was_clean = not self._warned[earlier]
        self._warned[earlier if is_on_earlier else later] = True
        has_same_nisn = self._nisns[earlier] == self._nisns[later] > 0
        return Repetition(code, self._lines[earlier], is_on_earlier, was_clean, has_same_nisn)

    def _near_birth(self, key: int, position: int, number: int) -> int | None:
        earlier = self._by_birth.setdefault(key, position)
        if earlier == position:
            return None
        positions = earlier if isinstance(earlier, list) else [earlier]
        found = next((other for other in positions if _is_near(self._niks[other], number)), None)
        if len(positions) < _NAMESAKES:
            self._by_birth[key] = [*positions, position]
        return found


def _is_near(one: int, other: int) -> bool:
    """One NIK missing, or the two apart in one digit."""
    return not (one and other) or digits_differ(f"{one:016}", f"{other:016}") == 1
