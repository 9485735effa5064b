"""One's own data: another phone, everything that is known, and leaving for good."""

from __future__ import annotations

import asyncio
import time

from tests.support.crowd.invited import Invited
from tests.support.crowd.recovering import ME, OVER
from tests.support.crowd.shared import LATE, slug_of
from tests.support.crowd.somebody import PHONES

MOST_ERASED = 14
SERVICES = ("registration", "quiz", "scoring", "stats")


class Owning(Invited):
    async def change_phone(self) -> None:
        """Also to a number that others share, up to the limit."""
        wanted = None if self.rng.random() < 0.2 else f"09120000{self.rng.randrange(PHONES):02}"
        before, self.mobile = self.mobile, None
        answer = await self.crowd.ask(self.client, "PUT", f"{ME}/phone", json={"phone": wanted})
        if answer.status_code == 200:
            self.mobile = wanted
            self.crowd.met("a phone changed")
        elif answer.status_code != 503:
            self.mobile = before

    async def sign_in_by_phone(self) -> None:
        """The code picks the person among those who share the number."""
        if self.maybe or self.released or not (phone := self.mobile):
            return
        answer = await self.sign_in_with(self.client, self.code, phone)
        if answer.status_code == 201:
            self.must(answer.json()["contestant_id"] == self.id, "a shared phone signed somebody else in")
        else:
            self.must(self.released or answer.status_code == 503, f"phone and code were refused: {answer.text[:200]}")

    async def dispute(self) -> None:
        """Answered alike, whether anybody has the number or not."""
        body = {"phone": f"09120000{self.rng.randrange(2 * PHONES):02}", "name": self.name}
        answer = await self.crowd.ask(self.stranger, "POST", f"{self.crowd.series}/phone-disputes", json=body)
        self.must(answer.status_code in (202, 503), f"a dispute: {answer.text[:200]}")

    async def export(self) -> None:
        service, papers = self.rng.choice(SERVICES), set(self.papers)
        answer = await self.crowd.ask(self.client, "GET", f"/api/{service}/v1/me/export")
        if answer.status_code != 200:
            return
        told = answer.json()
        self.must(told["contestant_id"] == self.id, "somebody else's data")
        if service == "registration" and not self.leaving:
            [person] = told["records"]["person"]
            mine = person["number"] == self.number and person["name"] in self.names
            self.must(mine, f"an export of {person}")
        if service == "quiz":
            self.must(
                papers <= {row["attempt_id"] for row in told["records"]["attempts"]}, "a paper is not in the export"
            )
        self.crowd.met("an export")

    async def erase_me(self) -> None:
        """For good, by the entry code; not while an organiser holds the file."""
        if self.maybe or not self.receipts or self.crowd.erased >= MOST_ERASED or self.rng.random() < 0.9:
            return
        self.leaving, held = True, self.held
        self.crowd.erased += 1
        if self.slip is not None:
            self.slip.gone = True
        answers = await asyncio.gather(
            *(self.crowd.ask(self.client, "POST", f"{ME}/erasure", json={"code": self.code}) for _ in range(2))
        )
        done = [answer.status_code == 200 for answer in answers]
        if any(done):
            self.crowd.must(not (held and self.held), "somebody was erased whose file is held")
            self.crowd.met("an erasure")
            self.gone = True
        elif any(slug_of(answer) == "erasure-held" for answer in answers):
            self.leaving = False

    async def look_back(self) -> None:
        """Of somebody erased nothing is left to sign in with, or to start."""
        await asyncio.sleep(1)
        self.gone_since = self.gone_since or time.monotonic()
        answers = [await self.me(self.client)]
        if time.monotonic() - self.gone_since > LATE:
            answers.append(await self.start())
        for answer in answers:
            over = slug_of(answer) in OVER or answer.status_code == 503
            self.crowd.must(over, f"erased, and still: {answer.text[:200]}")
        if self.crowd.may_type_wrong():
            answer = await self.sign_in_with(self.stranger, self.code)
            self.crowd.must(answer.status_code in (401, 429, 503), "somebody erased signed in")
