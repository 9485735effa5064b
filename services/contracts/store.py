"""The stored JSON Schemas of all events: `python -m services.contracts.store` writes what is new.

It refuses a change that a stored version does not allow: such an event needs a new type, `….v2`, beside the old one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from services.contracts.compatibility import faults
from services.contracts.events import BY_TYPE

HERE = Path(__file__).parent
SCHEMAS, EXAMPLES = HERE / "schemas", HERE / "examples"


def schema_of(type_: str) -> dict[str, Any]:
    """Today's JSON Schema (draft 2020-12) of an event's payload."""
    # Once through JSON: a default that is a tuple is stored as an array.
    schema = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(BY_TYPE[type_])))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{type_}.json", **schema}


def stored(type_: str) -> dict[str, Any] | None:
    path = SCHEMAS / f"{type_}.json"
    found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    return found


def example(type_: str) -> bytes:
    return (EXAMPLES / f"{type_}.json").read_bytes()


def main() -> int:
    broken = {type_: faults(before, schema_of(type_)) for type_ in BY_TYPE if (before := stored(type_)) is not None}
    for type_, found in broken.items():
        for fault in found:
            sys.stderr.write(f"{type_}: {fault}\n")
    if any(broken.values()):
        sys.stderr.write("Stored versions are read for ever: give the changed event a new type beside the old one.\n")
        return 1
    for type_ in BY_TYPE:
        text = json.dumps(schema_of(type_), ensure_ascii=False, indent=1) + "\n"
        (SCHEMAS / f"{type_}.json").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
