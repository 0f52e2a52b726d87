"""Endpoints of the papers about a referral."""

from typing import ClassVar
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from agencies.access.caller import Caller, acting_as
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.calls import Answer, text
from agencies.web.filters import identifier
from agencies.web.problems import Problem
from agencies.web.views import ResourceViewSet
from coordination.referrals import inputs
from coordination.referrals.files import MAXIMUM_BYTES, attach_file, discard_file, new_place, read_file, remove_file
from coordination.referrals.models import Referral

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store",
}


def hand_out(key: UUID, *, by: Caller) -> HttpResponse:
    """The file of an attachment, to be saved and never shown in the page. Raises Problem when it is not to be had."""
    with acting_as(by):
        found = visible(by, "attachment").filter(pk=key, removed_at=None).first()
        if found is None:
            raise Problem("not_found")
        person = Referral.objects.values_list("person", flat=True).get(pk=found.referral_id)
        log_call(by, "download", "attachment", subjects=[found.pk, person])
    response = HttpResponse(read_file(found), content_type=found.content_type, headers=HEADERS)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    return response


class AttachmentViewSet(ResourceViewSet):
    """Papers about a referral: PDF, JPEG or PNG up to 10 MB, filed by one of the two offices."""

    resource = "attachment"
    scope_name = "referrals"
    filters: ClassVar = {"referral": identifier("referral")}
    actions: ClassVar = {"content": "read"}
    inputs: ClassVar = {"create": inputs.AttachmentInput}
    answers: ClassVar = {
        "content": Answer(schema=text(format="binary"), media_type="application/octet-stream", errors=(410,)),
    }
    parser_classes = (MultiPartParser,)  # type: ignore[assignment]

    def create(self, request: Request) -> HttpResponse:
        """File a paper; its name, its stated type and its content must agree."""
        stored = new_place()

        def work() -> UUID:
            given = self.body(request)
            file = given["file"]
            if file.size > MAXIMUM_BYTES:
                raise Problem("body_too_large", f"At most {MAXIMUM_BYTES} bytes.")
            return attach_file(
                referral=given["referral"],
                name=file.name or "",
                declared=file.content_type or "",
                content=file.read(),
                stored=stored,
                by=self.caller,
            )

        try:
            return self.act(request, work, status=201)
        except BaseException:
            discard_file(stored)
            raise

    def content(self, request: Request, id: str) -> HttpResponse:
        """The file itself, as it was handed in; each time goes into the access log."""
        self._check_parameters(request, ())
        return hand_out(self._key(id), by=self.caller)


class TakenBackViewSet(ResourceViewSet):
    """Papers that are taken back."""

    resource = "attachment"
    scope_name = "referrals"
    actions: ClassVar = {"remove": "change"}
    inputs: ClassVar = {"remove": inputs.NothingInput}

    def remove(self, request: Request, id: str) -> HttpResponse:
        """Take a file back; only the office that filed it may."""

        def work() -> UUID:
            self.body(request)
            attachment = self.locked(self._key(id))
            remove_file(attachment)
            return attachment.pk  # type: ignore[no-any-return]

        return self.act(request, work, action="remove")
