"""Somebody who takes part: what they remember, how they register, sign in and look at themselves."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx

from tests.support.crowd.shared import Actor, Crowd, fresh_key, slug_of
from tests.support.registration import code

PHONES = 12
"""So few that most people meet the limit of a shared number."""
LOST = 0.05
"""Seconds after which an impatient client gives up on an answer, and asks the same again."""
LETTERS = ("b", "ch", "d", "g", "kh", "l", "m", "n", "ph", "qu", "th", "v", "x")


@dataclass
class Slip:
    """An invitation as an officer was told of it."""

    id: str
    number: str
    unit: str
    name: str
    person: str = ""
    gone: bool = False
    """Perhaps: somebody began to take it back, or to erase its person."""
    taken_back: bool = False


def drawn_name(rng: Random) -> str:
    return f"Giáp Thị {''.join(rng.choice(LETTERS) + rng.choice('aeiou') for _ in range(5)).title()}"


class Somebody(Actor):
    def __init__(self, crowd: Crowd, rng: Random) -> None:
        super().__init__(crowd, rng)
        self.client, self.second, self.stranger = crowd.client(), crowd.client(), crowd.client()
        self.key, self.code, self.unit = fresh_key(), code(), rng.choice(crowd.units)
        self.first_code = self.code
        self.maybe: list[str] = []
        """What the code may have become: the answer to a change was lost."""
        self.invited = rng.random() < 0.25
        has_phone = not self.invited and rng.random() < 0.8
        self.phone = f"09120000{rng.randrange(PHONES):02}" if has_phone else None
        self.name = drawn_name(rng)
        self.names = {self.name}
        """Also what organisers corrected it to, or tried to."""
        self.barred = self.corrected = self.in_correction = False
        """`barred`: on the list of who may not enter from the beginning; `corrected`: perhaps."""
        self.corrections = self.paired = 0
        """How often it was told that data were put right, and that a pairing signed a device in."""
        self.agrees: dict[str, bool | None] = {"run_contest": True, "prevent_fraud": True}
        """Consents that a paper needs, as the person was told; None where the answer was lost."""
        born = datetime.now(UTC) - timedelta(days=15 * 366)
        self.child, self.at_school = rng.random() < 0.25, rng.random() < 0.5
        self.born = f"{born:%Y-%m}-03" if self.child else "1990-02-03"
        self.vouched: bool | None = None if self.at_school else False
        """Whether a guardian's consent stands, as the person was told; None where an officer may have decided since."""
        self.guardian = self.child and not self.at_school and rng.random() < 0.3
        self.slip: Slip | None = None
        self.ids: set[str] = set()
        self.number = ""
        self.moved = self.leaving = self.gone = self.held = self.in_dispute = False
        """`leaving`: somebody began to erase the person; `gone`: was told that it is done; `held`: an organiser keeps the file."""
        self.gone_since = 0.0
        self.mobile = self.phone
        """The number now; see `released`."""
        self.given = self.surely_given = self.unanswered = 0
        """Tries that organisers began to give back, and were told they had; starts of which nobody knows."""
        self.tickets: list[str] = []
        self.helping = self.redeemed = 0
        """Officers who are giving a ticket at this moment; how often one was used."""
        self.papers: dict[str, dict[str, Any]] = {}
        self.receipts: dict[str, str] = {}

    @property
    def id(self) -> str:
        return next(iter(self.ids), "")

    @property
    def released(self) -> bool:
        return self.id in self.crowd.released

    def must(self, holds: bool, what: str) -> None:
        """Of somebody who is being erased nothing must be any more."""
        self.crowd.must(holds or self.leaving, f"{self.number or self.name}: {what}")

    def form(self) -> dict[str, Any]:
        """The same on every repeat, whatever has changed since."""
        return {
            "name": self.name, "birth_date": self.born, "unit_id": self.unit, "category": "can-bo",
            "code": self.first_code, "phone": self.phone,
            "guardian": {"name": "Giáp Văn Ổn", "phone": "0912 345 678"} if self.guardian else None,
            "slip": self.slip.number if self.slip else None,
            "consent": {"version": "2023-1", "purposes": ["run_contest", "prevent_fraud"]},
        }  # fmt: skip

    async def register(self, key: dict[str, str] | None = None) -> httpx.Response:
        key, unit = key or self.key, self.unit
        # Somebody who found the same slip has a key of their own, and may still be asking when the other is in.
        repeats = bool(self.ids) and key == self.key
        path = f"{self.crowd.series}/contestants"
        sent, slip = self.form(), self.slip
        answer = await self.crowd.ask(self.client, "POST", path, json=sent, headers=key)
        if answer.status_code == 201:
            self.must(self.code == self.first_code, "a code that was changed since signs in")
            self.ids.add(answer.json()["contestant_id"])
            self.number, self.key = answer.json()["number"], key
            # Of two requests at once one may have been refused before, and something else be ready for the next.
            self.phone, self.unit, self.slip = sent["phone"], sent["unit_id"], slip
            self.mobile = self.mobile if repeats else self.phone
            self.vouched = self.vouched if repeats or self.at_school else self.guardian
            self.must(len(self.ids) == 1, f"registered twice through retries: {self.ids}")
        elif slug_of(answer) == "phone-limit" and not self.ids:
            self.phone = self.mobile = None
            self.key = fresh_key()
        elif slug_of(answer) == "registration-faults" and not self.ids:
            self.must(unit in self.crowd.merged, f"a sound form was refused: {answer.text[:200]}")
            if self.unit == unit:
                self.slip, self.unit, self.key = None, self.crowd.units[0], fresh_key()
        elif repeats:
            changed = self.code != self.first_code or bool(self.maybe)
            self.must(answer.status_code == 503 or changed, f"a repeat was refused: {answer.text[:200]}")
        return answer

    async def register_barred(self) -> None:
        """Never let in, however often it is tried and with whatever else is right."""
        self.key = fresh_key()
        answer = await self.register()
        fine = {"may-not-enter", "registration-faults", "overloaded", "store-away"}
        self.must(
            slug_of(answer) in fine, f"somebody on the list was answered {answer.status_code} {answer.text[:200]}"
        )
        await asyncio.sleep(1)

    async def register_again(self) -> None:
        if not self.leaving:
            await self.register()

    async def register_twice(self) -> None:
        await asyncio.gather(self.register(), self.register())

    async def register_impatiently(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.register(), LOST)

    async def sign_in_with(self, client: httpx.AsyncClient, entry_code: str, phone: str = "") -> httpx.Response:
        login = {"series_id": self.crowd.contest, "login": phone or self.number, "code": entry_code}
        return await self.crowd.ask(client, "POST", "/api/registration/v1/sessions", json=login)

    async def sign_in(self) -> None:
        await self.signed_in(self.client)

    async def signed_in(self, client: httpx.AsyncClient) -> bool:
        for each in (self.code, *self.maybe):
            answer = await self.sign_in_with(client, each)
            if answer.status_code == 201:
                self.must(answer.json()["contestant_id"] == self.id, "somebody else's session")
                self.code, self.maybe = each, []
                return True
            if answer.status_code == 503:
                return False
        self.must(False, f"the right code was refused: {answer.text[:200]}")
        return False

    async def mistype(self) -> None:
        if self.crowd.may_type_wrong():
            answer = await self.sign_in_with(self.stranger, code())
            self.must(answer.status_code in (401, 429, 503), f"a wrong code: {answer.status_code}")

    async def who_am_i(self) -> None:
        await self.me(self.client)

    async def me(self, client: httpx.AsyncClient) -> httpx.Response:
        answer = await self.crowd.ask(client, "GET", "/api/registration/v1/me")
        if answer.status_code == 200:
            self.must(answer.json()["contestant_id"] == self.id, "somebody else's session")
        return answer
