"""One operation of the OpenAPI document, from what its view set declares and what its reader is granted."""

import inspect
from typing import Any

from agencies.access import policy
from agencies.web.calls import Answer, listing, parameter, record, text
from agencies.web.components import ERRORS
from agencies.web.examples import example_of
from agencies.web.paging import MAXIMUM_LIMIT
from agencies.web.permissions import SAFE
from agencies.web.routes import Route
from agencies.web.schema import document_schema, input_schema, nested_fields

ID = parameter("id", text(), "The id of the record.", place="path")
FIELDS = parameter("fields", text(), "Only these fields, separated by commas; `people.name` names a nested one.")
WALK = (
    parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAXIMUM_LIMIT, "default": 50}, "Records a page."),
    parameter("cursor", text(minLength=1), "`next_cursor` of the page before."),
)
PAGING = (
    *WALK,
    parameter("count", text(enum=["exact", "estimated"]), "Also tell the total."),
    FIELDS,
)


class Reader:
    """For whom a document is written; collects the schemas that it refers to. Without a kind: everybody."""

    def __init__(self, kind: str = "", role: str = "") -> None:
        self.kind, self.role = kind, role
        self.schemas: dict[str, Any] = {}

    def may(self, route: Route) -> bool:
        """Whether the access table grants the call."""
        if not self.kind or not route.resource:
            return True
        return policy.allows(self.kind, self.role, route.resource, route.granted_action)

    def readable(self, resource: str) -> list[str]:
        """The fields of its documents."""
        if self.kind:
            return policy.readable(self.kind, self.role, resource)
        read = {name for key in policy.GRANTS for name in policy.readable(*key, resource)}
        return [name for name in policy.fields(resource, " ".join(policy.FIELDS[resource])) if name in read]

    def settable(self, resource: str, name: str, *, changing: bool) -> bool:
        """Whether an input field is one that it may set, or none that the access table governs."""
        governed = policy.fields(resource, " ".join(group for group in policy.FIELDS[resource] if group != "key"))
        column = name if name in governed else f"{name}_last4"
        if not self.kind or column not in governed:
            return True
        written = policy.writable(self.kind, self.role, resource)
        return column in written or (not changing and column in self.readable(resource))

    def document(self, resource: str) -> dict[str, str]:
        """A reference to the schema of its documents."""
        name = "".join(part.title() for part in resource.split("_"))
        if name not in self.schemas:
            self.schemas[name] = document_schema(resource, self.readable(resource), self._nested(resource))
        return {"$ref": f"#/components/schemas/{name}"}

    def _nested(self, resource: str) -> dict[str, tuple[str, list[str]]]:
        if self.kind:
            return nested_fields(self.kind, self.role, resource)
        found: dict[str, tuple[str, list[str]]] = {}
        for name, (child, link) in policy.NESTED.get(resource, {}).items():
            found[name] = (child, [item for item in self.readable(child) if item != link])
        return found


def operation(route: Route, reader: Reader) -> dict[str, Any] | None:
    """The OpenAPI operation of a route; None when nothing is left in its body that the reader may set."""
    body = _body(route, reader)
    if route.method == "patch" and body is None:
        return None
    told: dict[str, Any] = {
        "operationId": operation_id(route),
        "tags": [tag(route)],
        "summary": _words(route)[0],
        "description": _description(route),
        "security": [{"oauth2": [needed_scope(route)]}] if route.resource else [dict(s) for s in route.call.security],
        "parameters": _parameters(route, reader),
    }
    if body is not None:
        told["requestBody"] = body
    told["responses"] = _responses(route, reader, body is not None)
    return told


def operation_id(route: Route) -> str:
    """Such as `households_list`."""
    part = route.path.removeprefix("/api/v1").strip("/").replace("/{id}", "").replace(".json", "")
    name = part.replace("/", "_").replace("-", "_").replace(":", "_")
    if not route.action:
        return name if route.method == "get" or route.path.startswith("/oauth") else f"{name}_{route.method}"
    return name if name.endswith(f"_{route.action}") else f"{name}_{route.action}"


def tag(route: Route) -> str:
    """The chapter of the documentation."""
    if not route.resource:
        return "access" if route.path.startswith("/oauth") or route.path.endswith("/me") else "service"
    return route.path.removeprefix("/api/v1/").partition("/")[0].partition(":")[0]


def tag_words(route: Route) -> str:
    """What the chapter is about."""
    if route.resource:
        return inspect.cleandoc(route.view.__doc__ or "")
    return {"access": "Tokens, and what they may do."}.get(tag(route), "The service itself.")


def needed_scope(route: Route) -> str:
    """The scope that a token must have."""
    return f"{route.view.scope_name}:{'read' if route.granted_action in SAFE else 'write'}"


def is_keyed(route: Route) -> bool:
    """Whether the call must carry an Idempotency-Key."""
    return route.method == "post" and bool(route.resource) and route.granted_action not in SAFE


def _words(route: Route) -> tuple[str, str]:
    """Summary and description: of the method; of the view set for the calls that all of them have."""
    words = inspect.cleandoc(route.handler.__doc__ or route.view.__doc__ or "")
    chapter = inspect.cleandoc(route.view.__doc__ or "")
    if route.action in ("list", "retrieve"):
        words = chapter if route.action == "list" else f"One of: {chapter[:1].lower()}{chapter[1:]}"
    first, _, rest = words.partition("\n")
    return first.rstrip("."), rest.strip() or words


