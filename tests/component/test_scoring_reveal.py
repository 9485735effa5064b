"""What a contestant can get out of scoring over HTTP, and when: nothing earlier than the rules allow, in no form."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.contracts.digest import digest
from services.contracts.events import ContestClosed, SessionsRevoked
from services.contracts.rules import Category, Group, Paper, RegistrationRules, Text
from services.runtime import Parts, http
from services.runtime.clock import Clock
from services.runtime.edge import TimeSource
from services.runtime.publisher import Publisher
from services.runtime.tokens import Tokens
from services.scoring import api, handlers
from tests.support.marking import CONTEST, OPENS, RIGHT, Scoring, defined, received, sealed, submitted
from tests.support.stores import Stores

BASIS, WHY = "Điều 4 Luật bí mật", "Vì luật nói thế"
QUESTIONS = ("q1", "q2")


class House:
    """scoring's HTTP application with its handlers, on one database."""

    def __init__(self, scoring: Scoring, client: httpx.AsyncClient, stores: Stores) -> None:
        self.scoring, self._client, self._stores = scoring, client, stores

    def session(self, person: str = "p1", issued: datetime | None = None) -> str:
        tokens = Tokens.load(self._stores.folder / "secrets", "registration")
        claims = {"sub": person, "series": CONTEST, "go": True}
        return tokens.sign("session", claims, timedelta(days=30), issued or datetime.now(UTC))

    async def get(self, path: str, person: str = "p1", contest: str = CONTEST, **about: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.session(person, **about)}"}
        return await self._client.get(f"/api/scoring/v1/contests/{contest}/{path}", headers=headers)

    async def contest(self, version: int = 1, **changes: Any) -> None:
        await self.scoring.contest(defined(version, **changes))

    async def close(self, version: int = 1) -> None:
        await self.scoring.contest(
            ContestClosed(
                version=version, time=OPENS, recorded_at=OPENS, contest_id=CONTEST, series_id=CONTEST,
                definition_version=version, attempts=1, digest=digest(["p1-1"]),
            )
        )  # fmt: skip


@contextlib.asynccontextmanager
async def house(stores: Stores, **changes: Any) -> AsyncIterator[House]:
    """With one contest, its keys, and one paper of p1 with one of two questions right."""
    async with stores.database("scoring") as pool:
        scoring = Scoring(pool)
        told = stores.settings("scoring", await pool.fetchval("select current_database()"))
        parts = Parts(told, pool, Clock(), Tokens.load(told.secrets_dir, "scoring"), Publisher(told.kafka, "scoring"))
        parts.state["keyring"] = scoring.keyring
        app: Any = http.EdgeMiddleware(
            http.build("scoring", api.routes, parts), parts, TimeSource(parts.clock, None)
        )  # fmt: skip
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://scoring") as client:
            made = House(scoring, client, stores)
            await made.contest(**changes)
            about = {"explanation": WHY, "legal_basis": BASIS}
            await scoring.keys(sealed("q1", "a", **about), sealed("q2", "a", "b", **about))
            await scoring.attempts(submitted(q1=("a",), q2=("c",)))
            yield made


def paper(reveal: Any, early: bool = False) -> Paper:
    return Paper(minutes=20, fixed=QUESTIONS, reveal=reveal, reveal_answers_before_closing=early)


async def everything(at: House) -> str:
    """All that p1 can be told of the contest, as one text."""
    answers = [await at.get("results"), await at.get("attempts/p1-1/answers")]
    return "".join(f"{one.status_code} {one.text}" for one in answers)


