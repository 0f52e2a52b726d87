"""OpenAPI."""

from drf_spectacular.openapi import AutoSchema


class Operation(AutoSchema):
    """How one endpoint is described."""
