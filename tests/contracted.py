"""Whether an answer is what the contract says it is, judged by schemathesis."""

from datetime import timedelta
from functools import cache
from typing import Any

import httpx
import schemathesis

from agencies.web.openapi import document
from agencies.web.routes import Route


@cache
def contract() -> Any:
    return schemathesis.openapi.from_dict(document())


def conforms(route: Route, answer: Any) -> None:
    """Its status is documented, and its body is of the documented shape."""
    operation = contract()[route.path][route.method.upper()]
    documented = operation.definition.raw["responses"]
    assert str(answer.status_code) in documented, (route, answer.status_code, answer.content[:300])
    call = httpx.Request(route.method.upper(), f"http://testserver{route.path}")
    told = httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content, request=call)
    told.elapsed = timedelta()  # which schemathesis asks for
    operation.validate_response(told)
