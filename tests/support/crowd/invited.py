"""People whom an officer invited by name: a slip lets one person in, however many try."""

from __future__ import annotations

import asyncio

import httpx

from tests.support.crowd.guarded import Guarded
from tests.support.crowd.shared import fresh_key, slug_of


class Invited(Guarded):
    async def take_slip(self) -> None:
        """One of those that were given out, perhaps to somebody else too, or taken back since."""
        if not self.crowd.slips:
            self.invited = self.rng.random() < 0.95
            await asyncio.sleep(0.5)
            return
        unused = [slip for slip in self.crowd.slips if not slip.person][-12:]
        slip = self.rng.choice(unused if unused and self.rng.random() < 0.6 else self.crowd.slips[-12:])
        taken = bool(slip.person)
        shown = {"series_id": self.crowd.contest, "slip": slip.number}
        answer = await self.crowd.ask(self.stranger, "POST", "/api/registration/v1/slips/opening", json=shown)
        if answer.status_code == 200:
            said = answer.json()
            self.must((said["name"], said["unit_id"]) == (slip.name, slip.unit), f"a slip says {said}")
            self.must(said["taken"] or not taken, "a slip that was used looks unused")
            self.slip, self.unit, self.key = slip, slip.unit, fresh_key()
        else:
            self.must(slip.gone or answer.status_code == 503, f"a good slip was refused: {answer.text[:200]}")

    async def register_by_slip(self) -> None:
        """Twice at once, with two keys: as if two people had found it."""
        slip = self.slip
        assert slip is not None
        was_gone, other = slip.taken_back, fresh_key()
        keys = [self.key, other] if self.rng.random() < 0.5 else [self.key]
        answers = await asyncio.gather(*(self._until_known(key) for key in keys))
        entered = [answer for answer in answers if answer.status_code == 201]
        self.must(len(entered) <= 1, "a slip registered twice")
        # Refused once because its unit had been merged, the other request may have gone on without the slip.
        if entered and self.slip is slip:
            self.must(not was_gone, "somebody registered with a slip that had been taken back")
            self.must(slip.person in ("", self.id), "two people registered with one slip")
            slip.person = self.id
            self.crowd.met("a slip used")
        elif any(slug_of(answer) in ("slip-taken", "wrong-ticket") for answer in answers):
            self.slip, self.key = None, fresh_key()

    async def _until_known(self, key: dict[str, str]) -> httpx.Response:
        """Under one key until it is known what became of it: another key would be another registration."""
        while (answer := await self.register(key)).status_code == 503:  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.3)
        return answer
