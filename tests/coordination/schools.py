"""Arranging schools and places, as the owner of the tables."""

from coordination.schools.levels import authority_of
from coordination.schools.models import PlaceOffer, School
from tests.conftest import owner


def make_school(npsn="30203387", *, level="SMP", region="62.71.03", **more):
    with owner():
        return School.objects.create(
            npsn=npsn,
            name=f"{level} {npsn}",
            level=level,
            ownership="public",
            authority=authority_of(level),
            region_id=region,
            **more,
        )


def make_place(school=None, *, capacity=1, grade=7, **more):
    school = school or make_school()
    with owner():
        return PlaceOffer.objects.create(school=school, school_year=2026, grade=grade, capacity=capacity, **more)


def counted(place):
    """Capacity, places counted as taken, and placements that hold one."""
    with owner():
        found = PlaceOffer.objects.get(pk=place.pk)
        held = found.placements.filter(status__in=["reserved", "enrolled"]).count()
        return found.capacity, found.taken, held
