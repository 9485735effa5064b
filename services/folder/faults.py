"""What is wrong with a folder, said so that its author can mend it without asking anybody."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN = 60
"""Characters of a wrong value that are shown."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `line` counts from 1 as editors do; None: the whole file. `key` is a dotted path."""

    file: str
    line: int | None
    key: str
    value: str
    problem: str
    way_out: str

    def render(self) -> str:
        """`contest.yaml:12: closes: 2023-08-01T00:00 is before opens; give a later time`."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        key = f"{self.key}: " if self.key else ""
        value = f"{_shown(self.value)} " if self.value else ""
        return f"{where}: {key}{value}{self.problem}; {self.way_out}"


class FolderFaults(Exception):
    """The folder cannot be used. Nothing of it was; `faults` are in the order of files and lines."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(fault.render() for fault in faults))


def _shown(value: str) -> str:
    clean = "".join(letter if letter.isprintable() else " " for letter in value)
    return clean if len(clean) <= SHOWN else clean[: SHOWN - 1] + "…"
