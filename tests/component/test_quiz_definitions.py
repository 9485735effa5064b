"""A contest is defined, changed while people write, closed, opened again: on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from asyncpg import Record

from services.contracts.digest import digest
from services.contracts.rules import Category, DrawStep, Group, Paper, RegistrationRules, Rules, Text
from services.folder import Bank
from services.quiz import closing, repository
from services.quiz.api import views
from services.quiz.importing import Importer, Incoming
from services.quiz.repository import contests
from services.quiz.republishing import republish
from services.runtime.problems import Problem
from tests.support.papers import NOON, OPENS, TRACE, Room, answer, apply, bank, key_of, room, rules
from tests.support.stores import Stores

FULL = timedelta(minutes=20)
SETTLED = timedelta(seconds=6)


def changed(given: Rules, **how: Any) -> Rules:
    return msgspec.structs.replace(given, **how)


async def redefine(quiz: Room, new: Rules, reason: str | None = "mất điện", given: Bank | None = None) -> Any:
    return await apply(quiz.parts, new, given or bank(), reason)


async def shown(quiz: Room, row: Record) -> list[str]:
    """Question ids as a page that resumes gets them."""
    document = await views.paper(await quiz.attempt(row), quiz.parts.state["book"], NOON, None)
    return [question["id"] for question in msgspec.json.decode(document)["questions"]]


async def test_a_running_paper_keeps_its_questions_when_the_draw_is_changed(stores: Stores) -> None:
    async with room(stores) as quiz:
        row = await quiz.start()
        await redefine(quiz, changed(quiz.rules, paper=Paper(minutes=20, draw=(DrawStep(6),), shuffle_options=False)))
        assert await shown(quiz, row) == row["questions"]
        await quiz.save(row, answer(row))
        assert len((await quiz.start())["questions"]) == 6


async def test_a_running_paper_keeps_the_bank_it_was_drawn_from(stores: Stores) -> None:
    async with room(stores) as quiz:
        row = await quiz.start()
        fewer = Bank(tuple(question for question in bank(12).questions if question.id not in row["questions"]))
        await redefine(quiz, quiz.rules, given=fewer)
        assert await shown(quiz, row) == row["questions"]
        await quiz.save(row, answer(row))
        receipt = await quiz.submit(row)
        assert receipt["receipt"]["answered"] == 3
        (event,) = await quiz.outbox("attempt.submitted.v1")
        assert event["bank_version"] == 1


async def test_a_start_that_crosses_a_definition_is_drawn_by_the_newer_one(stores: Stores) -> None:
    """The start has read the old deadline when the new one is committed: its insert must notice and look again."""
    cut = rules(late_start="cut")
    late = cut.closes - timedelta(minutes=5)
    async with room(stores, cut) as quiz:
        importer: Importer = quiz.parts.state["importer"]
        async with quiz.parts.pool.acquire() as connection, connection.transaction():
            await repository.hold_closed(connection, cut.id)
            starting = asyncio.create_task(quiz.start(now=late))
            await asyncio.sleep(0.3)
            later = Incoming(changed(cut, closes=cut.closes + timedelta(hours=1)), bank(), "mất điện")
            await importer._apply(connection, later, late, TRACE)
        row = await starting
        assert (row["definition_version"], row["ends_at"]) == (2, late + FULL)


async def test_a_moved_deadline_gives_each_group_its_own_minutes_and_shortens_nobody_who_had_time_left(
    stores: Stores,
) -> None:
    categories = (Category("a", Text("A")), Category("b", Text("B")))
    registration = RegistrationRules(fields={"category": "required"}, categories=categories)
    groups = (Group("dai", ("a",), paper=Paper(minutes=45, draw=(DrawStep(2),))), Group("khac", otherwise=True))
    cut = rules(late_start="cut", groups=groups, registration=registration)
    async with room(stores, cut) as quiz:
        at = cut.closes - timedelta(minutes=5)
        long, short = await quiz.start(now=at, category="a"), await quiz.start(now=at, category="b")
        early = await quiz.start(now=cut.closes - timedelta(minutes=30))
        await redefine(quiz, changed(cut, closes=cut.closes + timedelta(minutes=30)))
        ends = [(await quiz.attempt(row))["ends_at"] for row in (long, short, early)]
        assert ends == [cut.closes + timedelta(minutes=30), at + FULL, early["ends_at"]]


async def test_new_minutes_are_for_new_papers(stores: Stores) -> None:
    cut = rules(late_start="cut")
    async with room(stores, cut) as quiz:
        row = await quiz.start(now=cut.closes - timedelta(minutes=5))
        paper = msgspec.structs.replace(cut.paper, minutes=60)
        await redefine(quiz, changed(cut, closes=cut.closes + timedelta(hours=2), paper=paper))
        assert (await quiz.attempt(row))["ends_at"] == row["started_at"] + FULL


async def test_a_deadline_that_comes_earlier_cuts_running_papers_and_leaves_those_that_may_finish(
    stores: Stores,
) -> None:
    for late_start, minutes in (("cut", 10), ("finish", 20)):
        given = rules(late_start=late_start)
        async with room(stores, given) as quiz:
            row = await quiz.start()
            await redefine(quiz, changed(given, closes=NOON + timedelta(minutes=10)))
            assert (await quiz.attempt(row))["ends_at"] == NOON + timedelta(minutes=minutes)


async def test_moving_ends_locks_in_key_order_so_that_a_batch_of_saves_never_deadlocks_with_it(stores: Stores) -> None:
    """A batch that holds the lowest paper goes on to the highest: a move may only wait behind it, never hold that one."""
    cut = rules(late_start="cut")
    async with room(stores, cut) as quiz:
        keys = sorted([key_of(await quiz.start()) for _ in range(20)])
        async with quiz.parts.pool.acquire() as connection, connection.transaction():
            await repository.lock(connection, keys[:1])
            moving = asyncio.create_task(redefine(quiz, changed(cut, closes=NOON + timedelta(minutes=5))))
            await asyncio.sleep(0.3)
            assert not moving.done()
            async with asyncio.timeout(30):
                assert len(await repository.lock(connection, keys)) == 20
        await moving
        assert await quiz.parts.pool.fetchval("select count(distinct ends_at) from attempts") == 1


async def test_the_window_of_an_open_contest_moves_only_with_a_reason_and_everything_else_without(
    stores: Stores,
) -> None:
    async with room(stores) as quiz:
        importer: Importer = quiz.parts.state["importer"]
        for name in ("opens", "closes"):
            moved = changed(quiz.rules, **{name: getattr(quiz.rules, name) + timedelta(hours=1)})
            with pytest.raises(Problem) as caught:
                await importer.apply(Incoming(moved, bank()), NOON, TRACE)
            assert caught.value.kind.slug == "reason-needed"
        assert (await importer.apply(Incoming(moved, bank()), OPENS - timedelta(days=1), TRACE)).version == 2
        assert (await importer.apply(Incoming(changed(moved, grace_ms=1), bank()), NOON, TRACE)).version == 3


async def test_points_are_part_of_a_key_so_that_changed_points_are_sealed_anew(stores: Stores) -> None:
    async with room(stores) as quiz:
        two = msgspec.structs.replace(quiz.rules.paper, points=2)
        applied = await redefine(quiz, changed(quiz.rules, paper=two))
        assert (applied.bank_version, len(await quiz.outbox("answer-key.sealed.v1"))) == (2, 12)


async def test_a_definition_that_fails_half_way_leaves_nothing(stores: Stores) -> None:
    async with room(stores) as quiz:
        await quiz.parts.pool.execute("alter table answer_keys add constraint refuses check (version < 2)")
        newer = Bank(bank(7).questions)
        with pytest.raises(Exception, match="refuses"):
            await redefine(quiz, quiz.rules, given=newer)
        assert await quiz.parts.pool.fetchval("select max(bank_version) from banks") == 1
        assert await quiz.parts.pool.fetchval("select max(version) from definitions") == 1
        assert len(await quiz.outbox("contest.defined.v1")) == 1


async def test_right_options_stand_nowhere_in_the_database(stores: Stores) -> None:
    """Every table as text: the one right option's word is in the bank, what says that it is right is not."""
    question = msgspec.structs.replace(bank().questions[0], legal_basis="Điều bí mật", explanation="vì thế")
    async with room(stores, None, Bank((question, *bank().questions[1:]))) as quiz:
        pool = quiz.parts.pool
        await quiz.submit(await quiz.start())
        tables = [row[0] for row in await pool.fetch("select tablename from pg_tables where schemaname = 'public'")]
        assert {"banks", "answer_keys", "outbox", "attempts", "definitions", "audit"} <= set(tables)
        rows = [row[0] for table in tables for row in await pool.fetch(f'select t::text from "{table}" t')]
        told = "".join(text + _readable(text) for text in rows)
        assert "Phương án A" in told, "the dump reads what is stored as bytes too"
        for secret in ("correct", "bí mật", "vì thế", "legal_basis"):
            assert secret not in told


