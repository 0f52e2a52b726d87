"""Admin pages of schooling; moves are made through the API, which knows the life cycle."""

from django.contrib import admin

from agencies.web.admin import ShieldedAdmin
from coordination.schooling.models import CaseMove, FollowUp, Pupil, SchoolingCase, Verification, Visit


@admin.register(SchoolingCase)
class SchoolingCaseAdmin(ShieldedAdmin):
    """The work on referred children."""

    columns = ("person", "status", "region", "category", "assignee", "opened_at")
    filters = ("status", "category")


@admin.register(CaseMove)
class CaseMoveAdmin(ShieldedAdmin):
    """Every step of a case."""

    columns = ("at", "case", "name", "from_status", "to_status", "author", "words")


@admin.register(Visit)
class VisitAdmin(ShieldedAdmin):
    """Visits to children's homes."""

    columns = ("visited_on", "case", "visitor", "met", "found")


@admin.register(Verification)
class VerificationAdmin(ShieldedAdmin):
    """What was established about children."""

    columns = ("verified_on", "case", "category", "last_grade", "wish")


@admin.register(FollowUp)
class FollowUpAdmin(ShieldedAdmin):
    """Checks after enrolment."""

    columns = ("due_on", "case", "months", "answer", "answered_on")
    filters = ("answer",)


@admin.register(Pupil)
class PupilAdmin(ShieldedAdmin):
    """Children at schools."""

    columns = ("person", "school", "grade", "since", "aid")
    filters = ("aid",)
