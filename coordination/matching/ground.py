"""What scores stand on in a city today: the weights in force, and what its places live on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from agencies.access.caller import Caller
from agencies.access.scopes import visible
from agencies.models import Region
from coordination.matching.models import Weighting
from coordination.matching.occupations import fields_of


@dataclass(frozen=True, slots=True)
class Ground:
    """`activities`: place -> what it lives on; `names`: place -> its name, of every district and village of the city.

    Weights without a day are the usual ones, which hold until the city sets its own.
    """

    weights: Weighting
    activities: Mapping[str, frozenset[str]]
    names: Mapping[str, str] = field(default_factory=dict)

    def livelihoods(self, place: str) -> tuple[str, frozenset[str]]:
        """The place that is known to live on something, the village or else its district, and on what."""
        told = place if self.activities.get(place) else place[:8]
        return told, self.activities.get(told, frozenset())

    def fitting(self, place: str, sectors: frozenset[int]) -> tuple[str, list[str]]:
        """The same, and of its activities only those that belong to any of the fields."""
        told, activities = self.livelihoods(place)
        return told, sorted(activity for activity in activities if sectors & fields_of(activity))


def ground_of(by: Caller, today: date) -> Ground:
    """What holds in the caller's city on a day."""
    return Ground(weights_in_force(by, today), activities_in_force(by, today), names_within(by.city))


def names_within(city: str) -> Mapping[str, str]:
    """The districts and villages of a city, by code."""
    return dict(Region.objects.filter(code__startswith=f"{city}.").values_list("code", "name"))


def weights_in_force(by: Caller, today: date) -> Weighting:
    """The newest row that has begun, or the usual weights."""
    found: Weighting | None = visible(by, "weighting").filter(since__lte=today).order_by("-since").first()
    return found or Weighting(city=by.city, reason="")


def activities_in_force(by: Caller, today: date) -> dict[str, frozenset[str]]:
    """Place -> activities whose newest row that has begun does not withdraw them."""
    rows = visible(by, "livelihood").filter(since__lte=today).order_by("since")
    newest = {(row.region_id, row.activity): row.is_withdrawn for row in rows}
    found: dict[str, set[str]] = {}
    for (place, activity), is_withdrawn in newest.items():
        if not is_withdrawn:
            found.setdefault(place, set()).add(activity)
    return {place: frozenset(activities) for place, activities in found.items()}
