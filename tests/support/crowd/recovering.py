"""New entry codes: from a signed-in device, or by an officer's ticket; every session ends, an open paper stands."""

from __future__ import annotations

import asyncio

import httpx

from tests.support.crowd.shared import slug_of
from tests.support.crowd.writing import Writing
from tests.support.registration import code

ME = "/api/registration/v1/me"
OVER = {"session-over", "not-signed-in"}


class Recovering(Writing):
    async def change_code(self) -> None:
        """While another device signs in with the old one: it is out afterwards, whichever was first."""
        if self.maybe or self.rng.random() < 0.7:
            return
        old, new = self.code, code()
        self.maybe = [new]
        others = [self.sign_in_with(self.second, old)] if self.crowd.may_type_wrong() else []
        change = self.crowd.ask(self.client, "PUT", f"{ME}/code", json={"code": new})
        answer, *_ = await asyncio.gather(change, *others)
        if answer.status_code == 200:
            self.code, self.maybe = new, []
            self.crowd.met("an own code")
            self.must(answer.json()["changed"], "a new code was the old one")
            await self._is_out(self.second, "the device with the old code")
            mine = await self.me(self.client)
            self.must(mine.status_code in (200, 503), f"the device that changed the code is out: {mine.text[:200]}")
            await self.save()
        elif slug_of(answer) in OVER:
            self.maybe = []
            await self.signed_in(self.client)

    async def _is_out(self, client: httpx.AsyncClient, which: str) -> None:
        answer = await self.me(client)
        self.must(slug_of(answer) in OVER or answer.status_code == 503, f"{which} is still signed in")

    async def redeem(self) -> None:
        """The newest ticket, sometimes on two devices at once, each with a code of its own: one of them wins."""
        if self.maybe or not any(self.tickets):
            return
        alone, ticket = self.helping == 0 and len(self.tickets) == 1, next(filter(None, reversed(self.tickets)))
        self.tickets.clear()
        self.redeemed += 1
        devices = [self.second, self.stranger] if self.crowd.may_type_wrong() else [self.second]
        codes = [code() for _ in devices]
        body = {"series_id": self.crowd.contest, "number": self.number, "ticket": ticket}
        asks = [
            self.crowd.ask(device, "POST", "/api/registration/v1/sessions/ticket", json={**body, "code": each})
            for device, each in zip(devices, codes, strict=True)
        ]
        answers = await asyncio.gather(*asks)
        won = [at for at, answer in enumerate(answers) if answer.status_code == 201]
        self.must(len(won) <= 1, "a ticket was good twice")
        self.maybe = [each for each, answer in zip(codes, answers, strict=True) if answer.status_code == 503]
        if won:
            self.maybe = []
            self.must(answers[won[0]].json()["contestant_id"] == self.id, "a ticket signed somebody else in")
            await self._moved_to(devices[won[0]], codes[won[0]])
        elif alone and self.helping == 0 and not self.tickets:
            self.must(bool(self.maybe), f"a good ticket was refused: {[each.text[:80] for each in answers]}")

    async def _moved_to(self, device: httpx.AsyncClient, new: str) -> None:
        self.code = new
        self.crowd.met("a code by ticket")
        await self._is_out(self.client, "the device from before the ticket")
        self.client.cookies.clear()
        if device is self.second:
            self.client, self.second = self.second, self.client
        else:
            self.client, self.stranger = self.stranger, self.client
        mine = await self.me(self.client)
        if mine.status_code == 200:
            notices = mine.json()["notices"]
            self.must(any(notice["what"] == "new-code" for notice in notices), "nobody was told of a new code")
            seen = {"up_to": max([notice["id"] for notice in notices], default=0)}
            await self.crowd.ask(self.client, "POST", f"{ME}/notices/seen", json=seen)
        await self.save()
