"""Which figures of linked tables may be told together, so that no sum or difference of them gives a small one."""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Sum(NamedTuple):
    """A figure as a sum of counts that are never told themselves: bit n stands for count n, added or taken away.

    Such sums are worked with modulo 3, on whole integers at once, which is some hundred times faster than fractions.
    Only a combination whose weights are thirds goes unseen; tables of parts and wholes have whole or half weights.
    """

    plus: int
    minus: int = 0

    def __add__(self, other: "Sum") -> "Sum":  # type: ignore[override] # no tuple is ever joined to it
        carry = (self.plus | other.minus) ^ (self.minus | other.plus)
        return Sum((self.minus | other.minus) ^ carry, (self.plus | other.plus) ^ carry)

    def __neg__(self) -> "Sum":
        return Sum(self.minus, self.plus)

    @property
    def support(self) -> int:
        """The counts that are in it."""
        return self.plus | self.minus


def tellable(figures: Iterable[tuple[Key, Sum]], secrets: Iterable[Sum], known: Iterable[Sum] = ()) -> set[Key]:
    """The figures that may be told: taken in their order, as long as no linear combination of them is a secret.

    `known` are sums that are zero for whoever reads them, such as that two tables count the same people. Complementary
    suppression by linear algebra: a secret can be worked out exactly when it lies in the span of what is told
    (L. Willenborg and T. de Waal, Elements of Statistical Disclosure Control, Springer 2001).
    """
    span = _Span(secrets)
    for zero in known:
        span.take(zero)
    judged: dict[Sum, bool] = {}
    told = set()
    for key, figure in figures:
        if figure not in judged:
            judged[figure] = span.take(figure)
        if judged[figure]:
            told.add(key)
    return told


def together(parts: Sequence[tuple[Sum, int]], *, limit: int) -> list[Sum]:
    """What else is a secret of one whole, of whose parts (sums with their values) some are small.

    All small parts together, and these with one more part: two hidden figures that add up to little give each other
    away, so that hidden parts hold at least twice the limit. The whole itself is no secret by this.
    """
    some = [(part, value) for part, value in parts if value]
    small = [part for part, value in some if value < limit]
    held = sum(value for _, value in some if value < limit)
    if not small or held >= 2 * limit:
        return []
    unions = [small, *([*small, part] for part, value in some if value >= limit and held + value < 2 * limit)]
    return [sum(union, Sum(0)) for union in unions if len(union) < len(some)]


class _Span:
    """What can be worked out from the figures taken so far, and what of each secret cannot."""

    def __init__(self, secrets: Iterable[Sum]) -> None:
        self.secrets = list(dict.fromkeys(secrets))
        self.secret_counts = 0
        for secret in self.secrets:
            self.secret_counts |= secret.support
        # Each with a count of its own, which no later one has.
        self.rows: list[tuple[int, Sum]] = []

    def take(self, figure: Sum) -> bool:
        """Take a figure in, unless that would give a secret; whether it may be told."""
        for pivot, row in self.rows:
            figure = _without(figure, pivot, row)
        if not figure.support:
            return True  # told before, by others
        free = figure.support & ~self.secret_counts
        pivot = (free or figure.support) & -(free or figure.support)
        if free:
            self.rows.append((pivot, figure))
            return True
        holding = [place for place, secret in enumerate(self.secrets) if secret.support & pivot]
        if any(self.secrets[place] in (figure, -figure) for place in holding):
            return False
        self.rows.append((pivot, figure))
        for place in holding:
            self.secrets[place] = _without(self.secrets[place], pivot, figure)
            self.secret_counts |= self.secrets[place].support
        return True


def _without(figure: Sum, pivot: int, row: Sum) -> Sum:
    """The figure less so much of the row that the pivot is no longer in it."""
    if not figure.support & pivot:
        return figure
    return figure + (-row if bool(figure.plus & pivot) == bool(row.plus & pivot) else row)
