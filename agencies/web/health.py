"""Liveness and readiness for whoever restarts or routes."""

from collections.abc import Callable
from functools import wraps

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from agencies.web.calls import Answer, Call, described, record, text
from agencies.web.problems import Problem, respond

Answering = Callable[[HttpRequest], HttpResponse]
STATUS = Answer(schema=record("status", status=text()))


def only_get(view: Answering) -> Answering:
    """Refuse every other method with a problem document."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return respond(request, Problem("method_not_allowed", headers={"Allow": "GET, HEAD"}))
        return view(request)

    return checked


@described(get=Call(STATUS, errors=(400, 405), security=()))
@only_get
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@described(get=Call(STATUS, errors=(400, 405, 503), security=()))
@only_get
def readyz(request: HttpRequest) -> HttpResponse:
    """The process answers and reaches a migrated database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations")
    except DatabaseError:
        return respond(request, Problem("unavailable", "No database.", headers={"Retry-After": "2"}))
    return JsonResponse({"status": "ready"})
