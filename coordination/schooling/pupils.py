"""Endpoints of pupils and of school aid."""

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from agencies.access.caller import acting_as
from agencies.web.calls import Answer, listing, record, text
from agencies.web.filters import choice, identifier
from agencies.web.results import RESULTS, told
from agencies.web.views import ResourceViewSet
from coordination.schooling import aid, inputs
from coordination.schooling.api import answered
from coordination.schooling.models import Pupil

COUNTS = record(
    "data",
    data=listing(
        record(
            "school npsn name count",
            school=text(format="uuid"),
            npsn=text(),
            name=text(),
            count={"type": ["integer", "null"], "description": "Null where so few are meant that it would tell who."},
        )
    ),
)


class PupilViewSet(ResourceViewSet):
    """Children at schools; `aid=missing` lists those who hold no aid card (KIP) and were not proposed for aid (PIP)."""

    resource = "pupil"
    scope_name = "schooling"
    filters: ClassVar = {
        "school": identifier("school"),
        "person": identifier("person"),
        "aid": choice("aid", Pupil.Aid.values),
    }
    actions: ClassVar = {"propose_aid": "change", "count_unaided": "count"}
    inputs: ClassVar = {
        "create": inputs.NewPupilInput,
        "partial_update": inputs.PupilInput,
        "propose_aid": inputs.ProposeInput,
    }
    answers: ClassVar = {"propose_aid": Answer(schema=RESULTS), "count_unaided": Answer(schema=COUNTS)}

    def create(self, request: Request) -> HttpResponse:
        """Record that a child goes to a school."""
        return self.act(request, lambda: aid.record_pupil(self.body(request), by=self.caller), status=201)

    def partial_update(self, request: Request, id: str) -> HttpResponse:
        """Change the grade, the last day, or whether the pupil holds an aid card (KIP)."""

        def work(pupil: Pupil) -> None:
            aid.change_pupil(pupil, self.body(request, partial=True), by=self.caller)

        return self.change(request, id, work)

    def propose_aid(self, request: Request) -> HttpResponse:
        """Propose up to 1,000 pupils for school aid on one list: one result each, in their order."""
        given = self.body(request)

        def answer() -> tuple[HttpResponse, None]:
            results = aid.propose_aid(
                given["pupils"], proposed_on=given["proposed_on"], aid_list=given["aid_list"], by=self.caller
            )
            return answered(told(results)), None

        return self.once(request, answer)

    def count_unaided(self, request: Request) -> HttpResponse:
        """Per school, how many poor pupils hold no aid card and were not proposed; small counts are hidden."""
        self._check_parameters(request, ())
        with acting_as(self.caller):
            return answered({"data": aid.count_unaided(by=self.caller)})
