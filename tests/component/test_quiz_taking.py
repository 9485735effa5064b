"""Saves and submissions against each other, against the sweeper and against a commit that fails: on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from asyncpg import Record

from services.quiz import repository
from services.quiz.domain.answers import Save
from services.quiz.handing import HandingIn
from services.quiz.papers import Papers
from services.quiz.sweeping import Sweeper
from services.quiz.taking import Request, Saved, Taker
from services.runtime.clock import Clock
from services.runtime.problems import Problem
from tests.support.papers import NOON, TRACE, Room, answer, key_of, room
from tests.support.stores import Stores

FULL, GRACE, PATIENCE = timedelta(minutes=20), timedelta(seconds=30), timedelta(seconds=5)
INSTANT = timedelta(milliseconds=1)


class Stopped(Clock):
    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def taker_of(quiz: Room) -> Taker:
    book = quiz.parts.state["book"]
    return Taker(book, Papers(), HandingIn(book, quiz.parts.tokens, quiz.parts.clock))


async def sweep(quiz: Room, at: datetime) -> int:
    """As the sweeper of another replica does it, when the real time is `at`."""
    quiz.parts.clock = Stopped(at)
    sweeper: Sweeper = quiz.parts.state["sweeper"]
    return await sweeper.sweep()


async def refuse_commits(quiz: Room) -> None:
    await quiz.parts.pool.execute(
        """create function refuse() returns trigger language plpgsql as $$
           begin raise exception using errcode = '08006', message = 'lost'; end $$;
           create constraint trigger refuses after update on attempts deferrable initially deferred
           for each row execute function refuse()"""
    )


async def allow_commits(quiz: Room) -> None:
    await quiz.parts.pool.execute("drop trigger refuses on attempts")


async def test_rule_1_nothing_is_acknowledged_whose_commit_failed(stores: Stores) -> None:
    """The statements succeed and the commit does not: a save or receipt sent before it would now be a lie."""
    async with room(stores) as quiz:
        row = await quiz.start()
        await refuse_commits(quiz)
        for sent in (quiz.save(row, answer(row)), quiz.submit(row, answer(row))):
            with pytest.raises(Problem) as caught:
                await sent
            assert caught.value.kind.slug == "store-away"
        stored = await quiz.attempt(row)
        assert (stored["rev"], stored["state"], await quiz.outbox("attempt.submitted.v1")) == (0, 0, [])
        await allow_commits(quiz)
        assert (await quiz.save(row, answer(row))).rev == 1
        assert (await quiz.submit(row))["receipt"]["answered"] == 3


async def test_no_answer_comes_while_the_transaction_is_still_open(stores: Stores) -> None:
    async with room(stores) as quiz:
        row = await quiz.start()
        async with quiz.parts.pool.acquire() as connection, connection.transaction():
            await repository.lock(connection, [key_of(row)])
            sent = [asyncio.create_task(quiz.save(row, answer(row))), asyncio.create_task(quiz.submit(row))]
            await asyncio.sleep(0.3)
            assert not any(task.done() for task in sent)
        await asyncio.gather(*sent, return_exceptions=True)
        assert (await quiz.attempt(row))["state"] == 1


async def test_planted_bug_a_sweeper_before_a_late_commit_loses_to_what_was_received_in_time(stores: Stores) -> None:
    """Received at the last instant of the grace, run 4.9 s later, committed later still: never taken by the sweeper."""
    async with room(stores) as quiz:
        row = await quiz.start()
        await quiz.save(row, answer(row, "A"))
        last = row["ends_at"] + GRACE
        assert await sweep(quiz, last + timedelta(seconds=4.9)) == 0
        async with quiz.parts.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            late = Request(key_of(row), answer(row, "B", seq=2), last, TRACE)
            (receipt,) = await taker_of(quiz).submit(connection, [late])
            assert isinstance(receipt, bytes)
            assert await sweep(quiz, last + timedelta(minutes=1)) == 0, "the row is held: it is skipped"
            await transaction.commit()
        assert await sweep(quiz, last + timedelta(minutes=1)) == 0
        (event,) = await quiz.outbox("attempt.submitted.v1")
        assert (event["how"], event["late_ms"]) == ("by_hand", 30_000)
        assert set(map(tuple, event["answers"].values())) == {("B",)}


async def test_the_sweeper_takes_a_paper_after_end_grace_and_five_seconds_and_not_an_instant_before(
    stores: Stores,
) -> None:
    async with room(stores) as quiz:
        row = await quiz.start()
        due = row["ends_at"] + GRACE + PATIENCE
        assert await sweep(quiz, due) == 0
        assert await sweep(quiz, due + INSTANT) == 1
        assert await sweep(quiz, due + INSTANT) == 0


async def test_a_submission_that_comes_after_the_sweeper_gets_the_receipt_of_what_was_saved(stores: Stores) -> None:
    async with room(stores) as quiz:
        row = await quiz.start()
        await quiz.save(row, answer(row, "A"))
        last = row["ends_at"] + GRACE
        await sweep(quiz, last + PATIENCE + INSTANT)
        first = await quiz.submit(row, answer(row, "B", seq=2), last)
        assert (first["receipt"]["how"], first["receipt"]["late_ms"]) == ("time_ran_out", 0)
        assert first == await quiz.submit(row, None, last)
        assert len(await quiz.outbox("attempt.submitted.v1")) == 1


async def test_two_sweepers_take_every_paper_once(stores: Stores) -> None:
    async with room(stores) as quiz:
        rows = await asyncio.gather(*(quiz.start() for _ in range(40)))
        await asyncio.gather(*(quiz.save(row, answer(row)) for row in rows[:30]))
        due = rows[0]["ends_at"] + GRACE + PATIENCE + INSTANT
        assert sum(await asyncio.gather(*(sweep(quiz, due) for _ in range(6)))) == 40
        told = [event["attempt_id"] for event in await quiz.outbox("attempt.submitted.v1")]
        assert sorted(told) == sorted(str(row["attempt_id"]) for row in rows[:30])


async def test_sweepers_and_submissions_at_once_hand_every_paper_in_once(stores: Stores) -> None:
    async with room(stores) as quiz:
        rows = await asyncio.gather(*(quiz.start() for _ in range(40)))
        await asyncio.gather(*(quiz.save(row, answer(row)) for row in rows))
        last = rows[0]["ends_at"] + GRACE
        due = last + PATIENCE + INSTANT
        work: list[Awaitable[Any]] = [quiz.submit(row, answer(row, "B", seq=2), last) for row in rows]
        work[10:10] = [sweep(quiz, due) for _ in range(3)]
        done = await asyncio.gather(*work)
        receipts = {one["receipt"]["attempt_id"]: one["receipt"]["how"] for one in done if isinstance(one, dict)}
        told = {event["attempt_id"]: event["how"] for event in await quiz.outbox("attempt.submitted.v1")}
        assert receipts == told
        assert len(await quiz.outbox("attempt.submitted.v1")) == 40


async def test_a_paper_whose_answers_were_all_taken_back_is_submitted_empty_and_one_never_touched_is_abandoned(
    stores: Stores,
) -> None:
    async with room(stores) as quiz:
        emptied, untouched, guessed = [await quiz.start() for _ in range(3)]
        await quiz.save(emptied, answer(emptied))
        await quiz.save(emptied, Save(1, 2, dict.fromkeys(emptied["questions"], ())))
        await quiz.save(guessed, Save(1, 1, {}, 52_812))
        await sweep(quiz, emptied["ends_at"] + GRACE + PATIENCE + INSTANT)
        states = [(await quiz.attempt(row))["state"] for row in (emptied, untouched, guessed)]
        assert states == [1, 2, 1]


async def test_a_paper_whose_end_was_moved_meanwhile_is_not_closed_by_the_persons_next_start(stores: Stores) -> None:
    async with room(stores) as quiz:
        row = await quiz.start()
        late = row["ends_at"] + GRACE + PATIENCE + INSTANT
        async with quiz.parts.pool.acquire() as connection, connection.transaction():
            await repository.lock(connection, [key_of(row)])
            starting = asyncio.create_task(quiz.start(key_of(row)[0], late))
            await asyncio.sleep(0.3)
            await repository.write_ends(connection, [(key_of(row), late + FULL)])
        with pytest.raises(Problem) as caught:
            await starting
        assert caught.value.kind.slug == "attempt-running"
        assert (await quiz.attempt(row))["state"] == 0


class Plan(msgspec.Struct, frozen=True):
    """One request to the `paper`-th paper of a run."""

    paper: int
    handing: bool
    save: tuple[int, int, dict[int, tuple[str, ...]], int | None]
    """writer, seq, place on the paper -> options, prediction; a place may be 9: no such question."""
    late: timedelta


def plans(dice: random.Random, count: int, papers: int) -> list[Plan]:
    return [
        Plan(
            dice.randrange(papers),
            dice.random() < 0.15,
            (
                dice.choice([1, 1, 1, 2]), dice.randrange(1, 8),
                {dice.choice([0, 1, 2, 2, 9 if dice.random() < 0.1 else 0]): (dice.choice("ABCD"),) for _ in range(2)},
                dice.choice([None, dice.randrange(100), -1 if dice.random() < 0.1 else 5]),
            ),
            dice.choice([timedelta(), FULL + GRACE, FULL + GRACE + INSTANT]) if dice.random() < 0.2 else timedelta(),
        )
        for _ in range(count)
    ]  # fmt: skip


def runs(sent: Sequence[Plan]) -> list[list[Plan]]:
    """Cut where the kind changes: saves and submissions have batchers of their own, and no order between them."""
    cut: list[list[Plan]] = []
    for plan in sent:
        if not cut or cut[-1][-1].handing != plan.handing:
            cut.append([])
        cut[-1].append(plan)
    return cut


async def do(quiz: Room, rows: Sequence[Record], plan: Plan) -> Any:
    """The answer, told without what differs between two papers."""
    row = rows[plan.paper]
    writer, seq, places, prediction = plan.save
    chosen = {row["questions"][place] if place < 3 else "NOT-THERE": options for place, options in places.items()}
    save = Save(writer, seq, chosen, prediction)
    try:
        if plan.handing:
            receipt = (await quiz.submit(row, save, NOON + plan.late))["receipt"]
            return [receipt[name] for name in ("submitted_at", "how", "answered", "late_ms")]
        saved: Saved = await quiz.save(row, save, NOON + plan.late)
        return saved.rev, saved.ends_at
    except Problem as refusal:
        return refusal.kind.slug


async def outcome(quiz: Room, row: Record) -> Any:
    stored = await quiz.attempt(row)
    places = {question: place for place, question in enumerate(row["questions"])}
    answers = {places.get(question, -1): value for question, value in msgspec.json.decode(stored["answers"]).items()}
    return stored["state"], stored["rev"], stored["how"], stored["submitted_at"], answers


@pytest.mark.parametrize("seed", range(6))
async def test_rule_1_any_batch_of_saves_and_submissions_equals_them_one_by_one(stores: Stores, seed: int) -> None:
    """Same answers to every request, same rows, same facts; refused ones among them, several of one paper in a batch."""
    dice = random.Random(seed)
    async with room(stores) as quiz:
        for _ in range(8):
            together, alone = [[await quiz.start() for _ in range(4)] for _ in range(2)]
            for row in (together[0], alone[0]):
                async with quiz.parts.pool.acquire() as connection:
                    await repository.take_pen(connection, key_of(row))
            sent = plans(dice, 40, 4)
            batched = []
            for run in runs(sent):
                batched += await asyncio.gather(*(do(quiz, together, plan) for plan in run))
            single = [await do(quiz, alone, plan) for plan in sent]
            assert batched == single
            for one, other in zip(together, alone, strict=True):
                assert await outcome(quiz, one) == await outcome(quiz, other)
        handed = await quiz.parts.pool.fetchval("select count(*) from attempts where state = 1")
        assert len(await quiz.outbox("attempt.submitted.v1")) == handed > 0
