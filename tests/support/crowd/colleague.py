"""What every member of staff tries: reading, excluding, moving, inviting, confirming, the log."""

from __future__ import annotations

from tests.support.crowd.shared import fresh_key
from tests.support.crowd.staff import Staff


class Colleague(Staff):
    async def list_people(self) -> None:
        unit = self.rng.choice(self.crowd.units)
        path = f"{self.series}/contestants"
        answer = await self.crowd.ask(self.client, "GET", path, params={"unit": unit, "limit": 20})
        self.judge(answer, self.reaches(unit), f"people of {unit}")

    async def read(self) -> None:
        if (person := self.somebody()) is None or person.moved:
            return
        answer = await self.crowd.ask(self.client, "GET", f"/api/registration/v1/contestants/{person.id}")
        if not person.moved and not person.leaving:
            self.judge(answer, self.reaches(person.unit), f"somebody of {person.unit}")

    async def exclude(self) -> None:
        if (person := self.somebody()) is None:
            return
        body = {"excluded": self.rng.random() < 0.4, "reason": "nghi vấn"}
        path = f"{self.series}/contestants/{person.id}/exclusion"
        answer = await self.crowd.ask(self.client, "POST", path, json=body)
        self.judge(answer, self.role == "organiser", "an exclusion")
        if answer.status_code == 200 and answer.json()["changed"] and body["excluded"]:
            self.crowd.met("excluded")

    async def move(self) -> None:
        if (person := self.somebody()) is None or not self.rng.random() < 0.3:
            return
        person.moved = person.moved or self.role == "organiser"
        body = {"unit_id": self.rng.choice(self.crowd.units), "category": "can-bo", "reason": "chọn nhầm"}
        answer = await self.crowd.ask(self.client, "POST", f"{self.series}/contestants/{person.id}/move", json=body)
        self.judge(answer, self.role == "organiser", "a move")

    async def log(self) -> None:
        service = self.rng.choice(("registration", "quiz", "scoring", "stats"))
        answer = await self.crowd.ask(self.client, "GET", f"/api/{service}/v1/audit-log", params={"limit": 5})
        self.judge(answer, self.role == "auditor", "the audit log")

    async def invite(self) -> None:
        body = {"role": "unit_officer", "series_id": self.crowd.contest, "unit_id": self.rng.choice(self.crowd.units)}
        path = "/api/registration/v1/staff/invitations"
        answer = await self.crowd.ask(self.client, "POST", path, json=body, headers=fresh_key())
        below = body["unit_id"] != self.crowd.units[0] or self.role == "organiser"
        if body["unit_id"] not in self.crowd.merged:
            self.judge(answer, self.reaches(body["unit_id"]) and below, f"an invitation for {body['unit_id']}")

    async def confirm(self) -> None:
        path = "/api/registration/v1/confirmations"
        answer = await self.crowd.ask(self.client, "GET", path)
        if answer.status_code != 200 or not (waiting := answer.json()["requests"]):
            return
        request = self.rng.choice(waiting)
        yes = await self.crowd.ask(
            self.client, "POST", f"{path}/{request['id']}/yes", json={"digest": request["digest"]}
        )
        own = request["asked_by"] == f"staff:{self.member}"
        self.crowd.must(not (own and yes.status_code == 200), "somebody confirmed what they asked for themselves")
