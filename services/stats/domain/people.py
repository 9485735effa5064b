"""A person as stats sees one: where they count, and whether their attempts are valid.

Each kind of fact carries its own version, so that any order and repetition of a person's events ends in the same state.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from services.contracts.events import (
    ContestantErased,
    ContestantEvent,
    ContestantExcluded,
    ContestantMoved,
    ContestantRegistered,
)


class Person(Struct, frozen=True):
    """Unknown until `registered_hour` (local start of the hour, `2023-09-01T20`) is there."""

    contestant_id: str
    series_id: str
    unit_id: str | None = None
    category: str | None = None
    group: str | None = None
    placed_version: int = 0
    """Of the newest fact about unit, category and group."""
    registered_hour: str | None = None
    excluded: bool = False
    excluded_version: int = 0
    erased_version: int = 0
    took_part: tuple[str, ...] = ()
    """Contests in which an attempt was submitted, sorted."""

    @property
    def attributed(self) -> bool:
        """A registrant: entered and not erased. Attempts of others count under no unit."""
        return self.registered_hour is not None and not self.erased_version


def apply(person: Person, event: ContestantEvent, hour: str) -> Person:
    """The person after the event; the same object where it says nothing new. `hour` is the event's local hour."""
    if isinstance(event, ContestantRegistered):
        entered = person if person.registered_hour else replace(person, registered_hour=hour)
        return _place(entered, event)
    if isinstance(event, ContestantMoved):
        return _place(person, event)
    if isinstance(event, ContestantExcluded) and event.version > person.excluded_version:
        return replace(person, excluded=event.excluded, excluded_version=event.version)
    if isinstance(event, ContestantErased) and event.version > person.erased_version:
        return replace(person, erased_version=event.version)
    return person


def _place(person: Person, event: ContestantRegistered | ContestantMoved) -> Person:
    if event.version <= person.placed_version:
        return person
    return replace(
        person,
        unit_id=event.unit_id,
        category=event.category,
        group=event.group,
        placed_version=event.version,
    )
