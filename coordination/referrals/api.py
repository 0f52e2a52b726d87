"""Endpoints of referrals: their moves, notes, and requests for them."""

import json
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from agencies.web.calls import Answer, listing, record, text
from agencies.web.filters import choice, day_from, day_until, identifier, is_set, moment_until
from agencies.web.views import ResourceViewSet, json_response
from coordination.referrals import inputs, services
from coordination.referrals.caretaking import cancel_batch
from coordination.referrals.many import refer_many
from coordination.referrals.models import PullRequest, Referral
from coordination.referrals.passing import transfer_referral
from coordination.referrals.pulling import answer_request, decline_request, request_referral
from coordination.referrals.transitions import MOVES
from coordination.training.api import BatchViewSet
from households.register.lookup import count_lookups

# Moves whose name is a word of the language.
METHODS = {"return": "give_back"}
RESULTS = record(
    "results",
    results=listing(
        record(
            "index status",
            index={"type": "integer"},
            status=text(enum=["created", "refused"]),
            id=text(format="uuid"),
            problem=record(
                "code title",
                code=text(),
                title=text(),
                detail=text(),
                errors=listing(record("pointer code detail", pointer=text(), code=text(), detail=text())),
            ),
        )
    ),
)


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
        "due_before": moment_until("due_at"),
        "escalated": is_set("escalated_at"),
        "assignee": identifier("assignee"),
        "continues": identifier("continues"),
    }
    actions: ClassVar = {**{METHODS.get(move, move): "change" for move in MOVES}, "many": "create"}
    answers: ClassVar = {"many": Answer(schema=RESULTS)}
    inputs: ClassVar = {
        "create": inputs.NewReferralInput,
        "many": inputs.ManyInput,
        "partial_update": inputs.ReferralInput,
        "send": inputs.NothingInput,
        "accept": inputs.NothingInput,
        "start": inputs.NothingInput,
        "resume": inputs.NothingInput,
        "complete": inputs.OutcomeInput,
        "hold": inputs.ReasonInput,
        "decline": inputs.ReasonInput,
        "cancel": inputs.ReasonInput,
        "withdraw": inputs.ReasonInput,
        "give_back": inputs.ReasonInput,
        "transfer": inputs.TransferInput,
        "assign": inputs.AssignInput,
        "fail": inputs.ReasonInput,
    }

    def create(self, request: Request) -> HttpResponse:
        """Refer a person to another office."""
        return self.act(request, lambda: services.create_referral(by=self.caller, **self.body(request)), status=201)

    def many(self, request: Request) -> HttpResponse:
        """Refer up to 1,000 people: one result each, in their order; what cannot be is refused alone."""
        given = self.body(request)

        def answer() -> tuple[HttpResponse, None]:
            results = refer_many(given["items"], atomic=given["atomic"], dry_run=given["dry_run"], by=self.caller)
            return json_response(json.dumps({"results": results}, default=str)), None

        return self.once(request, answer)

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

    def withdraw(self, request: Request, id: str) -> HttpResponse:
        """Make a request that nobody has answered a draft again; the receiver no longer sees the person."""
        return self._move(request, id)

    def give_back(self, request: Request, id: str) -> HttpResponse:
        """Give the referral back to its sender; the receiver no longer sees the person."""
        return self._move(request, id, name="return")

    def assign(self, request: Request, id: str) -> HttpResponse:
        """Say which officer of my office does the work."""

        def work() -> UUID:
            officer = self.body(request)["officer"]
            referral = self.locked(self._key(id))
            services.assign_referral(referral, officer=officer, by=self.caller)
            return referral.pk  # type: ignore[no-any-return]

        return self.act(request, work, action="assign")

    def transfer(self, request: Request, id: str) -> HttpResponse:
        """Pass the referral on to another office; it ends here, and goes on there as a new request."""

        def work() -> UUID:
            given = self.body(request)
            referral = self.locked(self._key(id))
            transfer_referral(referral, to_agency=given["to_agency"], words=given["reason"], by=self.caller)
            return referral.pk  # type: ignore[no-any-return]

        return self.act(request, work, action="transfer")

    def _move(self, request: Request, id: str, *, name: str = "") -> HttpResponse:
        name = name or str(self.action)

        def work() -> UUID:
            words = next(iter(self.body(request).values()), "")
            referral = self.locked(self._key(id))
            services.move_referral(referral, name, by=self.caller, words=words)
            return referral.pk  # type: ignore[no-any-return]

        return self.act(request, work, action=name)


class ReferralMoveViewSet(ResourceViewSet):
    """Every step of a referral: who made it, when and why."""

    resource = "referral_move"
    scope_name = "referrals"
    filters: ClassVar = {"referral": identifier("referral")}


class NoteViewSet(ResourceViewSet):
    """What the two offices write to each other about a referral."""

    resource = "note"
    scope_name = "referrals"
    filters: ClassVar = {"referral": identifier("referral")}
    inputs: ClassVar = {"create": inputs.NoteInput}

    def create(self, request: Request) -> HttpResponse:
        """Write a line."""
        return self.act(request, lambda: services.add_note(by=self.caller, **self.body(request)), status=201)


class PullRequestViewSet(ResourceViewSet):
    """Requests of an office that somebody be referred to it: those that I made, or that wait for my answer."""

    resource = "pull_request"
    scope_name = "referrals"
    filters: ClassVar = {
        "status": choice("status", PullRequest.Status.values),
        "kind": choice("kind", Referral.Kind.values),
    }
    actions: ClassVar = {"answer": "change", "decline": "change"}
    inputs: ClassVar = {"create": inputs.PullInput, "answer": inputs.AnswerInput, "decline": inputs.ReasonInput}

    def create(self, request: Request) -> HttpResponse:
        """Ask for the person with a NIK or NISN; the answer is the same whether there is one or not."""
        count_lookups(self.caller, 1)

        def work() -> UUID:
            given = self.body(request)
            kind = "nik" if "nik" in given else "nisn"
            return request_referral(number=(kind, given.pop(kind)), by=self.caller, **given)

        return self.act(request, work, status=201)

    def answer(self, request: Request, id: str) -> HttpResponse:
        """Refer the person to the office that asked."""

        def work() -> UUID:
            asked = self.locked(self._key(id))
            answer_request(asked, by=self.caller, **self.body(request))
            return asked.pk  # type: ignore[no-any-return]

        return self.act(request, work, action="answer")

    def decline(self, request: Request, id: str) -> HttpResponse:
        """Say no, in words that the asker reads."""

        def work() -> UUID:
            asked = self.locked(self._key(id))
            decline_request(asked, by=self.caller, **self.body(request))
            return asked.pk  # type: ignore[no-any-return]

        return self.act(request, work, action="decline")


class EndedBatchViewSet(BatchViewSet):
    """Batches with the referrals that ask for them."""

    def cancel(self, request: Request, id: str) -> HttpResponse:
        """Call the batch off: everybody is declined, and the open referrals to it end with that reason."""
        return self.act(request, lambda: cancel_batch(self._key(id), by=self.caller), action="cancel")
