"""Days that are still to come, whenever the tests run."""

from datetime import timedelta

from django.utils.timezone import localdate

# The year in which courses begin; people register for them until the end of the year before.
COMING = localdate().year + 2


def in_days(number: int) -> str:
    return (localdate() + timedelta(days=number)).isoformat()
