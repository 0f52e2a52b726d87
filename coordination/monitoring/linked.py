"""Which figures of linked tables may be told together, so that no sum or difference of them gives a small one."""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Sum(NamedTuple):
    """A figure as a sum of counts that are never told themselves: bit n stands for count n, added or taken away."""

    plus: int
    minus: int = 0

    def __add__(self, other: "Sum") -> "Sum":  # type: ignore[override] # no tuple is ever joined to it
        """Their sum modulo 3, of all counts at once."""
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
    spans = (_Span(secrets := list(secrets)), _SpanOfBits(secrets))
    judged: dict[Sum, bool] = {}
    for zero in known:
        _taken(zero, spans)
    told = set()
    for key, figure in figures:
        if figure not in judged:
            judged[figure] = _taken(figure, spans)
        if judged[figure]:
            told.add(key)
    return told


def _taken(figure: Sum, spans: "Sequence[_Span]") -> bool:
    """Take a figure in, unless that would give a secret; whether it may be told."""
    rests = [span.rest(figure) for span in spans]
    if any(span.is_secret(rest) for span, rest in zip(spans, rests, strict=True)):
        return False
    for span, rest in zip(spans, rests, strict=True):
        span.take(rest)
    return True


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
    """What can be worked out from the figures taken so far, and what of each secret cannot.

    Modulo 3 on integers of as many bits as there are counts, which is some hundred times faster than fractions; and
    modulo 2 besides, for a combination with thirds goes unseen modulo 3, one with halves modulo 2.
    """

    def __init__(self, secrets: Iterable[Sum]) -> None:
        self.secrets = list(dict.fromkeys(self.reduced(secret) for secret in secrets))
        self.secret_counts = 0
        for secret in self.secrets:
            self.secret_counts |= secret.support
        # Each with a count of its own, which no later one has.
        self.rows: list[tuple[int, Sum]] = []

    def reduced(self, figure: Sum) -> Sum:
        """The figure in this arithmetic."""
        return figure

    def without(self, figure: Sum, pivot: int, row: Sum) -> Sum:
        """The figure less so much of the row that the pivot is no longer in it."""
        return figure + (-row if bool(figure.plus & pivot) == bool(row.plus & pivot) else row)

    def rest(self, figure: Sum) -> Sum:
        """What a figure tells beyond those taken; nothing when it can be worked out."""
        rest = self.reduced(figure)
        for pivot, row in self.rows:
            if (rest.plus | rest.minus) & pivot:
                rest = self.without(rest, pivot, row)
        return rest

    def is_secret(self, rest: Sum) -> bool:
        """Whether whoever is told this learns a secret by it."""
        if rest.support & ~self.secret_counts:
            return False
        return bool(rest.support) and (rest in self.secrets or -rest in self.secrets)

    def take(self, rest: Sum) -> None:
        """Take a figure in by its rest."""
        if not rest.support:
            return
        wanted = rest.support & ~self.secret_counts or rest.support
        pivot = wanted & -wanted
        self.rows.append((pivot, rest))
        if not pivot & self.secret_counts:
            return
        for place, secret in enumerate(self.secrets):
            if (secret.plus | secret.minus) & pivot:
                self.secrets[place] = self.without(secret, pivot, rest)
                self.secret_counts |= self.secrets[place].support


class _SpanOfBits(_Span):
    """The same modulo 2."""

    def reduced(self, figure: Sum) -> Sum:
        return Sum(figure.plus ^ figure.minus)

    def without(self, figure: Sum, pivot: int, row: Sum) -> Sum:
        return Sum(figure.plus ^ row.plus)
