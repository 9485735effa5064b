"""Everybody at once."""

from __future__ import annotations

import asyncio
import time
from random import Random

from tests.support.crowd.organising import Organising
from tests.support.crowd.person import Person
from tests.support.crowd.shared import Crowd, Deed
from tests.support.crowd.staff import ROLES

EACH_ROLE = 3
BARRED = 4
"""People who stand on the list of who may not enter before anybody registers."""


class Member(Organising):
    """Tries everything, whatever the role; what the role may do anyway is tried by some more often."""

    def deeds(self) -> list[Deed]:
        looking = [self.list_people, self.read, self.exclude, self.move, self.log, self.invite, self.confirm]
        helping = [self.give_ticket, self.mark, self.import_roster, self.take_back, self.read_roster]
        deciding = [self.decide_dispute, self.erase, self.hold, self.export]
        organising = [self.give_try, self.give_minutes, self.rename_unit, self.merge_units, self.correct, self.bar]
        return [*looking, *helping, *deciding, *organising]

    async def bar(self) -> None:
        await self.list_barred()


class Busy(Member):
    """Somebody of the helpdesk on a bad day: enough tickets for the limit."""

    def deeds(self) -> list[Deed]:
        return [self.give_ticket]


async def run(crowd: Crowd, seed: int, people: int, span: tuple[float, float]) -> None:
    """Until everything was met that should be, after the shorter time of `span` at the earliest (seconds)."""
    crowd.people = [Person(crowd, Random(f"{seed}|{n}")) for n in range(people)]
    staff = [Member(crowd, Random(f"{seed}|{role}|{n}"), role) for n in range(EACH_ROLE) for role in ROLES[:-1]]
    staff += [Member(crowd, Random(f"{seed}|{n}"), ROLES[-1]) for n in range(EACH_ROLE - 1)]
    staff += [Busy(crowd, Random(f"{seed}|busy"), "helpdesk")]
    for person in crowd.people[:BARRED]:
        person.barred, person.invited = True, False
    while not await staff[0].list_barred():  # noqa: ASYNC110 (another process)
        await asyncio.sleep(0.2)
    crowd.began, crowd.span = time.monotonic(), span
    try:
        await asyncio.gather(*(each.live() for each in (*crowd.people, *staff)))
    finally:
        for client in crowd.clients:
            await client.aclose()
