"""Admin pages of trainees: how a course went for them, and asking them afterwards what became of it."""

from collections.abc import Collection
from uuid import UUID

from django.contrib import admin

from agencies.access.caller import Caller
from agencies.access.scopes import visible
from agencies.web.admin import ShieldedAdmin
from agencies.web.deeds import Deed, Part
from agencies.web.desk import DeskAdmin
from agencies.web.problems import Problem
from coordination.trainees.api import OutcomeViewSet
from coordination.trainees.models import Attendance, Certificate, CompetencyTest, Outcome, Trainee
from coordination.trainees.outcomes import OPEN, answer_outcome
from coordination.trainees.testing import locked_trainee


@admin.register(Trainee)
class TraineeAdmin(DeskAdmin):
    """Who takes part in courses."""

    columns = ("person", "batch", "came", "absent", "is_warned", "result", "finished_on")
    filters = ("result", "is_warned")
    parts = (
        Part("outcome", "trainee", ("months", "due_on", "answer", "income_band", "answered_on", "words"), opens=True),
        Part("competency_test", "trainee", ("tested_on", "attempt", "is_competent", "tester")),
        Part("certificate", "trainee", ("number", "kind", "issued_on", "valid_until", "revoked_on"), opens=True),
    )


@admin.register(Attendance)
class AttendanceAdmin(ShieldedAdmin):
    """Who came when."""

    columns = ("session", "application", "status", "way", "recorded_at")
    filters = ("status",)


@admin.register(CompetencyTest)
class CompetencyTestAdmin(ShieldedAdmin):
    """Attempts at the test."""

    columns = ("tested_on", "trainee", "attempt", "is_competent", "tester")


@admin.register(Certificate)
class CertificateAdmin(ShieldedAdmin):
    """Papers that were given."""

    columns = ("number", "trainee", "kind", "issued_on", "valid_until", "revoked_on")
    filters = ("kind",)


@admin.register(Outcome)
class OutcomeAdmin(DeskAdmin):
    """What became of graduates."""

    columns = ("due_on", "trainee", "months", "answer", "income_band", "answered_on")
    filters = ("answer",)
    catalogue = (
        Deed(
            "answer",
            OutcomeViewSet.inputs["answer"],
            lambda outcome, given, by: answer_outcome(outcome.pk, by=by, **given),
            "outcome",
        ),
    )

    def allowed(self, record: Outcome, by: Caller) -> Collection[str]:
        """Whoever was not reached may be asked again."""
        return {"answer"} if record.answer in OPEN else ()

    def locked(self, key: UUID, by: Caller) -> Outcome:
        """With its trainee, who is locked first."""
        link = visible(by, "outcome").filter(pk=key).values_list("trainee", flat=True).first()
        if link is None:
            raise Problem("not_found")
        locked_trainee(link, by)
        return visible(by, "outcome").get(pk=key)  # type: ignore[no-any-return]
