"""Reads a whole folder, or says everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from services.folder.checks import check, check_bank
from services.folder.checks.units import check_units
from services.folder.contest import ContestFile, read_contest
from services.folder.faults import Fault, FolderFaults
from services.folder.files import read_text
from services.folder.forest import ordered
from services.folder.model import Bank, ContestFolder, Excluded
from services.folder.people import read_excluded
from services.folder.questions import read_bank
from services.folder.source import Source, Unreadable
from services.folder.tree import Node, parse_yaml
from services.folder.units import Found, read_unit_table, read_unit_tree

T = TypeVar("T")
CONTEST, QUESTIONS, TREE, TABLE = FILES = ("contest.yaml", "questions.yaml", "units.yaml", "units.csv")
DRAWN = re.compile(r"\.(draw|fixed)\b")
"""Keys whose checks look into the bank, …"""
MATTERS = re.compile(r"^questions(\[\d+\](\.(id|topic|difficulty|groups).*)?)?$")
"""… and keys of the bank that decide what they find."""


def read_folder(path: Path | str) -> ContestFolder:
    """The folder, complete and checked, with texts in NFC and times in UTC.

    Raises `FolderFaults` with every fault at once; nothing is returned of a folder with a fault."""
    return _Reading(Path(path)).folder()


class _Reading:
    """One pass over a folder. Later files are read even when earlier ones are faulty."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.questions = Source(QUESTIONS, self.faults)
        self.units = Source(TREE, self.faults)

    def folder(self) -> ContestFolder:
        if not self.path.is_dir():
            way_out = "give the folder that holds contest.yaml"
            raise FolderFaults((Fault(str(self.path), None, "", "", "is not a folder", way_out),))
        contest = self._yaml(Source(CONTEST, self.faults), read_contest)
        bank = self._yaml(self.questions, read_bank)
        found = self._units()
        units = ordered(found, self._categories(contest))
        excluded = self._excluded(contest.excluded if contest else None)
        if contest is not None:
            self._check_series(contest)
            self.faults.extend(self._check(contest, bank, found))
        elif bank is not None:
            self.faults.extend(each for fault in check_bank(bank) for each in self._located(fault, self.questions))
        if self.faults or contest is None or bank is None:
            raise FolderFaults(tuple(sorted(dict.fromkeys(self.faults), key=_order)))
        return ContestFolder(contest.rules, bank, units, excluded)

    def _load(self, source: Source, read: Callable[[str, Source], T]) -> T | None:
        try:
            return read(read_text(self.path, source.file), source)
        except Unreadable as why:
            source.unreadable(why)
            return None

    def _yaml(self, source: Source, read: Callable[[Node, Source], T | None]) -> T | None:
        return self._load(source, lambda text, _: read(parse_yaml(text, source), source))

    def _units(self) -> list[Found]:
        if self._has(TREE) and self._has(TABLE):
            way_out = "keep one of them"
            self.faults.append(Fault(TABLE, None, "", "", f"stands beside {TREE}", way_out))
        if self._has(TREE):
            return self._yaml(self.units, read_unit_tree) or []
        self.units.file = TABLE
        return (self._load(self.units, read_unit_table) or []) if self._has(TABLE) else []

    def _categories(self, contest: ContestFile | None) -> tuple[str, ...] | None:
        """Ids of the categories; None where they could not be read."""
        if contest is None or contest.sources[0].doubts("registration.categories"):
            return None
        return tuple(category.id for category in contest.rules[0].registration.categories)

    def _has(self, name: str) -> bool:
        return (self.path / name).is_symlink() or (self.path / name).exists()

    def _excluded(self, name: str | None) -> tuple[Excluded, ...]:
        return () if name is None else self._load(Source(name, self.faults), read_excluded) or ()

    def _check_series(self, contest: ContestFile) -> None:
        """`overall` adds up rounds: there must be so many."""
        overall, rounds = contest.rules[0].later.get("overall"), len(contest.rules)
        source = contest.sources[0]
        if overall is not None and contest.rules[0].id == contest.rules[0].series_id:
            source.add(source.line_of("overall"), "overall", "", "has no rounds to add up", "add rounds, or delete it")
        elif overall is not None and overall.get("best_rounds", 1) > rounds:
            key, best = "overall.best_rounds", str(overall["best_rounds"])
            source.add(source.line_of(key), key, best, f"is more than the {rounds} rounds", f"give at most {rounds}")

    def _check(self, contest: ContestFile, bank: Bank | None, found: list[Found]) -> Iterator[Fault]:
        for rules, source in zip(contest.rules, contest.sources, strict=True):
            faults = check(rules, bank or Bank())
            if not self.units.failed:
                faults.extend(check_units(rules, [each.unit for each in found]))
            for fault in faults:
                yield from self._located(fault, source)

    def _located(self, fault: Fault, contest: Source) -> Iterator[Fault]:
        """The fault with its line, or nothing where it only follows from one that was told already."""
        source = self.questions if fault.file == QUESTIONS else contest
        keys = [fault.key]
        if fault.key.endswith(".correct"):
            keys.append(fault.key.removesuffix("correct") + "options")
        follows = any(source.doubts(key) for key in keys)
        if not (follows or (DRAWN.search(fault.key) and self._bank_in_doubt)):
            value = fault.value or source.values.get(fault.key, "")
            yield replace(fault, line=source.line_of(fault.key), value=value)

    @property
    def _bank_in_doubt(self) -> bool:
        return self.questions.failed or any(MATTERS.search(key) for key in self.questions.broken)


def _order(fault: Fault) -> tuple[int, str, int]:
    rank = FILES.index(fault.file) if fault.file in FILES else len(FILES)
    return rank, fault.file, fault.line or 0
