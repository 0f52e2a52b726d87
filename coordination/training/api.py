"""Endpoints of training: programmes, batches and applications."""

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from agencies.web.filters import choice, day_from, identifier, region
from agencies.web.views import ResourceViewSet
from coordination.training import inputs, seats, services
from coordination.training.models import Application, Batch, Programme
from coordination.training.transitions import APPLICATION_MOVES, BATCH_MOVES


class ProgrammeViewSet(ResourceViewSet):
    """Courses that offices offer."""

    resource = "programme"
    scope_name = "training"
    is_personal = False
    filters: ClassVar = {"provider": identifier("provider")}
    inputs: ClassVar = {"create": inputs.ProgrammeInput, "partial_update": inputs.ProgrammeInput}

    def create(self, request: Request) -> HttpResponse:
        """Offer a course."""
        return self.act(request, lambda: services.create_programme(self.body(request), by=self.caller), status=201)

    def partial_update(self, request: Request, id: str) -> HttpResponse:
        """Change a course."""

        def work(programme: Programme) -> None:
            services.change_programme(programme, self.body(request, partial=True), by=self.caller)

        return self.change(request, id, work)


class BatchViewSet(ResourceViewSet):
    """Runs of the courses, with their seats."""

    resource = "batch"
    scope_name = "training"
    is_personal = False
    filters: ClassVar = {
        "programme": identifier("programme"),
        "provider": identifier("provider"),
        "status": choice("status", Batch.Status.values),
        "region": region(levels=False),
        "starts_from": day_from("starts_on"),
    }
    actions: ClassVar = dict.fromkeys(BATCH_MOVES, "change")
    inputs: ClassVar = {
        "create": inputs.NewBatchInput,
        "partial_update": inputs.BatchInput,
        "open": inputs.NothingInput,
        "close": inputs.NothingInput,
        "cancel": inputs.NothingInput,
    }

    def create(self, request: Request) -> HttpResponse:
        """Plan a run of a course; it takes applications once it is open."""
        return self.act(request, lambda: services.create_batch(self.body(request), by=self.caller), status=201)

    def partial_update(self, request: Request, id: str) -> HttpResponse:
        """Change a run; more seats go to the reserve list first."""

        def work(batch: Batch) -> None:
            services.change_batch(batch, self.body(request, partial=True), by=self.caller)

        return self.change(request, id, work)

    def open(self, request: Request, id: str) -> HttpResponse:
        """Take applications."""
        return self._move(request, id)

    def close(self, request: Request, id: str) -> HttpResponse:
        """Take no more applications; seats are still given out."""
        return self._move(request, id)

    def cancel(self, request: Request, id: str) -> HttpResponse:
        """Call the run off; every application is declined."""
        return self._move(request, id)

    def _move(self, request: Request, id: str) -> HttpResponse:
        self.body(request)
        name = str(self.action)
        return self.act(request, lambda: services.move_batch(self._key(id), name, by=self.caller), action=name)


class ApplicationViewSet(ResourceViewSet):
    """Who wants a seat, holds one, or waits for one."""

    resource = "application"
    scope_name = "training"
    filters: ClassVar = {
        "batch": identifier("batch"),
        "person": identifier("person"),
        "household": identifier("household"),
        "status": choice("status", Application.Status.values),
        "source": choice("source", Application.Source.values),
    }
    actions: ClassVar = dict.fromkeys(APPLICATION_MOVES, "change")
    inputs: ClassVar = {
        "create": inputs.ApplicationInput,
        "accept": inputs.NothingInput,
        "decline": inputs.NothingInput,
        "withdraw": inputs.NothingInput,
    }

    def create(self, request: Request) -> HttpResponse:
        """Take an application for a person whom the caller sees."""
        return self.act(request, lambda: seats.apply(by=self.caller, **self.body(request)), status=201)

    def accept(self, request: Request, id: str) -> HttpResponse:
        """Give a seat, or a place on the reserve list when all are taken."""
        return self._move(request, id)

    def decline(self, request: Request, id: str) -> HttpResponse:
        """Refuse; a seat goes to the first on the reserve list."""
        return self._move(request, id)

    def withdraw(self, request: Request, id: str) -> HttpResponse:
        """The person does not come; a seat goes to the first on the reserve list."""
        return self._move(request, id)

    def _move(self, request: Request, id: str) -> HttpResponse:
        self.body(request)
        name = str(self.action)
        return self.act(request, lambda: services.move_application(self._key(id), name, by=self.caller), action=name)
