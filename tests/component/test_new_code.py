"""A new entry code through registration, Kafka and quiz: every session ends, the open paper goes on."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from services.runtime.access import Role
from tests.support.consuming import until
from tests.support.registration import code, form, key
from tests.support.running import Running


class Someone:
    """A person with an open paper, on the device they registered on."""

    def __init__(self, walk: Running) -> None:
        self.walk, self.code = walk, code()
        self.id = self.number = ""
        self.session: dict[str, str] = {}
        self.paper: dict[str, Any] = {}

    async def begin(self) -> None:
        body, path = form(code=self.code), f"series/{self.walk.contest}/contestants"
        entered = await self.call("registration", "POST", path, json=body)
        self.id, self.number, self.session = entered.json()["contestant_id"], entered.json()["number"], bearer(entered)
        self.paper = (await self.call("quiz", "POST", f"contests/{self.walk.contest}/attempts")).json()
        assert (await self.save(1)).status_code == 200

    async def call(
        self, service: str, method: str, path: str, headers: dict[str, str] | None = None, **options: Any
    ) -> httpx.Response:
        given = {**(self.session if headers is None else headers), **key()}
        async with self.walk.client(service) as client:
            return await client.request(method, f"/api/{service}/v1/{path}", headers=given, **options)

    def answers(self, seq: int) -> dict[str, Any]:
        return {
            "writer": self.paper["writer"], "seq": seq, "answers": {q["id"]: ["A"] for q in self.paper["questions"]},
            "prediction": 7,
        }  # fmt: skip

    @property
    def credential(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.paper['credential']}"}

    async def save(self, seq: int) -> httpx.Response:
        path = f"attempts/{self.paper['id']}/answers"
        return await self.call("quiz", "PUT", path, self.credential, json=self.answers(seq))

    async def submit(self) -> httpx.Response:
        path = f"attempts/{self.paper['id']}/submission"
        return await self.call("quiz", "POST", path, self.credential, json=self.answers(9))


def bearer(answer: httpx.Response) -> dict[str, str]:
    return {"authorization": f"Bearer {answer.cookies['hoithi_session']}"}


async def by_the_own_device(who: Someone, new: str) -> dict[str, str]:
    answer = await who.call("registration", "PUT", "me/code", json={"code": new})
    assert answer.json()["changed"] is True, answer.text
    return bearer(answer)


async def by_a_ticket(who: Someone, new: str) -> dict[str, str]:
    series, by = who.walk.contest, who.walk.headers[Role.HELPDESK]
    path, why = f"series/{series}/contestants/{who.id}/code-tickets", {"reason": "quên mã"}
    ticket = (await who.call("registration", "POST", path, by, json=why)).json()["ticket"]
    body = {"series_id": series, "number": who.number, "ticket": ticket, "code": new}
    return bearer(await who.call("registration", "POST", "sessions/ticket", {}, json=body))


@pytest.mark.parametrize("renew", [by_the_own_device, by_a_ticket])
async def test_an_open_paper_stands_through_a_new_code_while_every_old_session_ends(walk: Running, renew: Any) -> None:
    who, new = Someone(walk), code()
    await who.begin()
    fresh = await renew(who, new)
    assert (await who.call("registration", "GET", "me")).json()["type"] == "/problems/session-over"

    async def quiz_has_heard() -> bool:
        return (await who.call("quiz", "GET", f"attempts/{who.paper['id']}")).status_code == 401

    await until(quiz_has_heard, 30)
    assert (await who.save(2)).status_code == 200, "the paper has a credential of its own"
    shown = await who.call("quiz", "GET", f"attempts/{who.paper['id']}", fresh)
    assert (shown.status_code, shown.json()["state"]) == (200, "open"), "and is found again with the new code"
    login = {"series_id": walk.contest, "login": who.number}
    for secret, status in ((who.code, 401), (new, 201)):
        answer = await who.call("registration", "POST", "sessions", {}, json={**login, "code": secret})
        assert answer.status_code == status
    handed_in = await who.submit()
    assert (handed_in.status_code, bool(handed_in.json()["receipt"])) == (200, True)
