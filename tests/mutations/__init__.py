"""Ways to break the product on purpose, by subject; `make mutate` tries each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutation:
    """One way to break the product: the text in a file that is replaced, and the tests (in tests/) that must notice."""

    name: str
    file: str
    old: str
    new: str
    tests: str
