"""What the small city holds of figures of outcomes, and of editions in which they were frozen."""

from datetime import UTC, datetime

from coordination.cohorts.models import Cohort, CohortEdition
from tests.world import World


def settle_cohorts(world: World) -> None:
    """Of an office and of all together; the texts of an edition are canaries from the first: nobody changes it."""
    for place, name in enumerate(("amal", "basim", "carla", "dina", "gita", "")):
        agency = world.agencies.get(name)
        Cohort.objects.create(
            city=agency.region_id if agency else "62.71",
            funnel="schooling",
            year=2018,
            agency=agency,
            side="sent" if agency else "",
            dimension="whole",
            region_id=agency.region_id if agency else "62.71",
            steps={"sent": 7_654_321 + place},
            outcomes={},
            durations={},
            as_of=datetime(2019, 1, 1 + place, tzinfo=UTC),
        )
    for place, name in enumerate(("amal", "dina")):
        CohortEdition.objects.create(
            city=world.agencies[name].region_id,
            year=2017,
            number=1,
            basis=f"canary-{70_000 + place}",
            agency=world.agencies[name],
            frozen_by=f"canary-{70_100 + place}",
            as_of=datetime(2018, 1, 1 + place, tzinfo=UTC),
        )
