"""Pages without a log-in: checking in with a session's QR code, and whether a certificate is valid."""

import time
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.request import Request
from rest_framework.views import APIView

from agencies.access.functions import call
from agencies.access.vault import fingerprint
from agencies.web.calls import Answer, Call, parameter, record, text
from agencies.web.counting import count_calls
from agencies.web.problems import Problem, language
from agencies.web.views import json_response
from coordination.trainees.certificates import VALIDITIES, validity_of
from coordination.trainees.codes import session_of, whose_code

WINDOW_SECONDS = 60
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


def is_too_often(request: HttpRequest) -> bool:
    """Whether this address has used up its calls of this minute; only a digest of it is kept."""
    header = settings.CLIENT_ADDRESS_HEADER
    address = (request.headers.get(header, "") if header else "") or request.META.get("REMOTE_ADDR", "")
    name = f"public:{fingerprint('address', address)[1:17].hex()}"
    return bool(count_calls(name, int(time.time()) // WINDOW_SECONDS, 1) > settings.PUBLIC_CALLS_PER_MINUTE)


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """Where a session's QR code leads: the participant gives the code of the seat, and is present.

    A code of nobody, a token that is over and one that never was answer in the same words.
    """
    if request.method != "POST":
        return _page(request, "trainees/check_in.html", 200)
    if is_too_often(request):
        return _page(request, "trainees/check_in.html", 429, verdict="too_often")
    done = _checked_in(token, request.POST.get("code", ""))
    return _page(request, "trainees/check_in.html", 200 if done else 422, verdict="done" if done else "refused")


def _checked_in(token: str, code: str) -> bool:
    session = session_of(token)
    participant = whose_code(code, call("seated_in_session", session)) if session else None
    rule = settings.LATE_AFTER_MINUTES, settings.ABSENCE_PERCENT, settings.ABSENCES_IN_A_ROW
    return participant is not None and bool(call("check_in_to_session", session, participant, *rule))


@require_safe
def verify(request: HttpRequest, number: str = "") -> HttpResponse:
    """Whether a certificate is valid, and nothing else about it."""
    asked = number or request.GET.get("number", "")
    if asked and is_too_often(request):
        return _page(request, "trainees/verify.html", 429, verdict="too_often")
    return _page(request, "trainees/verify.html", 200, verdict=validity_of(asked) if asked else "")


def _page(request: HttpRequest, template: str, status: int, **shown: Any) -> HttpResponse:
    response = render(request, template, {**shown, "language": language(request)}, status=status)
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


class CertificateCheck(APIView):
    """Whether a certificate is valid."""

    permission_classes = ()
    calls: ClassVar = {
        "get": Call(
            Answer(schema=record("validity", validity=text(enum=list(VALIDITIES)))),
            parameters=(parameter("number", text(), "The number of the certificate; `unknown` for any other text."),),
            errors=(400, 401, 405, 406, 429, 503),
            security=({}, {"oauth2": []}),
        )
    }

    def get(self, request: Request) -> HttpResponse:
        """Whether the certificate of a number is valid, expired, revoked or unknown; nothing of its holder."""
        for name in request.query_params:
            if name != "number":
                raise Problem("parameter_unknown", name[:60])
        if is_too_often(request._request):
            raise Problem("rate_limited", headers={"Retry-After": str(WINDOW_SECONDS)})
        return json_response(f'{{"validity":"{validity_of(request.query_params.get("number", ""))}"}}')
