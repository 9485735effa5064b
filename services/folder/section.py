"""Reading a tree by asking for what is expected: what nobody asked for is an unknown key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from types import TracebackType
from typing import TypeVar

from services.folder.source import Source
from services.folder.tree import Mapping, Node, Scalar, Sequence

T = TypeVar("T")
D = TypeVar("D")


class Wrong(Exception):
    """The value at hand is not what it must be."""

    def __init__(self, problem: str, way_out: str) -> None:
        super().__init__(problem)
        self.problem, self.way_out = problem, way_out


@dataclass(frozen=True, slots=True)
class Place:
    """A value of the file: what is written, under which dotted path, on which line."""

    node: Node
    path: str
    line: int
    source: Source

    @property
    def written(self) -> str:
        return self.node.text if isinstance(self.node, Scalar) else ""

    def fault(self, problem: str, way_out: str) -> None:
        self.source.add(self.line, self.path, self.written, problem, way_out)

    def read(self, read: Read[T], default: D) -> T | D:
        """What `read` makes of it, or the default after a fault."""
        self.source.lines.setdefault(self.path, self.line)
        if self.written:
            self.source.values.setdefault(self.path, self.written)
        try:
            return read(self)
        except Wrong as wrong:
            self.fault(wrong.problem, wrong.way_out)
            return default

    def items(self) -> list[Place]:
        if not isinstance(self.node, Sequence):
            raise Wrong("is not a list", "write each item on a line of its own after '- ', or within [ ]")
        return [Place(item, f"{self.path}[{i}]", item.line, self.source) for i, item in enumerate(self.node.items)]


Read = Callable[[Place], T]


class Section:
    """A mapping being read. Used as a context: at its end every key that was not asked for is a fault."""

    def __init__(self, place: Place) -> None:
        if not isinstance(place.node, Mapping):
            raise Wrong("is not a mapping", "write 'key: value' lines below it")
        self.place = place
        self.entries = place.node.entries
        self.asked: list[str] = []
        self.ignored: list[str] = []
        if place.node.is_faulty and place.path:
            place.source.broken.add(place.path)

    def __enter__(self) -> Section:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is None:
            self._complain_about_unknown_keys()

    def has(self, key: str) -> bool:
        """True where the key stands with a value that is not null. Counts as asked for."""
        return self._place(key) is not None

    def get(self, key: str, read: Read[T], default: D) -> T | D:
        """The value, or the default where the key is left out, null or wrong."""
        place = self._place(key)
        return default if place is None else place.read(read, default)

    def all(self, key: str, read: Read[T]) -> tuple[T, ...]:
        """The list of such values, wrong items left out after their fault; empty where the key is left out."""
        return self.get(key, each(read), ())

    def need(self, key: str, read: Read[T], placeholder: D) -> T | D:
        """Like `get`, but a key left out is a fault. The placeholder keeps the reading going."""
        place = self._place(key)
        if place is None:
            path = self._path(key)
            line = self.place.source.lines.get(path, self.place.line)
            self.place.source.add(line, path, "", "is missing", f"add '{key}:'")
            return placeholder
        return place.read(read, placeholder)

    def ignore(self, *keys: str) -> None:
        """Keys that stand for the reader of the file only."""
        self.ignored.extend(keys)

    def fault(self, key: str, problem: str, way_out: str) -> None:
        """Something is wrong with the value of a key that stands there."""
        if place := self._place(key):
            place.fault(problem, way_out)

    def _place(self, key: str) -> Place | None:
        self.asked.append(key)
        if key not in self.entries:
            return None
        line, node = self.entries[key]
        self.place.source.lines.setdefault(self._path(key), line)
        if isinstance(node, Scalar) and node.is_null:
            return None
        return Place(node, self._path(key), line, self.place.source)

    def _path(self, key: str) -> str:
        return f"{self.place.path}.{key}" if self.place.path else key

    def _complain_about_unknown_keys(self) -> None:
        for key in self.entries.keys() - {*self.asked, *self.ignored}:
            line = self.entries[key][0]
            near = get_close_matches(key, [*self.asked, *self.ignored], 1)
            known = ", ".join(dict.fromkeys(self.asked))
            way_out = f"did you mean '{near[0]}'?" if near else f"known here: {known}"
            self.place.source.add(line, self._path(key), "", "is not a known key", way_out)


def each(read: Read[T]) -> Read[tuple[T, ...]]:
    """A list of such values; wrong items are left out after their fault."""

    def one(place: Place) -> tuple[T, ...]:
        return (read(place),)

    def all_of_them(place: Place) -> tuple[T, ...]:
        return tuple(value for item in place.items() for value in item.read(one, ()))

    return all_of_them
