"""The smallest body that an endpoint's OpenAPI schema takes, so that a refusal is about the caller and not the body."""

from __future__ import annotations

from typing import Any
from uuid import UUID

KINDS: dict[str, Any] = {"integer": 1, "number": 1, "boolean": True, "null": None}
FORMATS = {"uuid": str(UUID(int=7)), "date": "1990-02-03", "date-time": "2026-05-01T00:00:00Z"}


def body_of(document: dict[str, Any], method: str, path: str) -> Any:
    """None where the endpoint takes none."""
    operation = next(
        (operations[method.lower()] for template, operations in document["paths"].items() if template == path), {}
    )
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return None if schema is None else sample(schema, document)


def sample(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return sample(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    for word in ("oneOf", "anyOf", "allOf"):
        if word in schema:
            return sample(next(one for one in schema[word] if one.get("type") != "null"), document)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: sample(schema["properties"][name], document) for name in schema.get("required", ())}
        case "array":
            return [sample(schema["items"], document)] * max(1, schema.get("minItems", 0))
        case "string":
            return FORMATS.get(schema.get("format", "")) or _text(schema)
        case kind:
            return schema.get("minimum", KINDS.get(str(kind)))


def _text(schema: dict[str, Any]) -> str:
    return "0" * 64 if "0-9a-f" in schema.get("pattern", "") else "x" * max(3, schema.get("minLength", 0))
