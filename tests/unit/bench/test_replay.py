"""The replay against a small stand-in for the services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bench.caller import GaveUp
from bench.plan import Plan, build
from bench.plan.expected import expected
from bench.plan.model import DAY_MS
from bench.progress import Options
from bench.replay import Replay
from bench.target import Target
from services.contracts.rules import ConsentRules, Paper, Rules, Text
from services.folder import Bank, ContestFolder, Option, Question, Unit
from tests.unit.bench import fake

NAMES = [f"Q{number:02}" for number in range(19)]
RIGHT = [["A"] if number % 5 else ["A", "C"] for number in range(19)]
PLAN = build(0.002, 5)


def folder(plan: Plan, questions: int = 19) -> ContestFolder:
    opens = datetime(2023, 8, 31, 17, tzinfo=UTC)
    rules = Rules(
        id="bg-thads-2023", series_id="bg-thads-2023", title=Text("…"), opens=opens, closes=opens + timedelta(30),
        paper=Paper(minutes=20, fixed=tuple(NAMES[:questions])), consent=ConsentRules("1", ("run_contest",), ("run_contest",)),
    )  # fmt: skip
    bank = Bank(tuple(
        Question(name, "multiple", "t", "de", Text("…"), tuple(Option(o, Text("…")) for o in "ABCD"), tuple(right))
        for name, right in zip(NAMES, RIGHT, strict=True)
    ))  # fmt: skip
    return ContestFolder((rules,), bank, tuple(Unit(code, Text(code)) for code in plan.people.units))


@asynccontextmanager
async def playing(contest: fake.Contest, options: Options | None = None) -> AsyncIterator[Replay]:
    server, origin = await fake.serve(contest)
    yield Replay(Target(origin, fake.KEY), folder(PLAN), PLAN, options)
    server.close()


def contest(trouble: fake.Trouble = lambda _: None) -> fake.Contest:
    return fake.Contest(list(zip(NAMES, RIGHT, strict=True)), trouble)


def counted(contest: fake.Contest) -> tuple[int, int, int]:
    key = dict(zip(NAMES, RIGHT, strict=True))
    return len(contest.people), len(contest.attempts), sum(paper["answers"] == key for paper in contest.attempts)


def planned() -> tuple[int, int, int]:
    totals = expected(PLAN).totals
    return totals.registrants, totals.attempts, totals.perfect


async def test_every_registration_attempt_and_perfect_paper_of_the_plan_is_played() -> None:
    played = contest()
    async with playing(played) as replay:
        progress = await replay.run()
    assert counted(played) == planned()
    assert progress.moments == progress.total
    assert not progress.tally.refused
    assert not progress.tally.repeated


async def test_each_day_gets_the_attempts_that_the_plan_says() -> None:
    played = contest()
    async with playing(played) as replay:
        await replay.run()
    days = [0] * 30
    for paper in played.attempts:
        days[(paper["ended"] - PLAN.days[0].starts_ms) // DAY_MS] += 1
    assert days == [day.attempts for day in expected(PLAN).days]


async def test_the_watermark_never_passes_a_request_still_to_come() -> None:
    played = contest()
    async with playing(played, Options(lanes=64)) as replay:
        await replay.run()
    assert not played.too_early
    assert played.watermark > round(replay.scene.rules.closes.timestamp() * 1000)


async def test_the_last_watermark_lets_every_paper_end() -> None:
    played = contest()
    async with playing(played) as replay:
        await replay.run()
    assert not played.open
    assert len(played.papers) == expected(PLAN).started


async def test_lost_connections_and_503s_change_no_number() -> None:
    played = contest(lambda n: "lost" if n % 50 == 0 else "503" if n % 37 == 0 else None)
    async with playing(played, Options(lanes=64)) as replay:
        progress = await replay.run()
    assert counted(played) == planned()
    assert progress.tally.repeated["start lost"]
    assert progress.tally.repeated["save 503"]
    assert not progress.tally.refused


async def test_the_same_replay_again_is_absorbed_and_moves_nothing() -> None:
    played = contest()
    async with playing(played) as replay:
        await replay.run()
    before = counted(played), len(played.papers), [dict(paper) for paper in played.papers.values()]
    played.watermark = 0
    async with playing(played) as again:
        progress = await again.run()
    assert (counted(played), len(played.papers), list(played.papers.values())) == before
    assert progress.tally.absorbed["start"] == expected(PLAN).started
    assert progress.tally.absorbed["save"] == len(progress.tally.seconds["save"])
    assert not progress.tally.refused


async def test_a_stack_that_stays_away_ends_the_replay_with_a_reason() -> None:
    played = contest(lambda n: "503" if n > 200 else None)
    async with playing(played, Options(patience=0.3)) as replay:
        with pytest.raises(GaveUp, match="503"):
            await replay.run()


async def test_a_window_is_played_up_to_now_with_its_dates_moved() -> None:
    played, shift = contest(), timedelta(days=1000)
    until = datetime.fromtimestamp(PLAN.days[12].starts_ms / 1000, UTC)
    async with playing(played, Options(until=until + shift, shift=shift)) as replay:
        await replay.run()
    wanted = expected(PLAN, until).totals
    assert counted(played) == (wanted.registrants, wanted.attempts, wanted.perfect)
    assert played.watermark == round((until + shift).timestamp() * 1000)
    assert not played.open


async def test_a_factor_of_real_time_is_kept() -> None:
    played = contest()
    first_day = datetime.fromtimestamp(PLAN.days[1].starts_ms / 1000, UTC)
    async with playing(played, Options(until=first_day, speed=DAY_MS / 1000)) as replay:
        progress = await replay.run()
    assert 0.5 < progress.seconds < 30


def test_a_contest_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="19 questions in 20 minutes, not 18"):
        Replay(Target("http://127.0.0.1:1", b""), folder(PLAN, 18), PLAN)
