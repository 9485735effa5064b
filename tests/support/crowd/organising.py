"""What only organisers may: tries given back, minutes, units renamed and merged."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from tests.support.crowd.correcting import Correcting
from tests.support.crowd.shared import fresh_key, slug_of

MOST_TRIES = 40


class Organising(Correcting):
    async def give_try(self) -> None:
        """The same request twice gives one try."""
        person = self.somebody()
        if person is None or person.given > 2 or sum(each.given for each in self.crowd.people) > MOST_TRIES:
            return
        path, key = f"/api/quiz/v1/contests/{self.crowd.contest}/contestants/{person.id}/tries", fresh_key()
        person.given += self.role == "organiser"
        asks = [
            self.crowd.ask(self.client, "POST", path, json={"reason": "mất điện"}, headers=key)
            for _ in range(1 + (self.rng.random() < 0.3))
        ]
        answers = await asyncio.gather(*asks)
        for answer in answers:
            self.judge(answer, self.role == "organiser", "a try given back")
        if any(answer.status_code == 201 for answer in answers):
            person.surely_given += 1
            self.crowd.met("a try given back")
        elif all(slug_of(answer) == "no-try-to-give" for answer in answers):
            person.given -= self.role == "organiser"

    async def give_minutes(self) -> None:
        """To one paper, seldom to all; the same request twice gives them once and answers alike."""
        writing = [each for each in self.crowd.people if set(each.papers) - set(each.receipts)]
        person = self.rng.choice(writing) if writing else self.somebody()
        if person is None:
            return
        path, key, now = f"/api/quiz/v1/contests/{self.crowd.contest}/minutes", fresh_key(), datetime.now(UTC)
        body = {
            "minutes": self.rng.randrange(1, 50), "since": f"{now - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
            "until": f"{now:%Y-%m-%dT%H:%M:%SZ}", "reason": "mất điện",
            "contestant_id": person.id if self.rng.random() < 0.9 else None,
        }  # fmt: skip
        asks = [self.crowd.ask(self.client, "POST", path, json=body, headers=key) for _ in range(2)]
        answers = await asyncio.gather(*asks)
        for answer in answers:
            self.judge(answer, self.role == "organiser", "minutes")
        told = [answer.json() for answer in answers if answer.status_code == 200]
        if told:
            self.crowd.must(told[0] == told[-1], f"one key gave minutes twice: {told}")
            alone = body["contestant_id"] is None or told[0]["extended"] + told[0]["full"] <= 1
            self.crowd.must(alone, f"one person has two open papers: {told[0]}")
            if told[0]["extended"]:
                self.crowd.met("minutes given")

    async def rename_unit(self) -> None:
        unit = self.rng.choice(self.crowd.units)
        body = {"name": {"vi": f"Đơn vị {self.rng.randrange(1000)}"}, "reason": "đổi tên"}
        answer = await self.crowd.ask(self.client, "PUT", f"{self.series}/units/{unit}/name", json=body)
        self.judge(answer, self.role == "organiser", "another name for a unit")
        if answer.status_code == 200:
            self.crowd.met("a unit renamed")

    async def merge_units(self) -> None:
        """Two beside the officer's subtree, so that it stays plain who looks after whom."""
        gone, into = self.crowd.units[-1], self.crowd.units[-2]
        if self.rng.random() < 0.7:
            return
        if self.role == "organiser":
            self.crowd.merged.add(gone)
        body = {"into": into, "reason": "sáp nhập"}
        answer = await self.crowd.ask(self.client, "POST", f"{self.series}/units/{gone}/merge", json=body)
        self.judge(answer, self.role == "organiser", "a merge")
        if answer.status_code == 200:
            self.crowd.met("a unit merged")
