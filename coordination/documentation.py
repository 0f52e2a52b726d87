"""The documentation for people: the contract, and a page for each kind of problem; nothing comes from elsewhere."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.web.problems import KINDS, language

# Swagger UI sets styles on its elements and draws its icons from data URLs.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@require_safe
def contract(request: HttpRequest) -> HttpResponse:
    """The contract, to read and to try."""
    return _page(request, "docs/contract.html")


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every kind of problem."""
    return _page(request, "docs/problems.html", kinds=sorted(KINDS.items()))


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """What one code means. Raises Http404 for a code that no answer bears."""
    if code not in KINDS:
        raise Http404
    return _page(request, "docs/problem.html", code=code, kind=KINDS[code])


def _page(request: HttpRequest, template: str, **shown: Any) -> HttpResponse:
    response = render(request, template, {**shown, "language": language(request)})
    response["Content-Security-Policy"] = POLICY
    return response
