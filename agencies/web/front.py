"""The outermost layer: request ids, body limits, one log line a call, and problems for whatever else fails."""

import json
import logging
import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from agencies.web.problems import Problem, as_problem, respond

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
TRACE_PARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
MACHINE_PATHS = ("/api/", "/oauth/", "/livez", "/readyz")
logger = logging.getLogger("sinergi.calls")
Answer = Callable[[HttpRequest], HttpResponse]


def is_machine_path(path: str) -> bool:
    """Whether programs, not people, call this path: no HTML is ever answered there."""
    return path.startswith(MACHINE_PATHS)


class FrontDoor:
    """First middleware of all."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        given = request.headers.get("X-Request-Id", "")
        request.request_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex  # type: ignore[attr-defined]
        response = self._answer(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        if not response.streaming:
            response.setdefault("Content-Length", str(len(response.content)))
        _log(request, response, time.perf_counter() - began)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if refused := body_problem(request):
            return respond(request, refused)
        try:
            return self.get_response(request)
        except (DatabaseError, InterfaceError) as exception:
            return respond(request, as_problem(exception))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What the database refuses in a view that no framework guards, such as the token endpoints."""
        if is_machine_path(request.path) and isinstance(exception, DatabaseError | InterfaceError):
            return respond(request, as_problem(exception))
        return None


def body_problem(request: HttpRequest) -> Problem | None:
    """Why a body is refused before it is read."""
    length = request.headers.get("Content-Length", "")
    if length and not (length.isascii() and length.isdigit()):
        return Problem("malformed")
    upload = request.content_type == "multipart/form-data"
    limit = settings.IMPORT_MAX_BYTES if upload else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if length and int(length) > limit:
        return Problem("body_too_large", f"At most {limit} bytes.")
    if request.headers.get("Content-Encoding", "identity") != "identity" and is_machine_path(request.path):
        return Problem("media_type_unsupported", "Send the body without Content-Encoding.")
    return None


def _log(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """One JSON line: no query values, no body, no personal data."""
    match = request.resolver_match
    trace = request.headers.get("traceparent", "")
    line = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "method": request.method,
        "route": match.route if match else "",
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "request_id": request.request_id,  # type: ignore[attr-defined]
        "client": getattr(request, "client_name", ""),
    }
    if TRACE_PARENT.fullmatch(trace):
        line["traceparent"] = trace
    logger.info(json.dumps(line))


class PagesOnly:
    """Sessions, cookies and forms are for people: programs' calls pass straight to their view."""

    def __init__(self, get_response: Answer) -> None:
        self.direct = self.pages = get_response
        self.layers: list[Any] = []
        for path in reversed(settings.PAGE_MIDDLEWARE):
            self.pages = import_string(path)(self.pages)
            self.layers.insert(0, self.pages)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.direct if is_machine_path(request.path) else self.pages
        return answer(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """What the page layers do before a view, such as the check for forged forms."""
        if is_machine_path(request.path):
            return None
        for layer in self.layers:
            if hasattr(layer, "process_view") and (response := layer.process_view(request, view, args, kwargs)):
                return response  # type: ignore[no-any-return]
        return None
