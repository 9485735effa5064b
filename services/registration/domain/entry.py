"""Entering a series: what is asked for, whether it is sound, and who may enter and start."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.contracts.rules import RegistrationRules, Rules
from services.registration.domain import phone, text
from services.registration.domain.eligibility import OLDEST_YEARS, group_of, years

FIELDS = ("name", "birth_date", "unit", "category", "phone", "id_number")


@dataclass(frozen=True)
class Form:
    """What somebody typed, as they typed it. `birth_date` is ISO `YYYY-MM-DD`."""

    name: str | None = None
    birth_date: str | None = None
    unit: str | None = None
    category: str | None = None
    phone: str | None = None
    id_number: str | None = None
    consent_version: str | None = None
    purposes: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True)
class Person:
    """A form brought into one form: NFC name, `+84…` phone, digits only. What the contest does not ask for is None."""

    name: str | None
    birth_date: date | None
    unit: str | None
    category: str | None
    group: str | None
    phone: str | None
    id_number: str | None
    purposes: tuple[str, ...]
    code: str


@dataclass(frozen=True)
class Fault:
    """One thing to correct. `code` is for pages, which have their own words for it."""

    field: str
    code: str
    message: str


def read(form: Form, rules: Rules, units: Container[str], today: date) -> Person | list[Fault]:
    """The person behind a form, or everything that is wrong with it."""
    asked = _only_asked(form, rules.registration)
    born = _date(asked.birth_date)
    person = Person(
        name=text.name(asked.name) if asked.name else None,
        birth_date=born,
        unit=asked.unit if asked.unit in units else None,
        category=asked.category if asked.category in {each.id for each in rules.registration.categories} else None,
        group=group_of(rules.groups, asked.category),
        phone=phone.normalise(asked.phone) if asked.phone else None,
        id_number=text.id_number(asked.id_number) if asked.id_number else None,
        purposes=tuple(dict.fromkeys(asked.purposes)),
        code=text.code(asked.code) or "",
    )
    found = [*_field_faults(asked, person, rules.registration), *_birth_faults(born, today)]
    found += [*_code_faults(person.code), *_consent_faults(asked, rules)]
    return found or person


def _only_asked(form: Form, rules: RegistrationRules) -> Form:
    """What the contest does not ask for is not taken, even when it is sent: no data without a purpose."""
    off = {name for name in FIELDS if rules.fields.get(name, "off") == "off"}
    blank = {name for name in FIELDS if not (getattr(form, name) or "").strip()}
    dropped: dict[str, Any] = dict.fromkeys(off | blank)
    return replace(form, **dropped)


def _field_faults(asked: Form, person: Person, rules: RegistrationRules) -> Iterable[Fault]:
    for name in FIELDS:
        given, clean = getattr(asked, name), getattr(person, name)
        if given is None and rules.fields.get(name) == "required":
            yield Fault(name, "missing", f"{name}: this contest asks for it")
        elif given is not None and clean is None:
            yield Fault(name, "not-valid", f"{name}: not something this contest knows or can read")


def _date(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given) if given and len(given) == 10 else None
    except ValueError:
        return None


def _birth_faults(born: date | None, today: date) -> Iterable[Fault]:
    if born is not None and not (born <= today and years(born, today) <= OLDEST_YEARS):
        yield Fault("birth_date", "not-valid", "birth_date: nobody alive was born on that day")


def _code_faults(code: str) -> Iterable[Fault]:
    if not code:
        yield Fault("code", "not-valid", f"code: an entry code has {text.CODE_DIGITS} digits")
    elif text.is_guessable(code):
        yield Fault("code", "guessable", "code: too easy to guess; let the page draw another one")


def _consent_faults(asked: Form, rules: Rules) -> Iterable[Fault]:
    if rules.consent is None:
        return
    if asked.consent_version != rules.consent.version:
        yield Fault("consent.version", "outdated", f"consent.version: the text in force is {rules.consent.version!r}")
    for purpose in rules.consent.needed:
        if purpose not in asked.purposes:
            yield Fault("consent.purposes", "needed", f"consent.purposes: without {purpose!r} nobody can enter")
    for purpose in asked.purposes:
        if purpose not in rules.consent.purposes:
            yield Fault("consent.purposes", "not-valid", f"consent.purposes: {purpose[:60]!r} is not asked for")
