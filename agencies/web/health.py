"""Liveness and readiness for whoever restarts or routes."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from agencies.web.calls import Answer, Call, described, record, text
from agencies.web.problems import Problem, respond

STATUS = Answer(schema=record("status", status=text()))


@described(get=Call(STATUS, errors=(400,), security=()))
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@described(get=Call(STATUS, errors=(400, 503), security=()))
def readyz(request: HttpRequest) -> HttpResponse:
    """The process answers and reaches a migrated database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations")
    except DatabaseError:
        return respond(request, Problem("unavailable", "No database.", headers={"Retry-After": "2"}))
    return JsonResponse({"status": "ready"})
