"""Liveness and readiness for whoever restarts or routes."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from agencies.web.problems import Problem, respond


def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """The process answers and reaches a migrated database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations")
    except DatabaseError:
        return respond(request, Problem("unavailable", "No database.", headers={"Retry-After": "2"}))
    return JsonResponse({"status": "ready"})
