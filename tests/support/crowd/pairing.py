"""A second device by pairing, and single consents: given, withdrawn, given again."""

from __future__ import annotations

import asyncio

from tests.support.crowd.owning import Owning
from tests.support.crowd.recovering import ME, OVER
from tests.support.crowd.shared import fresh_key, slug_of

NEEDED = ("run_contest", "prevent_fraud")
PAIRINGS = "/api/registration/v1"


class Pairing(Owning):
    async def pair_device(self) -> None:
        """The same request twice gives one pairing, and two devices that take it at once are one device too many."""
        key = fresh_key()
        asks = [
            self.crowd.ask(self.client, "POST", f"{ME}/pairing", headers=key) for _ in range(self.rng.randrange(1, 3))
        ]
        answers = await asyncio.gather(*asks)
        for answer in answers:
            fine = answer.status_code in (201, 503) or slug_of(answer) in OVER
            self.must(fine, f"a pairing was refused: {answer.text[:200]}")
        told = {answer.json()["pairing"] for answer in answers if answer.status_code == 201}
        self.must(len(told) <= 1, "one key gave two pairings")
        if told:
            self.crowd.met("a pairing given")
            await self._pair({"series_id": self.crowd.contest, "pairing": told.pop()})

    async def _pair(self, taken: dict[str, str]) -> None:
        shown = await self.crowd.ask(self.stranger, "POST", f"{PAIRINGS}/pairings/opening", json=taken)
        if shown.status_code == 200:
            said = shown.json()
            whose = said["number"] == self.number and said["name"] in self.names
            self.must(whose, f"a pairing of {self.number} is {said['number']}'s")
        devices = [self.second, self.stranger] if self.crowd.may_type_wrong() else [self.second]
        asks = [self.crowd.ask(device, "POST", f"{PAIRINGS}/sessions/pairing", json=taken) for device in devices]
        answers = await asyncio.gather(*asks)
        won = [answer for answer in answers if answer.status_code == 201]
        self.must(len(won) <= 1, "a pairing was good twice")
        self.paired += len(won)
        if won:
            self.must(won[0].json()["contestant_id"] == self.id, "a pairing signed somebody else in")
            self.crowd.met("a device paired")
            mine = await self.me(self.client)
            self.must(mine.status_code in (200, 503), f"the device that paired another is out: {mine.text[:200]}")
        else:
            busy = any(answer.status_code == 503 for answer in answers)
            self.must(busy, f"a good pairing was refused: {[answer.text[:80] for answer in answers]}")

    async def _decide_on(self, purpose: str, given: bool) -> bool:
        body = {"given": given, "version": "2023-1"}
        needed = purpose in NEEDED
        if needed:
            self.agrees[purpose] = None
        answer = await self.crowd.ask(self.client, "PUT", f"{ME}/consents/{purpose}", json=body)
        if answer.status_code != 200:
            return False
        if needed:
            self.agrees[purpose] = given
        [line] = [line for line in answer.json()["consents"] if line["purpose"] == purpose]
        self.must(line["stands"] == given, f"a consent, {given}: {line}")
        self.must(given or not needed or not answer.json()["may_start"], f"may start without {purpose}")
        return True

    async def withdraw_consent(self) -> None:
        """No further paper starts from then on; an open one goes on."""
        purpose = self.rng.choice(NEEDED)
        if self.agrees[purpose] and self.rng.random() < 0.15 and await self._decide_on(purpose, False):
            self.crowd.met("a consent withdrawn")
            refused = await self.start()
            if slug_of(refused) == "may-not-start":
                self.crowd.met("a start without a consent")
            await self.save()

    async def withdraw_another(self) -> None:
        """What a paper does not need: the next one starts as before."""
        if self.rng.random() < 0.2:
            await self._decide_on("remind", self.rng.random() < 0.5)
            await self.start()

    async def agree_again(self) -> None:
        missing = [purpose for purpose in NEEDED if self.agrees[purpose] is not True]
        if missing and all([await self._decide_on(purpose, True) for purpose in missing]):
            before = len(self.papers)
            await self.start()
            if len(self.papers) > before:
                self.crowd.met("a consent given again")
