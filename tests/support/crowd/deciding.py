"""Disputes about phones, erasure for somebody who cannot sign in, and what holds a file meanwhile."""

from __future__ import annotations

from tests.support.crowd.inviting import Inviting
from tests.support.crowd.owning import MOST_ERASED, SERVICES
from tests.support.crowd.shared import slug_of
from tests.support.crowd.somebody import Somebody


class Deciding(Inviting):
    async def decide_dispute(self) -> None:
        """Releases the number from some of those who have it; decided once."""
        path = f"{self.series}/phone-disputes"
        answer = await self.crowd.ask(self.client, "GET", path)
        self.judge(answer, self.role in ("helpdesk", "organiser"), "disputes")
        if answer.status_code != 200 or not (waiting := answer.json()):
            return
        chosen = self.rng.choice(waiting)
        numbers = [line["contestant_id"] for line in chosen["people"] if self.rng.random() < 0.4]
        self.crowd.released.update(numbers)
        body = {"release": numbers, "reason": "người nhận cuộc gọi"}
        first, again = [
            await self.crowd.ask(self.client, "POST", f"{path}/{chosen['dispute_id']}/decision", json=body)
            for _ in "12"
        ]
        if first.status_code == 200:
            self.crowd.must(again.status_code == 503 or not again.json()["changed"], "a dispute was decided twice")
            if first.json()["changed"] and numbers:
                self.crowd.met("a phone released")

    async def erase(self) -> None:
        """Refused while a colleague holds the file, and told why."""
        if (person := self.somebody()) is None or person.leaving or self.crowd.erased >= MOST_ERASED:
            return
        mine, held = self.role == "organiser", person.held
        if mine and self.rng.random() < 0.8:
            return
        person.leaving = person.leaving or mine
        self.crowd.erased += mine
        if mine and person.slip is not None:
            person.slip.gone = True
        path = f"{self.series}/contestants/{person.id}/erasure"
        answer = await self.crowd.ask(self.client, "POST", path, json={"reason": "đơn yêu cầu"})
        self.judge(answer, mine, "an erasure")
        if answer.status_code == 200:
            self.crowd.must(not (held and person.held), "somebody was erased whose file is held")
            self.crowd.met("an erasure")
            person.gone = True
        elif slug_of(answer) == "erasure-held":
            person.leaving = False

    async def hold(self) -> None:
        """A file with an open complaint stays until that is settled; one complaint at a time."""
        person = self.somebody()
        if person is None or person.leaving or person.in_dispute or self.rng.random() < 0.5:
            return
        mine = self.role == "organiser"
        person.in_dispute = mine
        try:
            await self._complain(person)
        finally:
            person.in_dispute = person.in_dispute and not mine

    async def _complain(self, person: Somebody) -> None:
        path = f"{self.series}/contestants/{person.id}"
        body = {"held": True, "reason": "đơn khiếu nại"}
        answer = await self.crowd.ask(self.client, "PUT", f"{path}/holds/complaint", json=body)
        if not person.leaving:
            self.judge(answer, self.role == "organiser", "a hold")
        if answer.status_code != 200:
            return
        person.held = True
        refused = await self.crowd.ask(self.client, "POST", f"{path}/erasure", json={"reason": "đơn yêu cầu"})
        self.crowd.must(refused.status_code in (409, 503), f"a held file was erased: {refused.text[:200]}")
        person.held = False
        await self.crowd.ask(self.client, "PUT", f"{path}/holds/complaint", json={**body, "held": False})

    async def export(self) -> None:
        """Of somebody erased it tells no more than that."""
        if (person := self.somebody()) is None:
            return
        service, gone = self.rng.choice(SERVICES), person.gone
        path = f"/api/{service}/v1/series/{self.crowd.contest}/contestants/{person.id}/export"
        answer = await self.crowd.ask(self.client, "GET", path)
        self.judge(answer, self.role == "organiser", f"an export of {service}")
        if answer.status_code == 200 and gone:
            told = [name for name in person.names if name in answer.text]
            self.crowd.must(not told, f"{service} still tells the name of somebody erased")
            if service == "registration":
                self.crowd.must(answer.json()["erased"], "an export does not say that the person is erased")
