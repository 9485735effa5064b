"""The list of persons who may not enter: what of a person is compared with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Identity:
    """What is known of somebody; `phone` as `+84…`, `id_number` as digits."""

    name: str | None = None
    birth_date: date | None = None
    phone: str | None = None
    id_number: str | None = None


def fold(name: str) -> str:
    """The same name however it is typed; accents count: Hà is not Hạ."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def traits(person: Identity) -> Iterator[tuple[str, ...]]:
    """Each of these alone tells the person. A name without a birth date tells nobody."""
    if person.phone:
        yield "phone", person.phone
    if person.id_number:
        yield "id_number", person.id_number
    if person.name and person.birth_date:
        yield "name", fold(person.name), person.birth_date.isoformat()
