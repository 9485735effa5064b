"""Names and birth dates put right, and the list of who may not enter."""

from __future__ import annotations

from typing import Any

from tests.support.crowd.deciding import Deciding
from tests.support.crowd.shared import slug_of
from tests.support.crowd.somebody import Somebody, drawn_name

WHY = "viết sai"
MOST_LISTED = 4


class Correcting(Deciding):
    async def correct(self) -> None:
        """Logged without the values; a reason that tells the name is refused. One at a time, so that it is known what the name is."""
        person, mine = self.somebody(), self.role == "organiser"
        if person is None or person.in_correction or self.rng.random() < 0.4:
            return
        person.in_correction, person.corrected = mine, person.corrected or mine
        try:
            await self._correct(person, mine)
        finally:
            person.in_correction = person.in_correction and not mine

    async def _correct(self, person: Somebody, mine: bool) -> None:
        name, personal = drawn_name(self.rng), mine and self.rng.random() < 0.2
        body: dict[str, Any] = {"name": name, "reason": f"{WHY}: {'; '.join(person.names)}" if personal else WHY}
        if not person.child and self.rng.random() < 0.3:
            body["birth_date"] = f"19{self.rng.randrange(60, 90)}-05-06"
        if mine and not personal:
            person.names.add(name)
        path = f"{self.series}/contestants/{person.id}/correction"
        answer = await self.crowd.ask(self.client, "POST", path, json=body)
        self.judge(answer, mine, "a correction")
        if personal and not person.leaving:
            told = answer.status_code == 503 or slug_of(answer) == "registration-faults"
            self.crowd.must(told, f"a name stands in a reason: {answer.text[:200]}")
        if answer.status_code == 200 and answer.json()["changed"]:
            person.corrections += 1
            self.crowd.met("a correction")

    async def list_barred(self) -> bool:
        """Whole, with those who must never get in and some who are registered: these are named, and stay."""
        known = [each for each in self.crowd.people if each.ids and not each.corrected and not each.leaving]
        chosen = self.rng.sample(known, min(len(known), self.rng.randrange(MOST_LISTED)))
        never = [each for each in self.crowd.people if each.barred]
        body = {"people": [{"name": each.name, "birth_date": each.born} for each in (*never, *chosen)]}
        answer = await self.crowd.ask(self.client, "PUT", f"{self.series}/not-eligible", json=body)
        self.judge(answer, self.role == "organiser", "the list of who may not enter")
        if answer.status_code != 200:
            return False
        told = set(answer.json()["registered"])
        missed = [each.id for each in chosen if not self._changed(each) and each.id not in told]
        self.crowd.must(not missed, f"on the list, registered, and not named: {missed}")
        self.crowd.must(not [each for each in never if each.ids], "somebody on the list is registered")
        if chosen:
            self.crowd.met("a list that names people who are registered")
        return True

    @staticmethod
    def _changed(person: Somebody) -> bool:
        return person.corrected or person.leaving
