"""JSON schemas of what goes in (serializers, through drf-spectacular) and out (columns of the granted fields)."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry
from rest_framework.serializers import FileField, Serializer

from agencies.access import policy
from agencies.access.documents import derived
from agencies.access.expressions import model_of

TYPES: "tuple[tuple[type[models.Field[Any, Any]], dict[str, Any]], ...]" = (
    (models.UUIDField, {"type": "string", "format": "uuid"}),
    (models.DateTimeField, {"type": "string", "format": "date-time"}),
    (models.DateField, {"type": "string", "format": "date"}),
    (models.BooleanField, {"type": "boolean"}),
    (models.IntegerField, {"type": "integer"}),
    (models.FloatField, {"type": "number"}),
    (models.DecimalField, {"type": "number"}),
    (models.JSONField, {}),
    (models.Field, {"type": "string"}),
)
LAST_DIGITS = "The last four digits; the whole number is only told by `reveal`."


class Operation(AutoSchema):
    """Reads the schema of a serializer outside of a request; nested serializers are written in place."""

    def __init__(self) -> None:
        super().__init__()
        self.registry = ComponentRegistry()
        self.method, self.path = "POST", "/"

    def read(self, serializer: Any) -> dict[str, Any]:
        """The schema of what a serializer takes in."""
        return dict(self._map_serializer(serializer, "request"))  # type: ignore[no-untyped-call]

    def resolve_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """The schema itself in place of a reference to it."""
        return _InPlace(self.read(getattr(serializer, "child", serializer)))


class _InPlace:
    """Stands where drf-spectacular expects a registered component."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = self.ref = schema


def input_schema(kind: type[Serializer[Any]], *, partial: bool = False) -> dict[str, Any]:
    """The schema of a body; of a partial one nothing is required. Unknown fields are refused."""
    schema = Operation().read(kind(context={"caller": None}))
    for name, field in kind(context={"caller": None}).fields.items():
        if isinstance(field, FileField):  # read as the URL of a stored file otherwise
            schema["properties"][name] = {"type": "string", "contentMediaType": "application/octet-stream"}
    if partial:
        schema.pop("required", None)
    return {**schema, "additionalProperties": False, "description": (kind.__doc__ or "").strip()}


def document_schema(resource: str, names: list[str], nested: dict[str, tuple[str, list[str]]]) -> dict[str, Any]:
    """The schema of a document; only the id is always there, since `?fields=` narrows."""
    properties: dict[str, Any] = {name: field_schema(resource, name) for name in names}
    properties |= {name: _column_schema(told.output_field) for name, told in derived(resource, names).items()}
    for name, (child, inner) in nested.items():
        properties[name] = {"type": "array", "items": document_schema(child, inner, {})}
    return {
        "type": "object",
        "description": (model_of(resource).__doc__ or "").strip(),
        "required": ["id"],
        "properties": properties,
    }


def field_schema(resource: str, name: str) -> dict[str, Any]:
    """The schema of one field of a resource as PostgreSQL writes it."""
    field = model_of(resource)._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{resource}.{name} is no column")
    schema = _column_schema(field)
    if name.endswith("_last4"):
        schema["description"] = LAST_DIGITS
    return schema


def _column_schema(field: "models.Field[Any, Any]") -> dict[str, Any]:
    if isinstance(field, models.GeneratedField) and field.output_field:
        return _column_schema(field.output_field)
    if isinstance(field, models.ForeignKey):
        schema = _column_schema(field.target_field)
        schema["description"] = f"The id of {_with_article(field.related_model._meta.verbose_name)}."
    elif isinstance(field, ArrayField):
        schema = {"type": "array", "items": _column_schema(field.base_field)}
    else:
        schema = dict(next(found for kind, found in TYPES if isinstance(field, kind)))
        if field.choices:
            schema["enum"] = [value for value, _ in field.flatchoices] + ([""] if field.blank else [])
        elif schema.get("type") == "string" and field.max_length and "format" not in schema:
            schema["maxLength"] = field.max_length
    return _or_null(schema) if field.null else schema


def _with_article(noun: Any) -> str:
    return f"{'an' if str(noun)[0] in 'aeiou' else 'a'} {noun}"


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    if "type" in schema:
        schema["type"] = [schema["type"], "null"]
    return schema


def nested_fields(kind: str, role: str, resource: str) -> dict[str, tuple[str, list[str]]]:
    """The nested lists of a document: name -> (resource, the fields of its items)."""
    found = {}
    for name, (child, link) in policy.NESTED.get(resource, {}).items():
        granted = policy.grant(kind, role, child)
        if granted:
            found[name] = (child, [n for n in policy.fields(child, f"key {granted.read}") if n != link])
    return found
