"""Every call that programs can make: path, method and view, read from the project's routes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from agencies.web.calls import Answer, Call
from agencies.web.front import is_machine_path
from agencies.web.views import ACTIONS, ResourceViewSet

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path. `action` is the view set's method; empty for a view that is no resource."""

    path: str
    method: str
    view: Any
    action: str = ""

    @property
    def resource(self) -> str:
        """The resource of the access table; empty when there is none."""
        return str(self.view.resource) if self.action else ""

    @property
    def granted_action(self) -> str:
        """What the access table is asked for."""
        return str(self.view.actions.get(self.action) or ACTIONS[self.action])

    @property
    def handler(self) -> Any:
        """The function that answers, for its words."""
        return getattr(self.view, self.action or self.method, self.view)

    @property
    def answer(self) -> Answer:
        """What it answers."""
        if not self.action:
            return self.call.answer
        usual = Answer(201 if self.action == "create" else 200)
        return self.view.answers.get(self.action, usual)  # type: ignore[no-any-return]

    @property
    def call(self) -> Call:
        """The declaration of a view that is no resource."""
        declared = getattr(self.view, "calls", {})
        return declared.get(self.method, Call(Answer(schema={"type": "object"})))  # type: ignore[no-any-return]


def machine_routes() -> list[Route]:
    """All calls of the API, of the token endpoints and of the health endpoints, in order of path and method."""
    found = [route for pattern in _patterns() for route in _routes(pattern) if is_machine_path(route.path)]
    return sorted(found, key=lambda route: (route.path, route.method))


def _patterns() -> Iterator[URLPattern]:
    return (pattern for pattern in get_resolver().url_patterns if not isinstance(pattern, URLResolver))


def _routes(pattern: URLPattern) -> Iterator[Route]:
    path = plain_path(pattern)
    callback: Any = pattern.callback
    view = getattr(callback, "cls", None)
    if view is not None and issubclass(view, ResourceViewSet):
        for method in METHODS:  # the framework adds `head` to the actions at the first call
            if method in callback.actions:
                yield Route(path, method, view, callback.actions[method])
    elif view is not None:
        for method in METHODS:
            if hasattr(view, method):
                yield Route(path, method, view)
    else:
        for method in getattr(callback, "calls", ("get",)):
            yield Route(path, method, callback)


def plain_path(pattern: URLPattern) -> str:
    """`^api/v1/persons/(?P<id>[^/]+)/?$` as `/api/v1/persons/{id}`."""
    text = str(pattern.pattern)
    if isinstance(pattern.pattern, RegexPattern):
        text = text.removeprefix("^").removesuffix("$").removesuffix("/?").replace("\\", "")
        return "/" + re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", text)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", text)