def _readable(text: str) -> str:
    """Bytes stand in a row's text as hex."""
    return "".join(
        bytes.fromhex(part[2:]).decode(errors="ignore") for part in text.replace("\\\\x", "\\x").replace('"', " ").split(",")
        for part in [part.strip(" ()")] if part.startswith("\\x")
    )  # fmt: skip


async def test_a_closing_that_waited_for_a_moved_deadline_does_not_close_the_open_contest(stores: Stores) -> None:
    async with room(stores) as quiz:
        limit = quiz.rules.closes + SETTLED
        importer: Importer = quiz.parts.state["importer"]
        async with quiz.parts.pool.acquire() as connection, connection.transaction():
            await repository.hold_closed(connection, quiz.rules.id)
            closes = asyncio.create_task(closing.close(quiz.parts, quiz.rules.id, limit))
            await asyncio.sleep(0.3)
            later = changed(quiz.rules, closes=quiz.rules.closes + timedelta(hours=1))
            await importer._apply(connection, Incoming(later, bank(), "mất điện"), limit, TRACE)
        assert not await closes
        assert await quiz.start(now=limit)


async def test_a_contest_opened_again_is_counted_again_for_its_newer_definition(stores: Stores) -> None:
    async with room(stores) as quiz:
        first = await quiz.start()
        await quiz.submit(first)
        limit = quiz.rules.closes + SETTLED
        assert await closing.close(quiz.parts, quiz.rules.id, limit)
        later = changed(quiz.rules, closes=quiz.rules.closes + timedelta(hours=1))
        await redefine(quiz, later)
        second = await quiz.start(now=quiz.rules.closes)
        await quiz.submit(second, now=quiz.rules.closes)
        assert await closing.close(quiz.parts, quiz.rules.id, later.closes + SETTLED)
        told = [(event["definition_version"], event["attempts"]) for event in await quiz.outbox("contest.closed.v1")]
        assert told == [(1, 1), (2, 2)]
        ids = digest(str(row["attempt_id"]) for row in (first, second))
        assert (await quiz.outbox("contest.closed.v1"))[1]["digest"] == ids


