"""Admin pages of trainees; what is recorded comes through the API, which knows the rules."""

from django.contrib import admin

from agencies.web.admin import ShieldedAdmin
from coordination.trainees.models import Attendance, Certificate, CompetencyTest, Outcome, Trainee


@admin.register(Trainee)
class TraineeAdmin(ShieldedAdmin):
    """Who takes part in courses."""

    columns = ("person", "batch", "came", "absent", "is_warned", "result", "finished_on")
    filters = ("result", "is_warned")


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
class OutcomeAdmin(ShieldedAdmin):
    """What became of graduates."""

    columns = ("due_on", "trainee", "months", "answer", "income_band", "answered_on")
    filters = ("answer",)
