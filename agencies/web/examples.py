"""An example for a schema, the same each time."""

from collections.abc import Mapping
from typing import Any

BY_FORMAT = {
    "uuid": "0193f5c2-a1b2-7c3d-8e9f-0a1b2c3d4e5f",
    "date": "2026-01-31",
    "date-time": "2026-01-31T08:00:00.000000Z",
    "uri-reference": "/api/v1/jobs/0193f5c2-a1b2-7c3d-8e9f-0a1b2c3d4e5f",
    "binary": "",
}
BY_NAME = {
    "region": "62.71.04.1004",
    "name": "Siti Contoh",
    "nik": "6271045505900001",
    "family_card_number": "6271040101200001",
    "nisn": "0012345678",
    "phone": "081200000000",
    "occupation": "11",
}
BY_TYPE = {"boolean": True, "null": None}


def example_of(schema: Mapping[str, Any], shared: Mapping[str, Any] | None = None, name: str = "") -> Any:
    """A value that fits `schema`; `shared` holds what its references name."""
    if "$ref" in schema:
        return example_of((shared or {})[schema["$ref"].rpartition("/")[2]], shared, name)
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {key: example_of(inner, shared, key) for key, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [example_of(schema["items"], shared, name)]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    return BY_TYPE[kind] if kind in BY_TYPE else _text(schema, name)


def _text(schema: Mapping[str, Any], name: str) -> str:
    if "format" in schema:
        return BY_FORMAT.get(schema["format"], "text")
    return BY_NAME.get(name, "text")[: schema.get("maxLength", 200)]
