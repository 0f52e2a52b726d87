"""Endpoints of schools, their places, and who holds one."""

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from agencies.web.filters import Filter, choice, identifier, name_prefix, region, whole_number, yes_or_no
from agencies.web.views import ResourceViewSet
from coordination.schools import inputs, services
from coordination.schools.levels import Authority, Level, Programme
from coordination.schools.models import Placement, PlaceOffer, School

NUMBER = {"type": "string", "pattern": "^[0-9]{8}$"}


def _npsn(text: str) -> dict[str, str]:
    if not (len(text) == 8 and text.isascii() and text.isdigit()):
        raise ValueError("eight digits")
    return {"npsn": text}


def _free(text: str) -> dict[str, int]:
    wanted = yes_or_no("free").read(text)["free"]
    return {"free__gte": 1} if wanted else {"free__lte": 0}


class SchoolViewSet(ResourceViewSet):
    """Schools and learning centres, by their number (NPSN)."""

    resource = "school"
    scope_name = "schooling"
    is_personal = False
    filters: ClassVar = {
        "npsn": Filter("npsn", _npsn, NUMBER, "Of this number."),
        "name": name_prefix("name", "name_key"),
        "level": choice("level", Level.values),
        "authority": choice("authority", Authority.values),
        "region": region(levels=False),
        "is_open": yes_or_no("is_open"),
    }
    inputs: ClassVar = {"create": inputs.NewSchoolInput, "partial_update": inputs.SchoolInput}

    def create(self, request: Request) -> HttpResponse:
        """Add a school that the caller's office runs."""
        return self.act(request, lambda: services.create_school(self.body(request), by=self.caller), status=201)

    def partial_update(self, request: Request, id: str) -> HttpResponse:
        """Change a school that the caller's office runs."""

        def work(school: School) -> None:
            services.change_school(school, self.body(request, partial=True), by=self.caller)

        return self.change(request, id, work)


class PlaceViewSet(ResourceViewSet):
    """Places in the grades of schools: how many there are, and how many are free."""

    resource = "place"
    scope_name = "schooling"
    is_personal = False
    filters: ClassVar = {
        "school": identifier("school"),
        "school_year": whole_number("school_year", 2000, 2200),
        "grade": whole_number("grade", 1, 13),
        "programme": choice("programme", Programme.values),
        "has_free": Filter("free", _free, {"type": "boolean"}, "Only where places are free, or where none is."),
    }
    inputs: ClassVar = {"create": inputs.PlaceInput, "partial_update": inputs.CapacityInput}

    def create(self, request: Request) -> HttpResponse:
        """Offer places in one grade of a school."""
        return self.act(request, lambda: services.offer_places(self.body(request), by=self.caller), status=201)

    def partial_update(self, request: Request, id: str) -> HttpResponse:
        """Offer more or fewer places; never fewer than are taken."""

        def work(place: PlaceOffer) -> None:
            services.change_capacity(place, by=self.caller, **self.body(request))

        return self.change(request, id, work)


class PlacementViewSet(ResourceViewSet):
    """Which children hold a place, reserved or enrolled, and which have given theirs up."""

    resource = "placement"
    scope_name = "schooling"
    filters: ClassVar = {
        "place": identifier("place"),
        "person": identifier("person"),
        "status": choice("status", Placement.Status.values),
    }
