"""JSON out, whatever the Accept header prefers, unless it refuses JSON."""

from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

ACCEPTED = ("*/*", "application/*", "application/json", "application/problem+json")


class JSON(JSONRenderer):
    """Answers that are not documents of the database."""

    charset = None


class AlwaysJSON(BaseContentNegotiation):
    """One representation: choosing is only whether JSON will do."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The parser of the body's media type, or None: 415."""
        sent = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == sent), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        """JSON. Raises NotAcceptable when the caller takes nothing like it."""
        header = request.headers.get("Accept", "*/*")
        offered = [part.partition(";")[0].strip().lower() for part in header.split(",")]
        renderer = renderers[0]
        if not any(part in (*ACCEPTED, renderer.media_type) for part in offered):
            raise NotAcceptable
        return renderer, renderer.media_type
