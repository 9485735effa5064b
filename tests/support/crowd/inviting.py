"""Rosters: names in, slips out, and taken back until somebody has registered with them."""

from __future__ import annotations

import asyncio

from tests.support.crowd.helping import Helping
from tests.support.crowd.shared import fresh_key, slug_of
from tests.support.crowd.somebody import Slip

MOST_UNUSED = 25


class Inviting(Helping):
    async def import_roster(self) -> None:
        """The same list again under the same key tells the same numbers."""
        if sum(not slip.person and not slip.gone for slip in self.crowd.slips) > MOST_UNUSED:
            return
        unit, key = self.rng.choice(self.crowd.units), fresh_key()
        people = [{"name": f"Lương Văn {letters}"} for letters in self.rng.sample(("An", "Bình", "Cường", "Dũng"), 3)]
        body = {"unit_id": unit, "people": people}
        ask = self.crowd.ask
        asks = [ask(self.client, "POST", f"{self.series}/roster", json=body, headers=key) for _ in range(2)]
        answers = await asyncio.gather(*asks)
        told = [answer.json()["slips"] for answer in answers if answer.status_code == 201]
        for answer in answers:
            self.judge(answer, self.reaches(unit), f"a roster of {unit}")
        if told:
            self.crowd.must(told[0] == told[-1], "one key told other slips")
            self.crowd.slips += [Slip(each["slip_id"], each["number"], unit, each["name"]) for each in told[0]]

    async def take_back(self) -> None:
        if not self.crowd.slips:
            return
        unused = [slip for slip in self.crowd.slips if not slip.person and not slip.gone]
        slip = self.rng.choice(unused if unused and self.rng.random() < 0.6 else self.crowd.slips[-40:])
        used, was_gone = bool(slip.person), slip.gone
        slip.gone = slip.gone or (not used and self.reaches(slip.unit))
        answer = await self.crowd.ask(self.client, "DELETE", f"{self.series}/roster/{slip.id}")
        if answer.status_code == 204:
            self.crowd.must(not used, "a slip was taken back that somebody had registered with")
            self.crowd.must(not slip.person, "a slip was taken back while somebody registered with it")
            slip.taken_back = True
            self.crowd.met("a slip taken back")
        elif slug_of(answer) == "unknown-slip" and self.reaches(slip.unit):
            slip.gone = was_gone or not slip.person
        self.judge(answer, self.role in ("organiser", "unit_officer"), "taking a slip back")

    async def read_roster(self) -> None:
        """Who is missing has a name; who has registered with a slip is not missing."""
        unit = self.rng.choice(self.crowd.units)
        used = {slip.id: slip.person for slip in self.crowd.slips if slip.person and not slip.gone}
        answer = await self.crowd.ask(self.client, "GET", f"{self.series}/roster", params={"unit": unit, "limit": 500})
        self.judge(answer, self.reaches(unit), f"the roster of {unit}")
        if answer.status_code == 200:
            for line in answer.json()["people"]:
                if (person := used.get(line["slip_id"])) is not None:
                    self.crowd.must(line["contestant_id"] == person, f"{line['name']} is missing but has registered")
