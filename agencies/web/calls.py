"""What a view declares about its calls beyond its resource, so that the contract can describe them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
FORM = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call answers: documents of `resource` (by default the view set's own), or what `schema` says.

    `errors` are statuses beyond those of every call of its kind.
    """

    status: int = 200
    resource: str = ""
    schema: Mapping[str, Any] | None = None
    media_type: str = JSON_TYPE
    errors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a view that is no resource of the access table."""

    answer: Answer
    parameters: tuple[Mapping[str, Any], ...] = ()
    body: Mapping[str, Any] | None = None
    body_type: str = JSON_TYPE
    errors: tuple[int, ...] = (400, 401, 403, 405, 406, 429, 503)
    security: tuple[Mapping[str, list[str]], ...] = field(default=({"oauth2": []},))


def described(**calls: Call) -> Callable[[View], View]:
    """Declare the calls of a view, by HTTP method in lower case."""

    def mark(view: View) -> View:
        view.calls = calls  # type: ignore[attr-defined]
        return view

    return mark


def text(description: str = "", **more: Any) -> dict[str, Any]:
    """The schema of a string."""
    return {"type": "string", **({"description": description} if description else {}), **more}


def record(required: str, **properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object; `required` names the properties that it always has."""
    needed = {"required": required.split()} if required else {}
    return {"type": "object", "properties": properties, **needed}


def listing(item: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The schema of an array."""
    return {"type": "array", "items": item, **more}


def parameter(name: str, schema: Mapping[str, Any], description: str, *, place: str = "query") -> dict[str, Any]:
    """A parameter that may be left out, unless it is part of the path."""
    needed = {"required": True} if place == "path" else {}
    return {"name": name, "in": place, "description": description, "schema": schema, **needed}
