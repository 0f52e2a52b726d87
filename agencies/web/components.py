"""Parts of the OpenAPI document that its operations share: headers, errors, the problem document, security."""

from collections.abc import Mapping
from typing import Any

from agencies.web.calls import listing, parameter, record, text
from agencies.web.problems import KINDS

HEADERS = {
    "XPurpose": parameter(
        "X-Purpose", text(examples=["registry"]), "Why personal data is processed: a registered code.", place="header"
    ),
    "XInitiator": parameter(
        "X-Initiator",
        text(pattern="^[A-Za-z0-9._@-]{1,64}$"),
        "The staff id of the person on whose behalf the system calls.",
        place="header",
    ),
    "XRequestId": parameter(
        "X-Request-Id", text(), "Your id of this request, echoed; 8 to 64 of A-Z a-z 0-9 . _ -", place="header"
    ),
    "IdempotencyKey": {
        **parameter(
            "Idempotency-Key",
            text(minLength=1, maxLength=255),
            "A fresh key for each new call; a retry with the same key acts once and gets the stored answer.",
            place="header",
        ),
        "required": True,
    },
    "IfMatch": {
        **parameter("If-Match", text(), "The ETag of the state that you have seen.", place="header"),
        "required": True,
    },
    "IfNoneMatch": parameter(
        "If-None-Match", text(), "The ETag that you hold: 304 when it is current.", place="header"
    ),
}
ANSWER_HEADERS = {
    "XRequestId": {"description": "The id of this request.", "schema": text()},
    "RateLimit": {"description": "What is left of the quota, and when it begins anew.", "schema": text()},
    "ETag": {"description": "A strong tag of what you see.", "schema": text()},
    "Location": {"description": "Where the new object is.", "schema": text(format="uri-reference")},
    "Link": {"description": 'The next page, as `<...>; rel="next"`.', "schema": text()},
    "IdempotencyReplayed": {
        "description": "`true` when this is the stored answer of a call.",
        "schema": text(),
    },
    "RetryAfter": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
}
ERRORS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    406: "NotAcceptable",
    409: "Conflict",
    410: "Gone",
    412: "PreconditionFailed",
    413: "ContentTooLarge",
    415: "UnsupportedMediaType",
    422: "UnprocessableContent",
    428: "PreconditionRequired",
    429: "TooManyRequests",
    503: "ServiceUnavailable",
}


def shared_components(scopes: Mapping[str, str], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The `components` of a document with these scopes and schemas."""
    return {
        "schemas": {**{name: schemas[name] for name in sorted(schemas)}, "Problem": problem_schema()},
        "parameters": HEADERS,
        "headers": ANSWER_HEADERS,
        "responses": {name: _error(status) for status, name in ERRORS.items()},
        "securitySchemes": {
            "oauth2": {
                "type": "oauth2",
                "description": "One client belongs to one agency; tokens live ten minutes.",
                "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": dict(scopes)}},
            },
            "client": {
                "type": "http",
                "scheme": "basic",
                "description": "Client id and secret; in production a signed assertion (`private_key_jwt`) instead.",
            },
        },
    }


def problem_schema() -> dict[str, Any]:
    """RFC 9457 with our members."""
    fault = record("pointer code detail", pointer=text("JSON pointer."), code=text(), detail=text())
    return {
        **record(
            "type title status code instance request_id",
            type=text("A page about this kind of problem.", format="uri-reference"),
            title=text(),
            status={"type": "integer"},
            detail=text(),
            instance=text(format="uri-reference"),
            code=text("Stable and never translated.", enum=sorted(KINDS)),
            request_id=text(),
            errors=listing(fault),
            allowed=listing(text(), description="The moves that are possible now."),
        ),
        "description": "A problem document (RFC 9457).",
    }


def _error(status: int) -> dict[str, Any]:
    codes = [code for code, kind in KINDS.items() if kind.status == status]
    example = {
        "type": f"/docs/problems/{codes[0]}",
        "title": KINDS[codes[0]].title_en,
        "status": status,
        "code": codes[0],
        "instance": "/api/v1/persons",
        "request_id": "0193f5c2a1b24c3d8e9f0a1b2c3d4e5f",
    }
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    response: dict[str, Any] = {
        "description": "; ".join(f"`{code}`: {KINDS[code].title_en}" for code in codes),
        "content": {"application/problem+json": content},
    }
    if status in (429, 503):
        response["headers"] = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
    return response
