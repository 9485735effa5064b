"""A child takes part with the consent of a guardian, or with a school's mark that it holds one on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.contracts.rules import Rules
from services.registration.domain import phone, text
from services.registration.domain.entry import Fault

PAPER_IS_OLD_AFTER = 366
"""Days: a school's paper is of this school year."""


@dataclass(frozen=True)
class Given:
    """What a guardian typed, as it was typed. `version` is that of the consent's text on the page."""

    name: str | None
    phone: str | None
    version: str | None


@dataclass(frozen=True)
class Guardian:
    """Who consents for a child: NFC name, `+84…` phone."""

    name: str
    phone: str
    version: str | None


def read(given: Given, rules: Rules) -> Guardian | list[Fault]:
    """The guardian behind a form, or everything that is wrong with it."""
    name = text.name(given.name) if given.name else None
    number = phone.normalise(given.phone) if given.phone else None
    in_force = rules.consent.version if rules.consent else None
    found = []
    if name is None:
        found.append(Fault("guardian.name", "missing", "guardian.name: the name of the legal representative"))
    if number is None:
        found.append(Fault("guardian.phone", "missing", "guardian.phone: a mobile number that answers"))
    if given.version != in_force:
        found.append(Fault("guardian.version", "outdated", f"guardian.version: the text in force is {in_force!r}"))
    if found or name is None or number is None:
        return found
    return Guardian(name, number, in_force)


def mark_faults(on: date, today: date) -> list[Fault]:
    """A paper is signed before it is marked, and not years before."""
    if 0 <= (today - on).days <= PAPER_IS_OLD_AFTER:
        return []
    return [Fault("on", "not-valid", f"on: {on} is no day of the year up to {today}")]
