"""What members of staff may do where: a role, in a series, for an officer under a unit."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

INVITATION_LIVES = timedelta(days=7)
ROLE_OUTLIVES_CLOSING = timedelta(days=60)
"""Results, complaints and prizes come after closing; then the role is over by itself."""
ROLE_WITHOUT_SERIES = timedelta(days=180)
SESSION = timedelta(minutes=15)
"""A staff session's token; it is renewed while somebody works."""
WORKING_DAY = timedelta(hours=12)
"""After it the password is asked for again."""
PASSWORD_LENGTH = range(12, 129)

ROLES = ("unit_officer", "helpdesk", "organiser", "operator", "auditor")

FACTORED = frozenset(ROLES) - {"unit_officer"}
"""Roles that need a second factor: of everybody but the hundreds who look after a unit each."""


@dataclass(frozen=True)
class Grant:
    """A role; `series` None: in every series; `unit`: the root of an officer's subtree."""

    role: str
    series: str | None = None
    unit: str | None = None


def covers(grants: Iterable[Grant], role: str, series: str) -> bool:
    return any(grant.role == role and grant.series in (None, series) for grant in grants)


def roots(grants: Iterable[Grant], series: str) -> frozenset[str]:
    """The units whose subtrees somebody looks after as an officer in the series."""
    return frozenset(
        grant.unit for grant in grants if grant.role == "unit_officer" and grant.series == series and grant.unit
    )


def may_invite(grants: Iterable[Grant], wanted: Grant) -> bool:
    """Whether somebody with these roles may give this one at all: only officers' roles, and only in the own series.

    Whether the unit lies below the own one is for the tree to say.
    """
    if wanted.role != "unit_officer" or wanted.series is None:
        return False
    held = tuple(grants)
    return covers(held, "organiser", wanted.series) or bool(roots(held, wanted.series))


def may_confirm(grants: Iterable[Grant], wanted: Grant) -> bool:
    """Whether somebody with these roles may be the second person for this one; a unit is checked against the tree."""
    held = tuple(grants)
    if any(grant.role == "organiser" and wanted.series in (None, grant.series or wanted.series) for grant in held):
        return True
    return may_invite(held, wanted)


def may_take(grants: Iterable[Grant], from_: Grant) -> bool:
    """Whether somebody with these roles may take this one from whoever holds it; a unit is checked against the tree.

    A role for every series is taken by those alone who are organisers of every series.
    """
    held = tuple(grants)
    if from_.series is None:
        return Grant("organiser") in held
    return covers(held, "organiser", from_.series) or (
        from_.role == "unit_officer" and bool(roots(held, from_.series) - {from_.unit})
    )


def is_held(granted: datetime | None, closes: datetime | None, now: datetime) -> bool:
    """Whether a role is in force: until its own end, and until ROLE_OUTLIVES_CLOSING after its series closes.

    `granted` is the role's own end (None: none), `closes` the series' (None: no such series, or not known yet).
    """
    return (granted is None or now < granted) and (closes is None or now < closes + ROLE_OUTLIVES_CLOSING)


def invitation_faults(grant: Grant) -> list[str]:
    """What is wrong with a role that somebody wants to give."""
    faults = []
    if grant.role not in ROLES:
        faults.append(f"role: {grant.role[:40]!r} is none of {', '.join(ROLES)}")
    if grant.role == "unit_officer" and not (grant.series and grant.unit):
        faults.append("unit_id: an officer looks after a unit of a series; name both")
    if grant.role != "unit_officer" and grant.unit:
        faults.append("unit_id: only an officer's role is for a unit")
    return faults


def password(text: str) -> str:
    """The same letters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFC", text)


def password_fault(text: str, login: str) -> str | None:
    """Why a password will not do, or None. Length is what protects; recipes for signs are not asked for."""
    if len(text) not in PASSWORD_LENGTH:
        return f"password: {PASSWORD_LENGTH.start} to {PASSWORD_LENGTH.stop - 1} characters"
    if len(set(text)) < 5:
        return "password: too few different characters"
    if len(login) > 3 and login.casefold() in text.casefold():
        return "password: must not hold the login"
    return None


def login(text: str) -> str | None:
    """Lower case, NFC, 3 to 80 characters without spaces (an e-mail address or a short name); None if it is not that."""
    clean = unicodedata.normalize("NFC", text.strip()).casefold()
    fits = 3 <= len(clean) <= 80 and all(sign.isalnum() or sign in "@._+-" for sign in clean)
    return clean if fits else None