@pytest.mark.parametrize(
    ("reveal", "early", "closed", "score", "answers"),
    [
        ("nothing", False, False, False, False),
        ("nothing", False, True, False, False),
        ("score", False, False, True, False),
        ("score", False, True, True, False),
        ("answers", False, False, True, False),
        ("answers", False, True, True, True),
        ("answers", True, False, True, True),
    ],
)
async def test_scores_and_answers_are_told_when_the_rules_say_so_and_never_earlier(
    stores: Stores, reveal: str, early: bool, closed: bool, score: bool, answers: bool
) -> None:
    async with house(stores, paper=paper(reveal, early)) as at:
        if closed:
            await at.close()
        told = await everything(at)
        assert ('"right":1' in told) == score
        assert [word in told for word in (BASIS, WHY, '"correct"')] == [answers] * 3
        assert ("answers-not-revealed" in told) == (not answers)


async def test_an_opened_paper_says_of_each_question_what_was_chosen_what_is_right_why_and_by_which_law(
    stores: Stores,
) -> None:
    async with house(stores, paper=paper("answers")) as at:
        await at.close()
        first, second = (await at.get("attempts/p1-1/answers")).json()["questions"]
        assert first == {
            "question_id": "q1", "chosen": ["a"], "correct": ["a"], "right": True, "points": 1, "explanation": WHY,
            "legal_basis": BASIS,
        }  # fmt: skip
        assert (second["chosen"], second["correct"], second["right"]) == (["c"], ["a", "b"], False)
        viewed = await at.scoring.pool.fetch("select actor, subject from audit where action = 'keys.viewed'")
        assert [tuple(row) for row in viewed] == [("contestant:p1", "p1-1")]


async def test_a_deadline_that_moves_after_the_closing_hides_the_answers_again(stores: Stores) -> None:
    async with house(stores, paper=paper("answers")) as at:
        await at.close()
        await at.contest(2, paper=paper("answers"))
        assert BASIS not in await everything(at)
        await at.close(2)
        assert BASIS in await everything(at)


async def test_each_group_sees_what_its_own_paper_shows(stores: Stores) -> None:
    asked = RegistrationRules(fields={"category": "required"}, categories=(Category("can-bo", Text("Cán bộ")),))
    mute = (Group("can-bo", ("can-bo",), paper=paper("nothing")),)
    async with house(stores, paper=paper("score"), registration=asked, groups=mute) as at:
        official = submitted("p2", **RIGHT)
        await at.scoring.attempts(type(official)(**{**_fields(official), "group": "can-bo"}))
        assert (await at.get("results")).json()["attempts"][0]["score"]["right"] == 1
        assert (await at.get("results", "p2")).json()["attempts"][0]["score"] is None


def _fields(event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__struct_fields__}


async def test_nobody_opens_the_paper_of_somebody_else_or_through_another_contest(stores: Stores) -> None:
    async with house(stores, paper=paper("answers")) as at:
        await at.close()
        await at.scoring.attempts(submitted("p2"))
        stranger = await at.get("attempts/p1-1/answers", "p2")
        elsewhere = await at.get("attempts/p1-1/answers", contest="other")
        assert (stranger.status_code, elsewhere.status_code) == (404, 404)
        assert BASIS not in stranger.text + elsewhere.text
        assert await at.scoring.pool.fetchval("select count(*) from audit") == 0


async def test_a_session_that_was_ended_is_told_nothing_and_a_newer_one_is(stores: Stores) -> None:
    async with house(stores, paper=paper("score")) as at:
        now = datetime.now(UTC)
        for version, not_before in ((2, now), (3, now - timedelta(days=1))):
            ended = SessionsRevoked(
                version=version,
                time=now,
                recorded_at=now,
                series_id=CONTEST,
                contestant_id="p1",
                not_before=not_before,
                ended=True,
            )
            async with at.scoring.pool.acquire() as connection, connection.transaction():
                await handlers.take_registrations(connection, [received(ended), received(ended)])
        for path in ("results", "attempts/p1-1/answers"):
            old = await at.get(path, issued=now - timedelta(hours=1))
            assert (old.status_code, "not-signed-in" in old.text) == (401, True)
        assert (await at.get("results", issued=now + timedelta(seconds=1))).status_code == 200
        assert (await at.get("results", "p2", issued=now - timedelta(hours=1))).status_code == 200
