"""Reads who may enter, what they are asked for, and what they agree to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from zoneinfo import ZoneInfo

from services.contracts.rules import AgeLimit, Category, ConsentRules, FieldUse, RegistrationRules, Text
from services.folder.moments import day
from services.folder.section import Place, Read, Section, Wrong
from services.folder.tree import Mapping
from services.folder.values import choice, integer, slug, string, text

FIELDS = ("name", "birth_date", "unit", "category", "phone", "id_number")
PURPOSES = ("run_contest", "prevent_fraud", "remind", "publish_if_winning")
NEEDED = ("run_contest", "prevent_fraud")
"""Consents without which nobody can take part; they are needed wherever they are asked for."""
YEARS = integer(1, 120)


@dataclass(frozen=True, slots=True)
class Registration:
    rules: RegistrationRules
    excluded: str | None = None
    """Name of the file in the folder that lists who may not enter."""


@dataclass(frozen=True, slots=True)
class RegistrationReader:
    """`opens` and the zone are what `at: opens` means."""

    opens: datetime
    time_zone: str

    def __call__(self, place: Place) -> Registration:
        with Section(place) as section:
            age, excluded = section.get("eligible", self._eligible, (None, None))
            rules = RegistrationRules(
                fields=section.get("fields", _fields, {}),
                categories=section.all("categories", _category),
                age=age,
                guardian_under=section.get("guardian", _guardian, None),
                phone_shared_by=section.get("phone_shared_by", integer(1, 1000), 1),
            )
        return Registration(rules, excluded)

    def _eligible(self, place: Place) -> tuple[AgeLimit | None, str | None]:
        with Section(place) as section:
            return section.get("age", self._age, None), section.get("excluded", _file_name, None)

    def _age(self, place: Place) -> AgeLimit:
        with Section(place) as section:
            at = section.get("at", self._at, self._opening_day())
            limit = AgeLimit(at, section.get("from", YEARS, None), section.get("to", YEARS, None))
        if limit.from_years is None and limit.to is None:
            raise Wrong("names no age", "give from, to, or both, in whole years")
        return limit

    def _at(self, place: Place) -> date:
        return self._opening_day() if place.written == "opens" else day(place)

    def _opening_day(self) -> date:
        return self.opens.astimezone(ZoneInfo(self.time_zone)).date()


def _fields(place: Place) -> dict[str, FieldUse]:
    use: Read[FieldUse] = choice("required", "optional", "off")
    with Section(place) as section:
        found: dict[str, FieldUse] = {}
        for name in FIELDS:
            if section.has(name):
                found[name] = section.get(name, use, "off")
        return found


def _category(place: Place) -> Category:
    if not isinstance(place.node, Mapping):
        return Category(slug(place), Text(slug(place)))
    with Section(place) as section:
        category = section.need("id", slug, "?")
        return Category(category, section.get("title", text, Text(category)))


def _guardian(place: Place) -> int | None:
    with Section(place) as section:
        return section.need("under", YEARS, None)


def _file_name(place: Place) -> str:
    name = string(place)
    if name != PurePath(name).name or not name.endswith(".csv"):
        raise Wrong("is not the name of a CSV file in the folder", "put the list into the folder as excluded.csv")
    return name


def consent(place: Place) -> ConsentRules:
    with Section(place) as section:
        version = section.need("version", string, "?")
        purposes = section.all("purposes", choice(*PURPOSES))
        always = tuple(purpose for purpose in NEEDED if purpose in purposes)
        needed = section.all("needed", choice(*purposes))
    return ConsentRules(version, purposes, tuple(dict.fromkeys((*always, *needed))))
