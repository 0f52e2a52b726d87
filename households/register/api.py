"""Endpoints of the register: families, people, welfare records, register entries and shares."""

import json
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from agencies.access.caller import acting_as
from agencies.web.calls import Answer, listing, record, text
from agencies.web.filters import choice, day_from, day_until, identifier, name_prefix, region
from agencies.web.problems import Problem
from agencies.web.views import ResourceViewSet, json_response
from households.register import inputs, services
from households.register.choices import LifeStatus, SchoolParticipation, Sex, Source, WelfareStatus
from households.register.lookup import count_lookups, look_up, reveal_number
from households.register.models import Listing

LOOKED_UP = record(
    "results",
    results=listing(
        record(
            "index status",
            index={"type": "integer"},
            status=text(enum=["found", "not_found", "ambiguous"]),
            household=text(format="uuid"),
            persons=listing(text(format="uuid")),
        )
    ),
)
REVEALED = record("id number value", id=text(format="uuid"), number=text(enum=["nik", "nisn"]), value=text())


class HouseholdViewSet(ResourceViewSet):
    """Families, each with the people whom the caller may see."""

    resource = "household"
    scope_name = "households"
    filters: ClassVar = {"region": region()}
    inputs: ClassVar = {"create": inputs.NewHouseholdInput, "partial_update": inputs.HouseholdInput}

    def create(self, request: Request) -> HttpResponse:
        """Register a family."""
        return self.act(request, lambda: services.create_household(self.body(request), by=self.caller), status=201)

    def partial_update(self, request: Request, id: str) -> HttpResponse:
        """Change a family's place."""

        def work(household: object) -> None:
            services.change_household(household, self.body(request, partial=True), by=self.caller)  # type: ignore[arg-type]

        return self.change(request, id, work)


class PersonViewSet(ResourceViewSet):
    """People on the register."""

    resource = "person"
    scope_name = "persons"
    filters: ClassVar = {
        "household": identifier("household"),
        "name": name_prefix("name", "name_key"),
        "sex": choice("sex", Sex.values),
        "born_from": day_from("birth_date"),
        "born_until": day_until("birth_date"),
        "school_participation": choice("school_participation", SchoolParticipation.values),
        "status": choice("status", LifeStatus.values),
    }
    actions: ClassVar = {"move": "move", "lookup": "lookup", "reveal": "reveal"}
    inputs: ClassVar = {
        "create": inputs.NewPersonInput,
        "partial_update": inputs.PersonInput,
        "move": inputs.MoveInput,
        "lookup": inputs.LookupInput,
        "reveal": inputs.RevealInput,
    }
    answers: ClassVar = {"lookup": Answer(schema=LOOKED_UP), "reveal": Answer(schema=REVEALED)}

    def create(self, request: Request) -> HttpResponse:
        """Register a person in a family."""
        return self.act(request, lambda: services.create_person(self.body(request), by=self.caller), status=201)

    def partial_update(self, request: Request, id: str) -> HttpResponse:
        """Change what the caller may write of a person."""

        def work(person: object) -> None:
            services.change_person(person, self.body(request, partial=True), by=self.caller)  # type: ignore[arg-type]

        return self.change(request, id, work)

    def move(self, request: Request, id: str) -> HttpResponse:
        """The person joins another family."""

        def work() -> UUID:
            person = self.locked(self._key(id))
            services.move_person(person, by=self.caller, **self.body(request))
            return person.pk  # type: ignore[no-any-return]

        return self.act(request, work)

    def lookup(self, request: Request) -> HttpResponse:
        """Find people by NIK, family-card number or NISN; a hidden one is `not_found`."""
        items = self.body(request)["items"]
        count_lookups(self.caller, len(items))
        with acting_as(self.caller):
            results = look_up(self.caller, items)
        return json_response(json.dumps({"results": results}, default=str))

    def reveal(self, request: Request, id: str) -> HttpResponse:
        """The full number of one person, for a stated reason; a call of its own in the access log."""
        wanted = self.body(request)
        count_lookups(self.caller, 1)
        with acting_as(self.caller):
            number = reveal_number(self.caller, self._key(id), wanted["number"], wanted["reason"])
        if number is None:
            raise Problem("not_found")
        return json_response(json.dumps({"id": id, "number": wanted["number"], "value": number}))


class FamilyCardViewSet(ResourceViewSet):
    """Family cards, by their last four digits."""

    resource = "family_card"
    scope_name = "households"
    filters: ClassVar = {"household": identifier("household")}


class MembershipViewSet(ResourceViewSet):
    """Who belonged to which family, from when until when."""

    resource = "membership"
    scope_name = "persons"
    filters: ClassVar = {"household": identifier("household"), "person": identifier("person")}


class AssessmentViewSet(ResourceViewSet):
    """Welfare records, dated and never overwritten."""

    resource = "assessment"
    scope_name = "persons"
    filters: ClassVar = {
        "person": identifier("person"),
        "source": choice("source", Source.values),
        "status": choice("status", WelfareStatus.values),
        "period_from": day_from("period"),
        "period_until": day_until("period"),
    }
    inputs: ClassVar = {"create": inputs.AssessmentInput}

    def create(self, request: Request) -> HttpResponse:
        """Record what a visit found."""
        return self.act(request, lambda: services.record_assessment(self.body(request), by=self.caller), status=201)


class ListingViewSet(ResourceViewSet):
    """Entries to and exits from a register."""

    resource = "listing"
    scope_name = "persons"
    filters: ClassVar = {
        "person": identifier("person"),
        "household": identifier("household"),
        "source": choice("source", Source.values),
        "exit_reason": choice("exit_reason", Listing.ExitReason.values),
        "entered_from": day_from("entered_on"),
        "exited_from": day_from("exited_on"),
    }
    actions: ClassVar = {"exit": "exit"}
    inputs: ClassVar = {"exit": inputs.ExitInput}

    def exit(self, request: Request, id: str) -> HttpResponse:
        """Take a person off the register."""

        def work() -> UUID:
            listing = self.locked(self._key(id))
            services.exit_listing(listing, by=self.caller, **self.body(request))
            return listing.pk  # type: ignore[no-any-return]

        return self.act(request, work)


class ShareViewSet(ResourceViewSet):
    """Which families are open to which agency, for which purpose, until when."""

    resource = "share"
    scope_name = "shares"
    filters: ClassVar = {"household": identifier("household"), "agency": identifier("agency")}
    actions: ClassVar = {"close": "close"}
    inputs: ClassVar = {"create": inputs.ShareInput, "close": inputs.CloseInput}

    def create(self, request: Request) -> HttpResponse:
        """Open a family to the holder of an agreement."""
        return self.act(request, lambda: services.open_agreed_share(by=self.caller, **self.body(request)), status=201)

    def close(self, request: Request, id: str) -> HttpResponse:
        """End a share; the agency's next request no longer sees the family."""

        def work() -> UUID:
            share = self.locked(self._key(id))
            services.close_share(share, by=self.caller, **self.body(request))
            return share.pk  # type: ignore[no-any-return]

        return self.act(request, work)
