"""Tickets for a new code, and a school's marks for the children of the own units."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from tests.support.crowd.colleague import Colleague
from tests.support.crowd.shared import fresh_key, slug_of


class Helping(Colleague):
    async def give_ticket(self) -> None:
        """The same request twice gives one ticket."""
        if (person := self.somebody()) is None or len(person.tickets) > 2:
            return
        path, key = f"{self.series}/contestants/{person.id}/code-tickets", fresh_key()
        person.helping, redeemed = person.helping + 1, person.redeemed
        try:
            asks = [
                self.crowd.ask(self.client, "POST", path, json={"reason": "mất mã"}, headers=key)
                for _ in range(1 + (self.rng.random() < 0.3))
            ]
            answers = await asyncio.gather(*asks)
            given = {answer.json()["ticket"] for answer in answers if answer.status_code == 201}
            self.crowd.must(len(given) <= 1, "one key gave two tickets")
            # One that nobody was told of, or that was used meanwhile, may have ended this one.
            unsure = person.redeemed != redeemed or any(answer.status_code == 503 for answer in answers)
            person.tickets += [*([""] if unsure else []), *given]
        finally:
            person.helping -= 1
        for answer in answers:
            if slug_of(answer) == "ticket-limit":
                self.crowd.limited.add(self.member)
            if not person.moved and not person.leaving:
                allowed = self.role == "helpdesk" or (self.role == "unit_officer" and self.reaches(person.unit))
                self.judge(answer, allowed, f"a ticket for somebody of {person.unit}")

    async def mark(self) -> None:
        """That the school holds the guardians' papers, or holds them no more; all of the list or none."""
        pupils = [each for each in self.crowd.people if each.ids and each.child and each.at_school]
        if not pupils:
            return
        chosen = self.rng.sample(pupils, min(len(pupils), self.rng.randrange(1, 4)))
        body = {
            "contestants": [each.id for each in chosen], "consents": self.rng.random() < 0.7, "reason": "giấy của trường",
            "on": f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}",
        }  # fmt: skip
        answer = await self.crowd.ask(self.client, "POST", f"{self.series}/guardian-marks", json=body)
        if not any(each.moved or each.leaving for each in chosen):
            self.judge(answer, all(self.reaches(each.unit) for each in chosen), "guardians' marks")
        if answer.status_code == 200:
            counted = answer.json()
            self.crowd.must(sum(counted.values()) == len(chosen), f"{len(chosen)} marks were counted {counted}")
            if body["consents"] and counted["changed"]:
                self.crowd.met("a school's mark")
