"""Pages for people, and what is answered where no endpoint is."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from agencies.web.front import is_machine_path
from agencies.web.problems import Problem, respond


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a problem under the API, a page elsewhere."""
    if is_machine_path(request.path):
        return respond(request, Problem("malformed"))
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    if is_machine_path(request.path):
        return respond(request, Problem("not_granted"))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    if is_machine_path(request.path):
        return respond(request, Problem("not_found"))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    if is_machine_path(request.path):
        return respond(request, Problem("internal"))
    return defaults.server_error(request)
