"""Reads the units: `units.yaml` (a tree of `children`) or `units.csv` (code, parent, name, …)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.contracts.rules import Text
from services.folder.model import Unit
from services.folder.section import Place, Section
from services.folder.source import Source
from services.folder.tables import read_table
from services.folder.tree import Node, Sequence
from services.folder.values import boolean, code, integer, share, slug, text

HEADCOUNT = integer(0, 100_000_000)
BY_CATEGORY = "headcount:"
FACTS = (
    *("headcount_status", "headcount_note", "group", "gso_code", "commune_type", "district", "name_basis", "note"),
    *("population", "population_year", "population_status", "population_source", "outstanding_2023"),
    *("pupils_estimated", "students_estimated"),
    *("schools_all_levels", "schools_status", "schools_counted_here", "schools_source"),
)
"""Keys of `units.yaml` that tell people where figures come from; the services take no notice."""


@dataclass(frozen=True, slots=True)
class Found:
    """A unit and the place it was read from."""

    unit: Unit
    place: Place

    def fault(self, key: str, value: str, way: tuple[str, str]) -> None:
        path = f"{self.place.path}.{key}" if self.place.path else key
        source = self.place.source
        source.add(self.lines.get(key, self.place.line), path, value, *way)

    @property
    def lines(self) -> dict[str, int]:
        return {key: line for key, (line, _) in Section(self.place).entries.items()}


def read_unit_tree(node: Node, source: Source) -> list[Found]:
    return Place(node, "", node.line, source).read(_read_file, [])


def _read_file(place: Place) -> list[Found]:
    with Section(place) as section:
        section.ignore("meta")
        return section.need("tree", _roots, [])


def _roots(place: Place) -> list[Found]:
    roots = place.items() if isinstance(place.node, Sequence) else [place]
    return [found for root in roots for found in _branch(root, None)]


def _branch(place: Place, parent: str | None) -> Iterator[Found]:
    yield from place.read(_BranchReader(parent), [])


@dataclass(frozen=True, slots=True)
class _BranchReader:
    parent: str | None

    def __call__(self, place: Place) -> list[Found]:
        with Section(place) as section:
            section.ignore(*FACTS)
            unit = _unit(section, self.parent, section.get("headcounts", _headcounts, {}))
            children = section.get("children", _Children(unit.unit_id), [])
        return [Found(unit, place), *children]


@dataclass(frozen=True, slots=True)
class _Children:
    parent: str

    def __call__(self, place: Place) -> list[Found]:
        return [found for child in place.items() for found in _branch(child, self.parent)]


def _unit(section: Section, parent: str | None, headcounts: dict[str, int]) -> Unit:
    kind = section.get("kind", slug, "unit")
    return Unit(
        unit_id=section.need("code", code, f"?{section.place.path}{section.place.line}"),
        name=section.need("name", text, Text("?")),
        parent=parent,
        kind=kind,
        headcount=section.get("headcount", HEADCOUNT, None),
        headcounts=headcounts,
        target=section.get("target", share, None),
        open=section.get("open", boolean, kind == "open"),
    )


def _headcounts(place: Place) -> dict[str, int]:
    with Section(place) as section:
        return {category: section.get(category, HEADCOUNT, 0) for category in section.entries}


def read_unit_table(content: str, source: Source) -> list[Found]:
    """Raises `Unreadable` where the file is no table."""
    return [found for row in read_table(content, source) for found in row.read(_read_row, [])]


def _read_row(place: Place) -> list[Found]:
    with Section(place) as section:
        by_category = [column for column in section.entries if column.startswith(BY_CATEGORY)]
        headcounts = {
            column.removeprefix(BY_CATEGORY).strip(): section.get(column, HEADCOUNT, 0) for column in by_category
        }
        parent = section.get("parent", code, None)
        return [Found(_unit(section, parent, headcounts), place)]
