"""Reads `excluded.csv`: who may not enter."""

from __future__ import annotations

import re

from services.folder.model import Excluded
from services.folder.moments import day
from services.folder.section import Place, Section, Wrong
from services.folder.source import Source
from services.folder.tables import read_table
from services.folder.values import string

PHONE = re.compile(r"(?:\+84|0)[0-9]{9,10}")
ID_NUMBER = re.compile(r"[0-9]{9}|[0-9]{12}")


def read_excluded(content: str, source: Source) -> tuple[Excluded, ...]:
    """Raises `Unreadable` where the file is no table."""
    return tuple(person for row in read_table(content, source) for person in row.read(_person, ()))


def _person(place: Place) -> tuple[Excluded, ...]:
    with Section(place) as section:
        person = Excluded(
            name=section.get("name", string, None),
            birth_date=section.get("birth_date", day, None),
            phone=section.get("phone", _phone, None),
            id_number=section.get("id_number", _id_number, None),
            reason=section.get("reason", string, None),
        )
        known_by_name = section.has("name") and section.has("birth_date")
        if not (known_by_name or section.has("phone") or section.has("id_number")):
            raise Wrong("cannot be told from others", "give phone, id_number, or name and birth_date")
    return (person,)


def _phone(place: Place) -> str:
    """In the form 0…: `+84 912 345 678` is `0912345678`."""
    number = re.sub(r"[ .()-]", "", string(place))
    if not PHONE.fullmatch(number):
        raise Wrong("is not a phone number", "write it like 0912345678 (format the column as text in the spreadsheet)")
    return "0" + number.removeprefix("+84") if number.startswith("+84") else number


def _id_number(place: Place) -> str:
    number = string(place).replace(" ", "")
    if not ID_NUMBER.fullmatch(number):
        raise Wrong("is not an ID number", "write its 12 (or old 9) digits, with leading zeros")
    return number
