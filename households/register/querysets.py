"""Named sets of register rows."""

from typing import Any

from django.db import models
from django.db.models.functions import Now, TruncDate


class ShareQuerySet(models.QuerySet[Any]):
    """Shares."""

    def open(self) -> "ShareQuerySet":
        """Neither closed nor past their last day, by the clock of the database."""
        return self.filter(closed_at=None, until__gte=TruncDate(Now()))
