"""Groups, rounds, tries and the end of a contest, each at its border and under many starts at once (rule 7)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
import pytest
from asyncpg import Record

from services.contracts.rules import Category, DrawStep, Group, Paper, RegistrationRules, Rules, Text, Tries
from services.folder import Bank
from services.runtime.problems import Problem
from tests.support.papers import NOON, OPENS, Room, answer, apply, bank, room, rules
from tests.support.stores import Stores

INSTANT = timedelta(milliseconds=1)
GRACE = timedelta(seconds=30)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = datetime(2023, 9, 11, tzinfo=VIETNAM)
"""A week's border in the contest's zone; in UTC it is still Sunday."""


async def done(quiz: Room, person: str, now: datetime, **changes: Any) -> Any:
    """One whole paper in no time, or (slug, again_at) of the refusal."""
    try:
        row = await quiz.start(person, now, **changes)
        await quiz.submit(row, answer(row), now)
    except Problem as refusal:
        return refusal.kind.slug, refusal.members.get("again_at")
    return row["ordinal"]


async def together(quiz: Room, person: str, now: datetime, turns: int = 4) -> int:
    """How many of 25 starts at once, `turns` times over, were let in."""
    outcomes: list[Any] = []
    for _ in range(turns):
        outcomes += await asyncio.gather(*(done(quiz, person, now) for _ in range(25)))
    return sum(isinstance(outcome, int) for outcome in outcomes)


@pytest.mark.parametrize("tries", [Tries(week=2), Tries(day=2), Tries(contest=4, day=2)])
async def test_a_hundred_starts_at_once_on_each_side_of_midnight_use_each_sides_tries_and_no_more(
    stores: Stores, tries: Tries
) -> None:
    async with room(stores, rules(tries=tries)) as quiz:
        person = str(uuid4())
        assert await together(quiz, person, MONDAY - INSTANT) == 2
        assert await together(quiz, person, MONDAY) == 2
        assert await quiz.parts.pool.fetchval("select max(ordinal) from attempts") == 4


async def test_a_hundred_starts_at_once_never_come_closer_than_the_gap_nor_more_often_than_the_hour_allows(
    stores: Stores,
) -> None:
    async with room(stores, rules(tries=Tries(gap_ms=600_000, starts_per_hour=3))) as quiz:
        person = str(uuid4())
        for n in range(3):
            assert await together(quiz, person, NOON + n * timedelta(minutes=10), turns=2) == 1
            assert await together(quiz, person, NOON + (n + 1) * timedelta(minutes=10) - INSTANT, turns=1) == 0
        assert await done(quiz, person, NOON + timedelta(minutes=59)) == ("too-soon", NOON + timedelta(hours=1))
        assert await together(quiz, person, NOON + timedelta(hours=1), turns=1) == 1


async def test_a_paper_that_was_never_answered_uses_up_its_try(stores: Stores) -> None:
    async with room(stores, rules(tries=Tries(week=1))) as quiz:
        person = str(uuid4())
        abandoned = await quiz.start(person, NOON)
        again = await done(quiz, person, abandoned["ends_at"] + GRACE + timedelta(seconds=6))
        assert again == ("tries-exhausted", MONDAY)
        assert (await quiz.attempt(abandoned))["state"] == 2


# ---- the end -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("late_start", "minutes"), [("finish", 20), ("cut", 0)])
async def test_a_paper_started_at_the_last_instant_keeps_its_minutes_or_is_cut_and_the_grace_is_added_to_either(
    stores: Stores, late_start: Any, minutes: int
) -> None:
    async with room(stores, rules(late_start=late_start)) as quiz:
        last = quiz.rules.closes - INSTANT
        ends = last + timedelta(minutes=minutes) if minutes else quiz.rules.closes
        in_time, too_late = await quiz.start(now=last), await quiz.start(now=last)
        assert in_time["ends_at"] == too_late["ends_at"] == ends
        receipt = await quiz.submit(in_time, answer(in_time), ends + GRACE)
        assert receipt["receipt"]["late_ms"] == 30_000
        with pytest.raises(Problem, match="attempt-over"):
            await quiz.submit(too_late, answer(too_late), ends + GRACE + INSTANT)
        with pytest.raises(Problem, match="contest-closed"):
            await quiz.start(now=quiz.rules.closes)


async def test_a_contest_without_grace_takes_the_last_instant_and_nothing_after_it(stores: Stores) -> None:
    async with room(stores, rules(grace_ms=0)) as quiz:
        first, second = await quiz.start(), await quiz.start()
        assert await quiz.submit(first, answer(first), first["ends_at"])
        with pytest.raises(Problem, match="attempt-over"):
            await quiz.submit(second, answer(second), second["ends_at"] + INSTANT)


# ---- groups --------------------------------------------------------------------------------------------------

CATEGORIES = tuple(Category(each, Text(each)) for each in ("can-bo", "dan"))
ASKED = RegistrationRules(fields={"category": "required"}, categories=CATEGORIES)
OFFICIALS = Group("can-bo", ("can-bo",), paper=Paper(minutes=45, draw=(DrawStep(2),)))
OTHERS = Group("khac", otherwise=True)


def shared_bank() -> Bank:
    """Q0..Q2 for officials, Q3..Q5 for everybody else."""
    whose = ("can-bo", "can-bo", "can-bo", "khac", "khac", "khac")
    return Bank(
        tuple(
            msgspec.structs.replace(question, groups=(group,))
            for question, group in zip(bank().questions, whose, strict=True)
        )
    )


async def test_each_group_gets_its_own_paper_from_its_own_questions_and_nobody_meets_the_others(
    stores: Stores,
) -> None:
    paper = Paper(minutes=20, draw=(DrawStep(3),))
    async with room(stores, rules(paper=paper, registration=ASKED, groups=(OFFICIALS, OTHERS)), shared_bank()) as quiz:
        met: dict[str, set[str]] = {"can-bo": set(), "dan": set()}
        for category in ("can-bo", "dan") * 12:
            row = await quiz.start(category=category)
            met[category] |= set(row["questions"])
            minutes = (row["ends_at"] - row["started_at"]) / timedelta(minutes=1)
            own = ("can-bo", 45, 2) if category == "can-bo" else ("khac", 20, 3)
            assert (row["paper_group"], minutes, len(row["questions"])) == own
        assert met == {"can-bo": {"Q0", "Q1", "Q2"}, "dan": {"Q3", "Q4", "Q5"}}


async def test_a_person_who_gave_no_category_is_one_of_the_others(stores: Stores) -> None:
    async with room(stores, rules(registration=ASKED, groups=(OFFICIALS, OTHERS))) as quiz:
        assert (await quiz.start(category=None))["paper_group"] == "khac"


# ---- rounds --------------------------------------------------------------------------------------------------


def weeks(series: str) -> list[Rules]:
    """Two rounds of a week; the second groups people another way."""
    week = timedelta(days=7)
    return [
        rules(
            f"{series}/tuan-{n + 1}", series_id=series, opens=OPENS + n * week, closes=OPENS + (n + 1) * week,
            tries=Tries(contest=1), registration=ASKED, groups=groups,
        )
        for n, groups in enumerate([(OTHERS,), (OFFICIALS, OTHERS)])
    ]  # fmt: skip


async def started(quiz: Room, contest: str, person: str, now: datetime) -> Record:
    starter = quiz.starter(person, now, category="can-bo")
    row, _ = await quiz.parts.state["starts"].start(contest, starter)
    return row


async def test_who_registered_for_the_series_takes_part_in_each_round_by_that_rounds_own_rules(stores: Stores) -> None:
    series = f"hue-{uuid4().hex[:8]}"
    first, second = weeks(series)
    async with room(stores, first) as quiz:
        await apply(quiz.parts, second, bank())
        person = str(uuid4())
        one = await started(quiz, first.id, person, first.closes - INSTANT)
        other = await started(quiz, second.id, person, second.opens)
        assert [(row["ordinal"], row["paper_group"]) for row in (one, other)] == [(1, "khac"), (1, "can-bo")]
        await quiz.submit(one, answer(one), first.closes)
        with pytest.raises(Problem, match="contest-closed"):
            await started(quiz, first.id, person, second.opens)
        await quiz.submit(other, answer(other), second.opens)
        with pytest.raises(Problem, match="tries-exhausted"):
            await started(quiz, second.id, person, second.opens + timedelta(hours=1))
        told = {event["contest_id"]: event for event in await quiz.outbox("attempt.submitted.v1")}
        assert {event["series_id"] for event in told.values()} == {series}
        assert [told[each.id]["group"] for each in (first, second)] == ["khac", "can-bo"]
