"""Official region codes of the whole country, and the spellings offices use for the names."""

import csv
import gzip
import io
import re
from collections.abc import Iterable
from pathlib import Path

from agencies.regions import spelling_key


class Regions:
    """Look-ups by code, with or without dots, and by name inside a parent region."""

    def __init__(self, regions: Iterable[tuple[str, str]], aliases: Iterable[tuple[str, str]] = ()) -> None:
        """`regions` are (code with dots, name); `aliases` are (code, spelling), a code's first one the
        usual one.
        """
        self._names = dict(regions)
        self._code_of = {code.replace(".", ""): code for code in self._names}
        self.provinces = frozenset(code for code in self._names if len(code) == 2)
        self.districts = frozenset(plain for plain in self._code_of if len(plain) == 6)
        self._aliases: dict[str, list[str]] = {}
        self._usual: dict[str, str] = {}
        for code, spelling in aliases:
            self._aliases.setdefault(code, []).append(spelling)
            usual = self._aliases[code][0].upper()
            self._usual.setdefault(spelling_key(spelling), usual)
        self._children: dict[str, list[str]] | None = None

    @classmethod
    def from_csv(cls, regions: Path, aliases: Path | None = None) -> "Regions":
        """Read the gzipped table `code,name,...` and, if given, the table `code,spelling`."""
        return cls(_pairs(gzip.decompress(regions.read_bytes())), _pairs(aliases.read_bytes()) if aliases else ())

    def code_of(self, code: str) -> str | None:
        """The code with its dots, or None for one that does not exist."""
        return code if code in self._names else self._code_of.get(re.sub(r"[.\s]", "", code))

    def name_of(self, code: str) -> str:
        """The official name of a code with dots. Raises KeyError."""
        return self._names[code]

    def child_named(self, parent: str, name: str) -> str | None:
        """The code of the one child of `parent` that is spelled so, or None when there is none or are
        several.
        """
        if not (wanted := spelling_key(name)):
            return None
        found = {child for child in self._children_of(parent) if wanted in self._keys(child)}
        return found.pop() if len(found) == 1 else None

    def usual_spelling(self, place: str) -> str:
        """The usual spelling of a place with aliases; any other text comes back as it is."""
        return self._usual.get(spelling_key(place), place)

    def _keys(self, code: str) -> set[str]:
        return {spelling_key(name) for name in (self._names[code], *self._aliases.get(code, ()))}

    def _children_of(self, parent: str) -> list[str]:
        if self._children is None:
            self._children = {}
            for code in self._names:
                self._children.setdefault(code.rpartition(".")[0], []).append(code)
        return self._children.get(parent, [])


def _pairs(table: bytes) -> Iterable[tuple[str, str]]:
    rows = csv.reader(io.StringIO(table.decode("utf-8"), newline=""))
    next(rows, None)
    return ((row[0], row[1]) for row in rows)
