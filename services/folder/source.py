"""Remembers, while a file is read, on which line each key stands and which keys were already complained about."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.folder.faults import Fault


class Unreadable(Exception):
    """A file that cannot be read on: too big, not UTF-8, not YAML. `line` is None where the whole file is meant."""

    def __init__(self, line: int | None, problem: str, way_out: str) -> None:
        super().__init__(problem)
        self.line, self.problem, self.way_out = line, problem, way_out


@dataclass(slots=True)
class Source:
    """One file being read (or one round of it). `faults` may be shared by several sources."""

    file: str
    faults: list[Fault]
    lines: dict[str, int] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    """key -> what stands there, for keys with one value."""
    broken: set[str] = field(default_factory=set)
    failed: bool = False
    """The file could not be read to its end."""

    def add(self, line: int | None, key: str, value: str, problem: str, way_out: str) -> None:
        self.faults.append(Fault(self.file, line, key, value, problem, way_out))
        if key:
            self.broken.add(key)

    def unreadable(self, why: Unreadable) -> None:
        self.failed = True
        self.add(why.line, "", "", why.problem, why.way_out)

    def line_of(self, key: str) -> int | None:
        """The line of the key, or of the nearest key above it that was written down."""
        return next((self.lines[path] for path in _upwards(key) if path in self.lines), None)

    def doubts(self, key: str) -> bool:
        """True where a fault was already found at the key, above it or below it: what is said about it now is noise."""
        if any(path in self.broken for path in _upwards(key)):
            return True
        return any(path.startswith((f"{key}.", f"{key}[")) for path in self.broken)


def _upwards(key: str) -> list[str]:
    """`a.b[1].c` -> itself, `a.b[1]`, `a.b`, `a`, and the whole file."""
    paths = [key]
    while key:
        key = key[: max(key.rfind("."), key.rfind("["), 0)]
        paths.append(key)
    return paths
