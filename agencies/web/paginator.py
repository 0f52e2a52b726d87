"""Pages of a list of the admin."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property

from agencies.web.labels import choose

MOST_ROWS = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts at most MOST_ROWS rows: nobody turns more pages, and counting a city takes long under row security."""

    @cached_property
    def found(self) -> int:
        """How many rows there are, as far as they are counted: one more than are shown at most."""
        return int(self.object_list[: MOST_ROWS + 1].count())  # type: ignore[attr-defined]

    @property
    def count(self) -> int:
        """How many rows are shown: MOST_ROWS when there are more."""
        return min(self.found, MOST_ROWS)

    @property
    def told(self) -> str:
        """How many there are, in words that are true."""
        if self.found <= MOST_ROWS:
            return str(self.count)
        return choose(f"lebih dari {MOST_ROWS:,}".replace(",", "."), f"more than {MOST_ROWS:,}")
