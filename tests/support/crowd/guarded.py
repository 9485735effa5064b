"""Children: no paper starts without a guardian's consent, also when it comes later or is withdrawn."""

from __future__ import annotations

from tests.support.crowd.recovering import ME, Recovering


class Guarded(Recovering):
    async def _decide(self, consents: bool) -> bool:
        given = {"name": "Giáp Văn Ổn", "phone": "0912 345 678", "version": "2023-1"} if consents else {}
        self.vouched = None
        answer = await self.crowd.ask(self.client, "PUT", f"{ME}/guardian", json={"consents": consents, **given})
        if answer.status_code != 200:
            return False
        self.vouched = consents
        state = answer.json()["state"]
        self.must(state == ("stands" if consents else "missing"), f"a guardian's consent, {consents}: {state}")
        return True

    async def guardian_consents(self) -> None:
        """Later than the registration, on the child's own device; papers start from then on."""
        if self.vouched is not True and await self._decide(True):
            before = len(self.papers)
            await self.start()
            if len(self.papers) > before:
                self.crowd.met("a guardian's later consent")

    async def guardian_withdraws(self) -> None:
        """No further paper starts from then on; an open one goes on."""
        if self.vouched and self.rng.random() < 0.3 and await self._decide(False):
            self.crowd.met("a guardian's consent withdrawn")
            await self.start()
            await self.save()

    async def start_without_consent(self) -> None:
        if self.vouched is False:
            await self.start()
