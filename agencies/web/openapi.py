"""The OpenAPI 3.1 document: the whole contract, or what one role of one agency kind may call and read of it."""

import json
from functools import lru_cache
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import override
from rest_framework.request import Request
from rest_framework.views import APIView

from agencies.access import policy
from agencies.web import operations
from agencies.web.authentication import caller_of
from agencies.web.calls import Answer, Call
from agencies.web.components import shared_components
from agencies.web.operations import Reader
from agencies.web.problems import Problem
from agencies.web.routes import Route, machine_routes
from agencies.web.views import json_response

DESCRIPTION = """One shared case file for a city's poorest families, in which three offices work together.

Ask for a token at `/oauth/token`, state in `X-Purpose` why you process data, and call. Every error is an RFC 9457
problem document. What a call shows depends on what the access table grants to your agency: with your token, this
document describes just that."""


@override("en")
def document(kind: str = "", role: str = "") -> dict[str, Any]:
    """The contract as a JSON object, in English; without a kind and role the whole of it. Needs no database."""
    reader = Reader(kind, role)
    routes = [route for route in machine_routes() if reader.may(route)]
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        described = operations.operation(route, reader)
        if described is not None:
            paths.setdefault(route.path, {})[route.method] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sinergi",
            "version": "1.0.0",
            "summary": "The shared case file of three city offices",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This installation"}],
        "tags": _tags(routes),
        "paths": paths,
        "components": shared_components(_scopes(routes), reader.schemas),
    }


def document_text(kind: str = "", role: str = "") -> str:
    """The contract as text, the same for the same code."""
    return json.dumps(document(kind, role), indent=1, ensure_ascii=False) + "\n"


_kept_text = lru_cache(maxsize=64)(document_text)


def _tags(routes: list[Route]) -> list[dict[str, str]]:
    described = {operations.tag(route): operations.tag_words(route) for route in routes}
    return [{"name": name, "description": described[name]} for name in sorted(described)]


def _scopes(routes: list[Route]) -> dict[str, str]:
    needed = {operations.needed_scope(route) for route in routes if route.resource}
    return {scope: f"To {scope.partition(':')[2]} {scope.partition(':')[0]}" for scope in sorted(needed)}


class OpenAPI(APIView):
    """This document."""

    permission_classes = ()
    calls: ClassVar = {
        "get": Call(
            Answer(schema={"type": "object", "description": "An OpenAPI 3.1 document."}),
            errors=(400, 401, 405, 406, 429, 503),
            security=({}, {"oauth2": []}),
        )
    }

    def get(self, request: Request) -> HttpResponse:
        """The contract: the whole without a token, with one only what its agency may call and read."""
        if request.query_params:
            raise Problem("parameter_unknown", next(iter(request.query_params))[:60])
        caller = caller_of(request)
        if caller and (caller.kind, caller.role) in policy.GRANTS:
            return json_response(_kept_text(caller.kind, caller.role))
        return json_response(_kept_text())
