"""Endpoints of referrals and their notes."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from agencies.web.filters import choice, day_from, day_until, identifier
from agencies.web.views import ResourceViewSet
from coordination.referrals import inputs, services
from coordination.referrals.models import Referral
from coordination.referrals.transitions import MOVES


class ReferralViewSet(ResourceViewSet):
    """Requests of one office to another about one person: those that I sent or received."""

    resource = "referral"
    scope_name = "referrals"
    filters: ClassVar = {
        "status": choice("status", Referral.Status.values),
        "kind": choice("kind", Referral.Kind.values),
        "person": identifier("person"),
        "household": identifier("household"),
        "from_agency": identifier("from_agency"),
        "to_agency": identifier("to_agency"),
        "batch": identifier("batch"),
        "due_from": day_from("due_on"),
        "due_until": day_until("due_on"),
    }
    actions: ClassVar = dict.fromkeys(MOVES, "change")
    inputs: ClassVar = {
        "create": inputs.NewReferralInput,
        "partial_update": inputs.ReferralInput,
        "send": inputs.NothingInput,
        "accept": inputs.NothingInput,
        "start": inputs.NothingInput,
        "resume": inputs.NothingInput,
        "complete": inputs.OutcomeInput,
        "hold": inputs.ReasonInput,
        "decline": inputs.ReasonInput,
        "cancel": inputs.ReasonInput,
        "fail": inputs.ReasonInput,
    }

    def create(self, request: Request) -> HttpResponse:
        """Refer a person to another office."""
        return self.act(request, lambda: services.create_referral(by=self.caller, **self.body(request)), status=201)

    def partial_update(self, request: Request, id: str) -> HttpResponse:
        """Change the reason or the due date."""

        def work(referral: Referral) -> None:
            services.change_referral(referral, self.body(request, partial=True), by=self.caller)

        return self.change(request, id, work)

    def send(self, request: Request, id: str) -> HttpResponse:
        """Send a draft; the receiver sees the person from now on."""
        return self._move(request, id)

    def accept(self, request: Request, id: str) -> HttpResponse:
        """Take the request on."""
        return self._move(request, id)

    def start(self, request: Request, id: str) -> HttpResponse:
        """Begin the work."""
        return self._move(request, id)

    def hold(self, request: Request, id: str) -> HttpResponse:
        """Let the work rest; the reason becomes a note."""
        return self._move(request, id)

    def resume(self, request: Request, id: str) -> HttpResponse:
        """Go on with the work."""
        return self._move(request, id)

    def complete(self, request: Request, id: str) -> HttpResponse:
        """End with an outcome; the receiver no longer sees the person."""
        return self._move(request, id)

    def decline(self, request: Request, id: str) -> HttpResponse:
        """Refuse the request; the receiver no longer sees the person."""
        return self._move(request, id)

    def cancel(self, request: Request, id: str) -> HttpResponse:
        """Take the request back; the receiver no longer sees the person."""
        return self._move(request, id)

    def fail(self, request: Request, id: str) -> HttpResponse:
        """End without success; the receiver no longer sees the person."""
        return self._move(request, id)

    def _move(self, request: Request, id: str) -> HttpResponse:
        name = str(self.action)

        def work() -> UUID:
            words = next(iter(self.body(request).values()), "")
            referral = self.locked(self._key(id))
            services.move_referral(referral, name, by=self.caller, words=words)
            return referral.pk  # type: ignore[no-any-return]

        return self.act(request, work, action=name)


class NoteViewSet(ResourceViewSet):
    """What the two offices write to each other about a referral."""

    resource = "note"
    scope_name = "referrals"
    filters: ClassVar = {"referral": identifier("referral")}
    inputs: ClassVar = {"create": inputs.NoteInput}

    def create(self, request: Request) -> HttpResponse:
        """Write a line."""
        return self.act(request, lambda: services.add_note(by=self.caller, **self.body(request)), status=201)
