"""Admin pages of referrals: what they are, and the moves, notes and files of those who work on them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from agencies.access import policy
from agencies.access.caller import Caller
from agencies.access.scopes import visible
from agencies.web.admin import ShieldedAdmin
from agencies.web.deeds import Deed, Part
from agencies.web.desk import DeskAdmin, at_desk, colleagues, offices
from agencies.web.labels import choose, field_label
from coordination.referrals import inputs, services
from coordination.referrals.api import METHODS, PullRequestViewSet, ReferralViewSet
from coordination.referrals.attachments import hand_out
from coordination.referrals.faults import RECEIVERS
from coordination.referrals.files import attach_file, discard_file, new_place, remove_file
from coordination.referrals.models import Attachment, Note, PullRequest, Referral, ReferralMove
from coordination.referrals.passing import transfer_referral
from coordination.referrals.pulling import answer_request, decline_request
from coordination.referrals.transitions import ENDED, MOVES, allowed_moves
from coordination.schooling.inputs import CaseInput
from coordination.schooling.opening import TO_BEGIN, open_case


def _move(name: str) -> Deed:
    """A move of the life cycle, with the input that its call takes."""

    def work(referral: Referral, given: dict[str, Any], by: Caller) -> None:
        services.move_referral(referral, name, by=by, words=next(iter(given.values()), ""))

    return Deed(name, ReferralViewSet.inputs[METHODS.get(name, name)], work, "referral")


def _assign(referral: Referral, given: dict[str, Any], by: Caller) -> None:
    services.assign_referral(referral, officer=given["officer"], by=by)


def _transfer(referral: Referral, given: dict[str, Any], by: Caller) -> None:
    transfer_referral(referral, to_agency=given["to_agency"], words=given["reason"], by=by)


def _receivers(referral: Referral, by: Caller) -> dict[str, list[tuple[Any, str]]]:
    others = offices(by, RECEIVERS[referral.kind])
    return {"to_agency": [(key, name) for key, name in others if key != referral.to_agency_id]}


def _amend(referral: Referral, given: dict[str, Any], by: Caller) -> None:
    services.change_referral(referral, given, by=by)


def _attach(referral: Referral, given: dict[str, Any], by: Caller) -> UUID:
    """File a paper; what a refused one left behind is dropped."""
    file, stored = given["file"], new_place()
    told = {"name": file.name or "", "declared": file.content_type or "", "content": file.read()}
    try:
        return attach_file(referral=referral.pk, stored=stored, by=by, **told)
    except BaseException:
        discard_file(stored)
        raise


def _of_referral(key: UUID) -> dict[str, str]:
    return {"referral": str(key)}


OPEN_CASE = Deed(
    "open-case",
    CaseInput,
    lambda referral, given, by: open_case(by=by, **given),
    "schooling_case",
    "create",
    fixed=_of_referral,
    leads="schooling_schoolingcase",
)
NOTE = Deed(
    "note",
    inputs.NoteInput,
    lambda referral, given, by: services.add_note(given["referral"], given["text"], by=by),
    "note",
    "create",
    fixed=_of_referral,
    bound=False,
)
ATTACH = Deed("attach", inputs.AttachmentInput, _attach, "attachment", "create", fixed=_of_referral, bound=False)
AMEND = Deed(
    "amend",
    inputs.ReferralInput,
    _amend,
    "referral",
    initial=lambda referral, by: {"reason": referral.reason, "due_on": referral.due_on},
)
SPECIAL = {
    "assign": Deed(
        "assign",
        inputs.AssignInput,
        _assign,
        "referral",
        choices=lambda referral, by: {"officer": colleagues(by)},
        initial=lambda referral, by: {"officer": referral.assignee_id or by.officer},
    ),
    "transfer": Deed("transfer", inputs.TransferInput, _transfer, "referral", choices=_receivers),
}


@admin.register(Referral)
class ReferralAdmin(DeskAdmin):
    """What the office asked of others, and others of it."""

    columns = ("person", "kind", "status", "from_agency", "to_agency", "due_at", "sent_at", "escalated_at")
    filters = ("kind", "status")
    catalogue = (OPEN_CASE, *(SPECIAL.get(name) or _move(name) for name in MOVES), AMEND, NOTE, ATTACH)
    parts = (
        Part("note", "referral", ("created_at", "agency", "author", "text")),
        Part("attachment", "referral", ("name", "size", "agency", "author", "created_at", "removed_at"), opens=True),
        Part("referral_move", "referral", ("at", "name", "to_status", "agency", "author", "words")),
    )

    def allowed(self, record: Referral, by: Caller) -> Collection[str]:
        """The moves of the life cycle, and what else the office may do while the referral runs."""
        found = set(allowed_moves(record, by.agency))
        is_sender = record.from_agency_id == by.agency
        if is_sender or services.is_open_to(record, by=by):
            found |= {"note", "attach"}
        if is_sender and record.status not in ENDED and "reason" in policy.writable(by.kind, by.role, "referral"):
            found.add("amend")
        waits = record.kind == Referral.Kind.SCHOOLING and record.status in TO_BEGIN and not is_sender
        if waits and policy.allows(by.kind, by.role, "schooling_case", "create"):
            found |= set() if visible(by, "schooling_case").filter(referral=record.pk).exists() else {"open-case"}
        return found


@admin.register(Note)
class NoteAdmin(ShieldedAdmin):
    """The conversation about referrals."""

    columns = ("created_at", "referral", "author", "agency", "text")


@admin.register(ReferralMove)
class ReferralMoveAdmin(ShieldedAdmin):
    """Who did what with a referral, when and why."""

    columns = ("at", "referral", "name", "from_status", "to_status", "agency", "author", "words")


@admin.register(Attachment)
class AttachmentAdmin(DeskAdmin):
    """Papers about referrals, to be saved, and to be taken back by the office that filed them."""

    columns = ("created_at", "referral", "name", "content_type", "size", "agency", "author", "removed_at")
    catalogue = (
        Deed("remove", inputs.NothingInput, lambda attachment, given, by: remove_file(attachment), "attachment"),
    )

    def get_urls(self) -> list[URLPattern]:
        """One more: the file itself."""
        content = self.admin_site.admin_view(self.content_view)
        return [path("<uuid:key>/content/", content, name="referrals_attachment_content"), *super().get_urls()]

    def content_view(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """The file, as it was handed in."""
        return hand_out(key, by=at_desk("attachment", "read"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [self.content, *super().get_fields(request, obj)]

    @admin.display(description=field_label("file"))
    def content(self, attachment: Attachment) -> str:
        """The way to the file, for those who work with it."""
        if attachment.removed_at:
            return choose("Ditarik", "Taken back")
        address = reverse("admin:referrals_attachment_content", args=[attachment.pk])
        return format_html('<a href="{}">{}</a>', address, choose("Unduh", "Download"))

    def state(self, record: Attachment) -> str:
        """Whether it is still there."""
        return str(record.removed_at)

    def allowed(self, record: Attachment, by: Caller) -> Collection[str]:
        """Its own office takes a file back."""
        return {"remove"} if record.agency_id == by.agency and record.removed_at is None else ()


def _answer(asked: PullRequest, given: dict[str, Any], by: Caller) -> UUID:
    return answer_request(asked, by=by, **given)


@admin.register(PullRequest)
class PullRequestAdmin(DeskAdmin):
    """Requests that somebody be referred to an office."""

    columns = ("asked_at", "kind", "status", "from_agency", "to_agency", "person", "reason", "answered_at")
    filters = ("status", "kind")
    catalogue = (
        Deed(
            "answer",
            PullRequestViewSet.inputs["answer"],
            _answer,
            "pull_request",
            names=("reason", "due_on"),
            initial=lambda asked, by: {"reason": asked.reason},
            leads="referrals_referral",
        ),
        Deed(
            "decline",
            PullRequestViewSet.inputs["decline"],
            lambda asked, given, by: decline_request(asked, by=by, **given),
            "pull_request",
        ),
    )

    def allowed(self, record: PullRequest, by: Caller) -> Collection[str]:
        """Whoever was asked answers, once."""
        waits = record.status == PullRequest.Status.ASKED and record.to_agency_id == by.agency
        return {"answer", "decline"} if waits else ()
