"""YAML as a tree of texts with line numbers, built from parser events.

Nothing is guessed: every scalar stays the text its author wrote (`no`, `12:30`, `2023-09-01`, `0123`), and whoever
reads a key says what it must be. Tags, merge keys and documents beyond the first are refused, duplicate keys are
faults, aliases are followed only as far as the whole stays small (a bomb is counted, never expanded).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from unicodedata import normalize

import yaml

from services.folder.source import Source, Unreadable

MAX_DEPTH = 64
MAX_NODES = 400_000
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
QUOTES = "check the indentation there, and put texts that hold ': ' or start with a sign in quotes"


@dataclass(frozen=True, slots=True)
class Scalar:
    line: int
    text: str
    plain: bool
    size: int = 1

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Sequence:
    line: int
    items: tuple[Node, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Mapping:
    line: int
    entries: dict[str, tuple[int, Node]]
    """key -> (line of the key, value)"""
    size: int
    is_faulty: bool = False
    """True where a key was left out of `entries` after a fault."""


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class _Open:
    """A collection whose end was not met yet."""

    line: int
    is_mapping: bool
    anchor: str | None
    nodes: list[Node] = field(default_factory=list)


def parse_yaml(text: str, source: Source) -> Node:
    """The one document of the file. Faults that do not stop the reading go to `source`; raises `Unreadable`."""
    builder = _Builder(source)
    for event in _events(text):
        builder.take(event)
    if builder.root is None:
        raise Unreadable(None, "is empty", "write the contest's data into it")
    return builder.root


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        way_out = QUOTES
        if "\\t" in problem or "'\t'" in problem:
            way_out = "indent with spaces, never with tabs"
        elif "chomping" in problem:
            way_out = 'put comparisons in quotes: ">= 50%"'
        raise Unreadable(mark.line + 1 if mark else 1, f"is not YAML ({problem})", way_out) from None


class _Builder:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.anchors: dict[str, Node] = {}
        self.nodes = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise Unreadable(line, "a second document starts", "keep one document in the file (delete the '---')")
        if tag := getattr(event, "tag", None):
            self.source.add(line, "", str(tag), "is a tag", "delete it; quote the value if it is a text")
        if isinstance(event, yaml.ScalarEvent):
            text = normalize("NFC", event.value)
            self._put(Scalar(line, text, plain=not event.style), event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._put(self._anchored(str(event.anchor), line), None)
        elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            self._open(_Open(line, isinstance(event, yaml.MappingStartEvent), event.anchor))
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            self._close()

    def _anchored(self, anchor: str, line: int) -> Node:
        if anchor not in self.anchors:
            raise Unreadable(line, f"*{anchor} names no anchor that ended above", "write the value out")
        return self.anchors[anchor]

    def _open(self, collection: _Open) -> None:
        self.stack.append(collection)
        if len(self.stack) > MAX_DEPTH:
            raise Unreadable(collection.line, f"is nested deeper than {MAX_DEPTH} levels", "flatten it")

    def _close(self) -> None:
        done = self.stack.pop()
        size = 1 + sum(node.size for node in done.nodes)
        if size > MAX_NODES:
            raise Unreadable(done.line, f"grows beyond {MAX_NODES} values", "write it out without aliases, or split it")
        node: Node = Sequence(done.line, tuple(done.nodes), size)
        if done.is_mapping:
            entries = self._entries(done.nodes)
            node = Mapping(done.line, entries, size, is_faulty=2 * len(entries) < len(done.nodes))
        self._put(node, done.anchor)

    def _put(self, node: Node, anchor: str | None) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise Unreadable(node.line, f"is the value number {MAX_NODES + 1}", "split the file: no contest is so big")
        if anchor is not None:
            self.anchors[anchor] = node
        if self.stack:
            self.stack[-1].nodes.append(node)
        else:
            self.root = node

    def _entries(self, nodes: list[Node]) -> dict[str, tuple[int, Node]]:
        entries: dict[str, tuple[int, Node]] = {}
        for key, value in zip(nodes[0::2], nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.source.add(key.line, "", "", "a list or mapping stands as a key", "write a word before the ':'")
            elif key.plain and key.text == "<<":
                self.source.add(key.line, "<<", "", "is a merge key", "write the keys out")
            elif key.text in entries:
                first = entries[key.text][0]
                self.source.add(key.line, key.text, "", f"stands twice (first on line {first})", "keep one of them")
            else:
                entries[key.text] = (key.line, value)
        return entries
