"""What may change in a published event without a new version: an optional field may be added, and nothing else.

Old records must be read by today's code, and today's records by code that has not been renewed yet. Both are lost
by a field that goes, becomes required or optional, or takes other values; by another default too, because a field
that holds its default is not written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
SAYS_NOTHING = frozenset({"description", "title", "$defs", "properties", "required"})


def faults(stored: Schema, today: Schema) -> list[str]:
    """Every change from the schema `stored` to `today`'s that a reader or a record would not survive."""
    return sorted(_Comparison(stored, today).at("", stored, today))


class _Comparison:
    def __init__(self, stored: Schema, today: Schema) -> None:
        self._stored, self._today = stored.get("$defs", {}), today.get("$defs", {})

    def at(self, path: str, stored: Any, today: Any) -> Iterator[str]:
        stored, today = _resolve(stored, self._stored), _resolve(today, self._today)
        if isinstance(stored, Mapping) and isinstance(today, Mapping):
            yield from self._objects(path, stored, today)
        elif isinstance(stored, list) and isinstance(today, list) and len(stored) == len(today):
            for n, (old, new) in enumerate(zip(stored, today, strict=True)):
                yield from self.at(f"{path}[{n}]", old, new)
        elif stored != today:
            yield f"{path or 'the event'}: was {stored!r}, is {today!r}"

    def _objects(self, path: str, stored: Schema, today: Schema) -> Iterator[str]:
        yield from self._fields(path, stored, today)
        for key in sorted((stored.keys() | today.keys()) - SAYS_NOTHING):
            if key not in stored or key not in today:
                yield f"{path}/{key}: was {stored.get(key)!r}, is {today.get(key)!r}"
            else:
                yield from self.at(f"{path}/{key}", stored[key], today[key])

    def _fields(self, path: str, stored: Schema, today: Schema) -> Iterator[str]:
        old, new = stored.get("properties", {}), today.get("properties", {})
        was, is_ = set(stored.get("required", ())), set(today.get("required", ()))
        for name in old.keys() - new.keys():
            yield f"{path}.{name}: the field is gone"
        for name in is_ - was:
            yield f"{path}.{name}: is required now, which old records do not know"
        for name in (was - is_) & new.keys():
            yield f"{path}.{name}: is optional now, which old readers do not know"
        for name in old.keys() & new.keys():
            yield from self.at(f"{path}.{name}", old[name], new[name])


def _resolve(schema: Any, definitions: Mapping[str, Any]) -> Any:
    while isinstance(schema, Mapping) and "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    return schema
