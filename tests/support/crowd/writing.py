"""Papers: started, written, handed in; and other people's, which stay shut."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import httpx

from tests.support.crowd.shared import TRIES, slug_of
from tests.support.crowd.somebody import Somebody


class Writing(Somebody):
    async def start(self, key: str = "") -> httpx.Response:
        headers, vouched = {"idempotency-key": key or uuid.uuid4().hex}, self.vouched
        allowed, agreed = TRIES + self.surely_given, list(self.agrees.values())
        path = f"/api/quiz/v1/contests/{self.crowd.contest}/attempts"
        answer = await self.crowd.ask(self.client, "POST", path, headers=headers)
        if answer.status_code == 201:
            self.papers[answer.json()["id"]] = answer.json()
            self.must(len(self.papers) <= TRIES + self.given, f"{len(self.papers)} papers of one person")
            if len(self.papers) > TRIES:
                self.crowd.met("a try more than the rules")
            self.must(not self.child or vouched is not False, "a paper started without a guardian's consent")
            self.must(False not in agreed, "a paper started without a needed consent")
        elif answer.status_code == 503:
            self.unanswered += 1
        elif slug_of(answer) == "tries-exhausted":
            used = len(self.papers) + self.unanswered
            self.must(used >= allowed, f"{used} papers of {allowed} allowed, and no more")
        return answer

    async def start_one(self) -> None:
        await self.start()

    async def start_twice(self) -> None:
        before, key = set(self.papers), uuid.uuid4().hex
        await asyncio.gather(self.start(key), self.start(key))
        self.must(len(set(self.papers) - before) <= 1, "one key started two papers")

    def _written(self, paper: dict[str, Any]) -> dict[str, Any]:
        chosen = {q["id"]: self.crowd.keys[q["id"]] for q in paper["questions"] if self.rng.random() < 0.9}
        paper["seq"] = paper.get("seq", 0) + 1
        return {"writer": paper["writer"], "seq": paper["seq"], "answers": chosen, "prediction": self.rng.randrange(99)}

    async def _write(self, method: str, what: str) -> tuple[str, httpx.Response] | None:
        if not self.papers:
            return None
        paper = self.rng.choice(list(self.papers.values()))
        headers = {"authorization": f"Bearer {paper['credential']}"}
        path = f"/api/quiz/v1/attempts/{paper['id']}/{what}"
        body = self._written(paper)
        return paper["id"], await self.crowd.ask(self.client, method, path, headers=headers, json=body)

    async def save(self) -> None:
        """Also after a new code, when every session is over: a paper has a credential of its own."""
        written = await self._write("PUT", "answers")
        if written is not None and written[1].status_code >= 400:
            over = slug_of(written[1]) == "attempt-over" and written[0] in self.receipts
            self.must(over or written[1].status_code == 503, f"a save was refused: {written[1].text[:200]}")

    async def submit(self) -> None:
        written = await self._write("POST", "submission")
        if written is not None and written[1].status_code == 200:
            receipt = written[1].json()["receipt"]
            self.must(self.receipts.setdefault(written[0], receipt) == receipt, "two receipts for one paper")

    async def pry(self) -> None:
        """Somebody else's paper and person, by their ids."""
        other = self.rng.choice(self.crowd.people)
        if other is self or not other.papers:
            return
        attempt = next(iter(other.papers))
        person = f"{self.crowd.series}/contestants/{other.id}"
        asks = [
            ("GET", f"/api/quiz/v1/attempts/{attempt}"), ("GET", f"/api/quiz/v1/attempts/{attempt}/receipt"),
            ("GET", f"/api/scoring/v1/contests/{self.crowd.contest}/attempts/{attempt}/answers"),
            ("GET", f"/api/registration/v1/contestants/{other.id}"), ("POST", f"{person}/exclusion"),
            ("POST", f"{person}/code-tickets"), ("POST", f"{person}/erasure"), ("GET", f"{person}/export"),
        ]  # fmt: skip
        method, path = self.rng.choice(asks)
        headers = {"idempotency-key": uuid.uuid4().hex}
        body = {"excluded": True, "reason": "phá"} if "exclusion" in path else {"reason": "phá"}
        answer = await self.crowd.ask(self.client, method, path, json=body, headers=headers)
        refused = answer.status_code in (401, 403, 404, 503)
        self.must(refused, f"{method} {path} of somebody else: {answer.status_code}")
