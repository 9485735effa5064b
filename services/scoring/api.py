"""What scoring answers over HTTP."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from msgspec import Struct

from services.contracts.ids import contest_from_path
from services.runtime import Parts
from services.runtime.access import Principal, Role, allow
from services.runtime.audit import note
from services.runtime.database import Connection
from services.runtime.export_api import exports
from services.runtime.problems import Problem
from services.runtime.publisher import Outgoing
from services.scoring import exporting, sessions
from services.scoring.domain.marking import is_right
from services.scoring.domain.reveal import paper_of, revealed
from services.scoring.keyring import Keyring
from services.scoring.problems import NO_ATTEMPT, NO_CONTEST, NOT_REVEALED
from services.scoring.repository import contests, keys, results, scores
from services.scoring.repository.contests import Contest
from services.scoring.view import Results, results_of

BASE = "/api/scoring/v1"


class AnsweredQuestion(Struct, frozen=True):
    """One question of an own paper with what was chosen and what is right. `points`: to be had, not got."""

    question_id: str
    chosen: tuple[str, ...]
    correct: tuple[str, ...]
    right: bool
    points: int
    explanation: str | None
    legal_basis: str | None


class Answers(Struct, frozen=True):
    """An own paper, opened."""

    contest_id: str
    attempt_id: str
    questions: list[AnsweredQuestion]


class Republished(Struct, frozen=True):
    """How many stored scores were published again."""

    published: int


@get(f"{BASE}/contests/{{contest:str}}/results", guards=[allow(Role.CONTESTANT)])
async def own_results(contest: str, parts: Parts, principal: Principal) -> Results:
    """The caller's attempts in one contest with what may be shown of them, and which one counts and why."""
    contest_id = contest_from_path(contest)
    async with parts.pool.acquire() as connection:
        await sessions.check(parts, connection, principal)
        found = await _contest(connection, contest_id)
        excluded = await contests.is_excluded(connection, principal.id)
        rows = await results.own(connection, principal.id, contest_id)
    return results_of(contest_id, found, rows, excluded=excluded)


@get(f"{BASE}/contests/{{contest:str}}/attempts/{{attempt:str}}/answers", guards=[allow(Role.CONTESTANT)])
async def own_answers(contest: str, attempt: str, parts: Parts, principal: Principal) -> Answers:
    """An own paper with the right answers, explanation and legal basis, when the rules show them."""
    contest_id = contest_from_path(contest)
    async with parts.pool.acquire() as connection, connection.transaction():
        await sessions.check(parts, connection, principal)
        found = await _contest(connection, contest_id)
        stored = await results.paper(connection, principal.id, attempt)
        if stored is None or stored[0] != contest_id:
            raise Problem(NO_ATTEMPT, "Look at your results for the ids of your attempts.")
        _, group, paper = stored
        if revealed(paper_of(found.rules, group), closed=found.closed) != "answers":
            raise Problem(NOT_REVEALED, "They are shown after closing, or not at all, as the rules of the contest say.")
        boxes = await keys.boxes(connection, contest_id, paper.questions)
        await note(connection, f"contestant:{principal.id}", "keys.viewed", attempt, new={"keys": len(boxes)})
    sealed = {question: box.sealed for question, box in boxes.items()}
    opened = _opened(parts.state["keyring"], paper, sealed, group)
    return Answers(contest_id, attempt, opened)


def _opened(keyring: Keyring, paper: scores.Paper, boxes: dict[str, str], group: str | None) -> list[AnsweredQuestion]:
    opened = []
    for question in paper.questions:
        key, chosen = keyring.open(boxes[question]), paper.answers.get(question, ())
        won, worth = is_right(chosen, key), key.points_for(group)
        opened.append(AnsweredQuestion(question, chosen, key.correct, won, worth, key.explanation, key.legal_basis))
    return opened


async def _contest(connection: Connection, contest_id: str) -> Contest:
    found = await contests.find(connection, contest_id)
    if found is None:
        raise Problem(NO_CONTEST, f"{contest_id[:100]} is not known here.")
    return found


@get(f"{BASE}/audit", guards=[allow(Role.AUDITOR)])
async def audit(parts: Parts) -> dict[str, Any]:
    """Counts and digests, for `hoithi audit` to compare with quiz and stats."""
    async with parts.pool.acquire() as connection:
        return await results.audit(connection)


@post(f"{BASE}/republish", guards=[allow(Role.OPERATOR)], status_code=200)
async def republish(parts: Parts, principal: Principal) -> Republished:
    """Publishes every stored score again: the same events with the same ids."""
    published = 0
    async with parts.pool.acquire() as connection, connection.transaction():
        await note(connection, f"{principal.kind}:{principal.id}", "scores.republished", "scores")
        async for events in scores.everything(connection):
            await parts.publish([Outgoing(event) for event in events])
            published += len(events)
    return Republished(published)


routes = (own_results, own_answers, audit, republish, *exports(BASE, exporting.collect, sessions.check))
