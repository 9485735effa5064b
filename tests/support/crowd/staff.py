"""A member of staff: who they are, and whether an answer is what their role may get."""

from __future__ import annotations

from random import Random

import httpx

from tests.support.crowd.shared import Actor, Crowd, slug_of
from tests.support.crowd.somebody import Somebody

ROLES = ("organiser", "unit_officer", "helpdesk", "auditor", "outsider")


class Staff(Actor):
    """The outsider is an organiser of another series."""

    def __init__(self, crowd: Crowd, rng: Random, role: str) -> None:
        super().__init__(crowd, rng)
        self.role, self.series = role, crowd.series
        unit = crowd.units[0] if role == "unit_officer" else None
        outside = role == "outsider"
        self.member, self.client = crowd.staff("organiser", series="other") if outside else crowd.staff(role, unit)

    def somebody(self) -> Somebody | None:
        known = [person for person in self.crowd.people if person.ids]
        return self.rng.choice(known) if known else None

    def reaches(self, unit: str) -> bool:
        """Whether this role looks after the people of a unit."""
        return self.role == "organiser" or (self.role == "unit_officer" and unit in self.crowd.subtree)

    def judge(self, answer: httpx.Response, allowed: bool, what: str) -> None:
        """Who may gets it, or is told why not now; who may not is refused for that."""
        refused = answer.status_code == 403 and slug_of(answer) in ("forbidden", "outside-your-unit")
        busy = answer.status_code == 503
        self.crowd.must(busy or refused != allowed, f"{what} as {self.role}: {answer.status_code} {answer.text[:120]}")
