"""The OpenAPI document of a service: Litestar's, with the refusals that any handler may give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Litestar

from services.runtime.problems import MEDIA_TYPE

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. Further members depend on `type`; docs/problems.md lists them.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "pattern": "^/problems/[a-z0-9-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string", "pattern": "^urn:trace:[0-9a-f]{32}$"},
    },
}
REFUSED: dict[str, Any] = {
    "description": "Refused, with a problem document",
    "headers": {"Retry-After": {"description": "Seconds, with 429 and 503", "schema": {"type": "integer"}}},
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def document(app: Litestar) -> bytes:
    """As JSON. Every operation that does not describe a refusal itself may give any problem."""
    schema = app.openapi_schema.to_schema()
    schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for operations in schema.get("paths", {}).values():
        for operation in operations.values():
            responses = operation["responses"]
            for status in [s for s, response in responses.items() if s >= "400" and not _is_problem(response)]:
                # Litestar describes a refusal that ours never looks like.
                del responses[status]
            responses["default"] = REFUSED
    return msgspec.json.encode(schema)


def _is_problem(response: Mapping[str, Any]) -> bool:
    return MEDIA_TYPE in response.get("content", {})