def _description(route: Route) -> str:
    notes = [_words(route)[1]]
    if route.resource:
        notes.append(f"Needs the scope `{needed_scope(route)}`.")
        if route.view.is_personal:
            notes.append("Touches personal data: state `X-Purpose`. The call goes into the access log.")
    if is_keyed(route):
        notes.append("Safe to retry with the same `Idempotency-Key`.")
    return "\n\n".join(notes)


def _parameters(route: Route, reader: Reader) -> list[Any]:
    found: list[Any] = [ID] if "{id}" in route.path else []
    if not route.resource:
        return [*found, *map(dict, route.call.parameters), _header("XRequestId")]
    if route.action == "list":
        readable = reader.readable(route.resource)
        orders = text(enum=list(route.view.orders), default=route.view.orders[0])
        found += [*PAGING, parameter("order", orders, "In which order; `id` and `-id`: oldest or newest first.")]
        found += [
            parameter(name, dict(wanted.schema), wanted.description)
            for name, wanted in route.view.filters.items()
            if wanted.field in readable
        ]
    if route.action == "retrieve":
        found += [FIELDS, _header("IfNoneMatch")]
    found += WALK if route.action in route.view.walks else ()
    found += getattr(route.view, "parameters", {}).get(route.action, ())
    found += [_header("IdempotencyKey")] if is_keyed(route) else []
    found += [_header("IfMatch")] if route.method in ("patch", "put", "delete") else []
    found += [_header("XPurpose")] if route.view.is_personal else []
    return [*found, _header("XInitiator"), _header("XRequestId")]


def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def _body(route: Route, reader: Reader) -> dict[str, Any] | None:
    if not route.resource:
        call = route.call
        return None if call.body is None else _content({call.body_type: call.body}, required=True)
    shape = route.view.inputs.get(route.action)
    if shape is None:
        return None
    partial = route.method == "patch"
    schema = input_schema(shape, partial=partial)
    names = [n for n in schema.get("properties", {}) if reader.settable(route.resource, n, changing=partial)]
    if partial and not names:
        return None
    schema["properties"] = {name: schema["properties"][name] for name in names}
    if "required" in schema:
        schema["required"] = [name for name in schema["required"] if name in names]
    name = f"{shape.__name__}{'Patch' if partial else ''}"
    reader.schemas[name] = schema
    types = [parser.media_type for parser in route.view.parser_classes]
    types = [item for item in types if partial or "merge-patch" not in item]
    return _content(
        {kind: {"$ref": f"#/components/schemas/{name}"} for kind in types},
        required=bool(names),
        example=example_of(schema),
    )


def _content(schemas: dict[str, Any], *, required: bool, example: Any = None) -> dict[str, Any]:
    more = {"example": example} if example is not None else {}
    return {"required": required, "content": {kind: {"schema": schema, **more} for kind, schema in schemas.items()}}


def _responses(route: Route, reader: Reader, has_body: bool) -> dict[str, Any]:
    answer = route.answer
    schema = answer.schema if answer.schema is not None else _answer_schema(route, answer, reader)
    content = {"schema": schema, "example": example_of(schema, reader.schemas)}
    headers = {"X-Request-Id": "XRequestId", **_answer_headers(route)}
    found: dict[str, Any] = {
        str(answer.status): {
            "description": _words(route)[0] + ".",
            "headers": {name: {"$ref": f"#/components/headers/{shared}"} for name, shared in headers.items()},
            "content": {answer.media_type: content},
        }
    }
    if route.action == "retrieve":
        found["304"] = {"description": "You hold the current state."}
    for status in _error_statuses(route, has_body):
        found[str(status)] = {"$ref": f"#/components/responses/{ERRORS[status]}"}
    return found


def _answer_schema(route: Route, answer: Answer, reader: Reader) -> dict[str, Any]:
    resource = answer.resource or route.resource
    if route.action == "history":
        return record("data", data=listing(_change_schema(reader, resource)))
    one = reader.document(resource)
    if route.action != "list":
        return dict(one)
    return record(
        "data next_cursor has_more",
        data=listing(one),
        next_cursor={"type": ["string", "null"]},
        has_more={"type": "boolean"},
        count={"type": "integer", "description": "The total, when `count` asked for it."},
        **route.view.besides,
    )


def _change_schema(reader: Reader, resource: str) -> dict[str, Any]:
    names = [name for name in reader.readable(resource) if name not in ("id", "version", "updated_at")]
    change = record("before after", before={}, after={})
    return record(
        "at change agency purpose by fields",
        at=text(format="date-time"),
        change=text(enum=["insert", "update", "delete"]),
        agency={"type": ["string", "null"]},
        purpose={"type": ["string", "null"]},
        by={"type": ["object", "null"]},
        fields=record("", **dict.fromkeys(names, change)),
    )


def _answer_headers(route: Route) -> dict[str, str]:
    if not route.resource:
        return {}
    found = {"RateLimit": "RateLimit"}
    if route.action == "list":
        found["Link"] = "Link"
    if is_keyed(route):
        found["Idempotency-Replayed"] = "IdempotencyReplayed"
    if route.action not in ("list", "history") and route.action not in route.view.answers:
        found["ETag"] = "ETag"
    if route.answer.status in (201, 202):
        found["Location"] = "Location"
    return found


def _error_statuses(route: Route, has_body: bool) -> list[int]:
    if not route.resource:
        return sorted({*route.call.errors, *((413, 415) if has_body else ())})
    found = {400, 401, 403, 405, 406, 429, 503, *route.answer.errors}
    found |= {404} if "{id}" in route.path or has_body else set()  # a body may name a record
    found |= {409, 413, 415, 422} if has_body or is_keyed(route) else set()
    found |= {412, 428} if route.method in ("patch", "put", "delete") else set()
    return sorted(found)
