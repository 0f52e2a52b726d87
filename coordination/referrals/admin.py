"""Admin pages of referrals; moves are made through the API, which knows the life cycle."""

from django.contrib import admin

from agencies.web.admin import ShieldedAdmin
from coordination.referrals.models import Attachment, Note, PullRequest, Referral, ReferralMove


@admin.register(Referral)
class ReferralAdmin(ShieldedAdmin):
    """What the office asked of others, and others of it."""

    columns = ("person", "kind", "status", "from_agency", "to_agency", "due_at", "sent_at", "escalated_at")
    filters = ("kind", "status")


@admin.register(Note)
class NoteAdmin(ShieldedAdmin):
    """The conversation about referrals."""

    columns = ("created_at", "referral", "author", "agency", "text")


@admin.register(ReferralMove)
class ReferralMoveAdmin(ShieldedAdmin):
    """Who did what with a referral, when and why."""

    columns = ("at", "referral", "name", "from_status", "to_status", "agency", "author", "words")


@admin.register(Attachment)
class AttachmentAdmin(ShieldedAdmin):
    """Papers about referrals; the files themselves are fetched through the API."""

    columns = ("created_at", "referral", "name", "content_type", "size", "agency", "author", "removed_at")


@admin.register(PullRequest)
class PullRequestAdmin(ShieldedAdmin):
    """Requests that somebody be referred to an office."""

    columns = ("asked_at", "kind", "status", "from_agency", "to_agency", "person", "reason", "answered_at")
    filters = ("status", "kind")
