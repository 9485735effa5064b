"""Saves and submissions decided on rows that a process remembers, while others change them: on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from asyncpg import Record

from services.quiz import repository
from services.quiz.domain.answers import Save, given
from services.quiz.facts import stored_answers
from services.quiz.handing import HandingIn
from services.quiz.papers import Papers
from services.quiz.taking import Request, Saved, Taker
from services.runtime.problems import Problem
from tests.support.papers import NOON, TRACE, Room, answer, key_of, room
from tests.support.stores import Stores


def replica(quiz: Room) -> Taker:
    """Another process with a memory of its own."""
    book = quiz.parts.state["book"]
    return Taker(book, Papers(), HandingIn(book, quiz.parts.tokens, quiz.parts.clock))


async def saved(quiz: Room, taker: Taker, row: Record, save: Save) -> Any:
    async with quiz.parts.pool.acquire() as connection:
        (result,) = await taker.save(connection, [Request(key_of(row), save, NOON, TRACE)])
    return result


async def submitted(quiz: Room, taker: Taker, row: Record, save: Save | None = None) -> Any:
    async with quiz.parts.pool.acquire() as connection:
        (result,) = await taker.submit(connection, [Request(key_of(row), save, NOON, TRACE)])
    return result


def one(row: Record, place: int, option: str, seq: int, writer: int = 1) -> Save:
    return Save(writer, seq, {row["questions"][place]: (option,)})


def slug_of(result: Any) -> str | None:
    return result.kind.slug if isinstance(result, Problem) else None


async def test_what_two_replicas_save_in_turn_is_all_in_the_row(stores: Stores) -> None:
    """Each remembers a row that the other has changed since: written on it, the other's answers would be lost."""
    async with room(stores) as quiz:
        row = await quiz.start()
        takers = [replica(quiz), replica(quiz)]
        for seq in range(1, 9):
            done = await saved(quiz, takers[seq % 2], row, one(row, seq % 3, "ABCD"[seq % 4], seq))
            assert (done.rev, (await quiz.attempt(row))["rev"]) == (seq, seq)
        stands = given(stored_answers(await quiz.attempt(row)))
        assert stands == {row["questions"][0]: ("C",), row["questions"][1]: ("D",), row["questions"][2]: ("A",)}


async def test_who_lost_the_pen_at_another_replica_is_told_and_changes_nothing(stores: Stores) -> None:
    async with room(stores) as quiz:
        row, taker = await quiz.start(), replica(quiz)
        await saved(quiz, taker, row, one(row, 0, "A", 1))
        async with quiz.parts.pool.acquire() as connection:
            await repository.take_pen(connection, key_of(row))
        refused = await saved(quiz, taker, row, one(row, 0, "B", 2))
        assert slug_of(refused) == "pen-taken"
        assert isinstance(await saved(quiz, taker, row, one(row, 1, "C", 1, writer=2)), Saved)
        assert set(given(stored_answers(await quiz.attempt(row))).values()) == {("A",), ("C",)}


async def test_the_pen_that_a_replica_has_not_heard_of_writes_and_submits(stores: Stores) -> None:
    async with room(stores) as quiz:
        for act in (saved, submitted):
            row, taker = await quiz.start(), replica(quiz)
            await saved(quiz, taker, row, one(row, 0, "A", 1))
            async with quiz.parts.pool.acquire() as connection:
                await repository.take_pen(connection, key_of(row))
            assert not isinstance(await act(quiz, taker, row, one(row, 1, "B", 1, writer=2)), Problem)
            assert set(given(stored_answers(await quiz.attempt(row))).values()) == {("A",), ("B",)}


async def test_what_was_handed_in_at_another_replica_takes_no_more_saves_and_keeps_its_receipt(stores: Stores) -> None:
    async with room(stores) as quiz:
        row, here, there = await quiz.start(), replica(quiz), replica(quiz)
        await saved(quiz, here, row, one(row, 0, "A", 1))
        receipt = await submitted(quiz, there, row)
        refused = await saved(quiz, here, row, one(row, 0, "B", 2))
        assert slug_of(refused) == "attempt-over"
        assert await submitted(quiz, here, row, one(row, 0, "B", 3)) == receipt
        assert len(await quiz.outbox("attempt.submitted.v1")) == 1


async def test_a_moved_deadline_is_what_the_next_save_is_told(stores: Stores) -> None:
    async with room(stores) as quiz:
        row, taker = await quiz.start(), replica(quiz)
        await saved(quiz, taker, row, one(row, 0, "A", 1))
        moved = row["ends_at"] + timedelta(minutes=7)
        async with quiz.parts.pool.acquire() as connection:
            await repository.write_ends(connection, [(key_of(row), moved)])
        assert (await saved(quiz, taker, row, one(row, 0, "B", 2))).ends_at == moved


async def test_a_row_is_forgotten_when_nobody_knows_whether_its_statement_took(stores: Stores) -> None:
    """The revision could come again with other answers: from then on only the row itself is believed."""
    async with room(stores) as quiz:
        row, taker = await quiz.start(), replica(quiz)
        await saved(quiz, taker, row, one(row, 0, "A", 1))
        connection = await asyncpg.connect(quiz.parts.settings.database_url)
        await connection.close()
        with pytest.raises(asyncpg.InterfaceError):
            await taker.save(connection, [Request(key_of(row), one(row, 1, "B", 2), NOON, TRACE)])  # type: ignore[arg-type]
        assert taker._papers.take([key_of(row)]) == {}


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_acknowledged_is_lost_whichever_replica_takes_it(stores: Stores, seed: int) -> None:
    """Three replicas at once on the same papers: per question the newest acknowledged save stands, and each counts once."""
    dice = random.Random(seed)
    async with room(stores) as quiz:
        rows = [await quiz.start() for _ in range(3)]
        takers = [replica(quiz) for _ in range(3)]
        newest: dict[tuple[Any, str], tuple[int, str]] = {}
        counted = dict.fromkeys([row["attempt_id"] for row in rows], 0)

        async def device(row: Record, seqs: list[int]) -> None:
            for seq in seqs:
                place, option = dice.randrange(3), dice.choice("ABCD")
                done = await saved(quiz, dice.choice(takers), row, one(row, place, option, seq))
                if isinstance(done, Saved):
                    where = (row["attempt_id"], row["questions"][place])
                    counted[row["attempt_id"]] += 1
                    newest[where] = max(newest.get(where, (0, "")), (seq, option))
                else:
                    assert done.kind.slug == "overloaded"

        work = [device(row, list(range(first, 60, 3))) for row in rows for first in (1, 2, 3)]
        await asyncio.gather(*work)
        for row in rows:
            stands = given(stored_answers(await quiz.attempt(row)))
            for (attempt, question), (_, option) in newest.items():
                if attempt == row["attempt_id"]:
                    assert stands[question] == (option,)
            receipt = await submitted(quiz, dice.choice(takers), row, answer(row, "A", seq=0))
            assert isinstance(receipt, bytes)
        assert len(await quiz.outbox("attempt.submitted.v1")) == len(rows)