async def test_a_contest_is_due_five_seconds_after_its_closing_and_once(stores: Stores) -> None:
    async with room(stores) as quiz, quiz.parts.pool.acquire() as connection:
        closes = quiz.rules.closes
        assert await contests.due_for_closing(connection, closes + timedelta(seconds=5)) == []
        assert await contests.due_for_closing(connection, closes + SETTLED) == [quiz.rules.id]
        leaders = [closing.close(quiz.parts, quiz.rules.id, closes + SETTLED) for _ in range(4)]
        assert sorted(await asyncio.gather(*leaders)) == [False, False, False, True]
        assert len(await quiz.outbox("contest.closed.v1")) == 1


async def test_the_leader_closes_what_is_due_by_the_watermark_of_a_rehearsal(stores: Stores) -> None:
    """And says so in the contest's time; the real time stands beside it."""
    async with room(stores, rehearsal=True) as quiz:
        leader = asyncio.create_task(closing.run(quiz.parts))
        try:
            await asyncio.sleep(1.5)
            assert await quiz.outbox("contest.closed.v1") == [], "without a watermark no time has passed"
            await repository.raise_watermark(quiz.parts.pool, quiz.rules.closes + SETTLED)
            events: list[dict[str, Any]] = []
            while not events:
                await asyncio.sleep(0.1)
                events = await quiz.outbox("contest.closed.v1")
        finally:
            leader.cancel()
        time, recorded = (datetime.fromisoformat(events[0][name]) for name in ("time", "recorded_at"))
        assert time == quiz.rules.closes + SETTLED
        assert recorded > time + timedelta(days=365)
        assert events[0]["rehearsal"] is True


async def test_a_watermark_never_falls(stores: Stores) -> None:
    async with room(stores) as quiz:
        for hours in (2, 1):
            await repository.raise_watermark(quiz.parts.pool, NOON + timedelta(hours=hours))
        assert await repository.watermark(quiz.parts.pool) == NOON + timedelta(hours=2)


async def test_republishing_tells_what_the_rows_say_with_traces_and_without_open_papers(stores: Stores) -> None:
    async with room(stores) as quiz:
        row, _ = await quiz.start(), await quiz.start()
        await quiz.submit(row, answer(row, "C", prediction=7))
        pool = quiz.parts.pool
        told = [
            (r["topic"], r["key"], r["headers"], r["payload"]) for r in await pool.fetch("table outbox order by id")
        ]
        await pool.execute("delete from outbox")
        async with quiz.parts.pool.acquire() as connection, connection.transaction():
            assert await republish(quiz.parts, connection) == len(told)
        again = [
            (r["topic"], r["key"], r["headers"], r["payload"]) for r in await pool.fetch("table outbox order by id")
        ]
        assert {each[:2] + each[3:] for each in again} == {each[:2] + each[3:] for each in told}
        assert {_id(each[2]) for each in again} == {_id(each[2]) for each in told}
        assert key_of(row)[0] in {each[1] for each in again}


def _id(headers: bytes) -> str:
    return str(dict(msgspec.json.decode(headers))["ce_id"])
