"""Admin pages of referrals; moves are made through the API, which knows the life cycle."""

from django.contrib import admin

from agencies.web.admin import ShieldedAdmin
from coordination.referrals.models import Note, Referral


@admin.register(Referral)
class ReferralAdmin(ShieldedAdmin):
    """What the office asked of others, and others of it."""

    columns = ("person", "kind", "status", "from_agency", "to_agency", "due_on", "sent_at")
    filters = ("kind", "status")


@admin.register(Note)
class NoteAdmin(ShieldedAdmin):
    """The conversation about referrals."""

    columns = ("created_at", "referral", "author", "agency", "text")
