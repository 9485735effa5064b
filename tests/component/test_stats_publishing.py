"""What stats tells, and when: from a real PostgreSQL through the view to what goes to Kafka."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import asyncpg
import msgspec
import pytest

from services.contracts.digest import digest
from services.contracts.events import (
    AwardAnnounced,
    ContestantMoved,
    ContestClosed,
    Counts,
    Event,
    StatsContest,
    StatsUnit,
    UnitMerged,
)
from services.stats.publisher import Publishing
from services.stats.view import ContestNumbers, View
from tests.support.counting import OPENS, Heard, Stats, Story


@pytest.fixture
async def pool(database: Any) -> AsyncIterator[Any]:
    async with database("stats") as pool:
        yield pool


class Leader:
    """The elected publisher, driven look by look."""

    def __init__(self, pool: Any) -> None:
        self.pool, self.heard, self.view = pool, Heard(), View(pool)
        self.seconds = 1000.0
        clock = SimpleNamespace(now=lambda: datetime.now(UTC), monotonic=lambda: self.seconds)
        self._publishing = Publishing(
            SimpleNamespace(state={"view": self.view}, clock=clock, publish=self.heard.publish)  # type: ignore[arg-type]
        )

    async def lead(self) -> None:
        async with self.pool.acquire() as connection:
            await self._publishing.lead(connection)

    async def look(self, times: int = 3) -> list[Event]:
        """As many looks as it takes to see what time changes, and tell it."""
        async with self.pool.acquire() as connection:
            for _ in range(times):
                await self._publishing.once(connection)
        return self.heard.taken()


def newest(events: list[Event], kind: type, unit: str = "") -> Any:
    found = [
        e for e in events if isinstance(e, kind) and (not unit or (isinstance(e, StatsUnit) and e.unit_id == unit))
    ]
    return found[-1] if found else None


async def open_contest(pool: Any, story: Story) -> Stats:
    stats = Stats(pool)
    await stats.take(story.unit("r"), story.unit("a", "r", headcount=20), story.unit("b", "r"), story.unit("b1", "b"))
    await stats.take(story.defined())
    await stats.take(*(story.registered(n, "a" if n < 10 else "b1") for n in range(20)))
    await stats.take(*(story.scored(n, 1, perfect=n % 2 == 0) for n in range(18)))
    return stats


async def test_rule_4_a_new_leader_tells_every_key_and_then_nothing_until_something_changes(pool):
    story = Story()
    await open_contest(pool, story)
    leader = Leader(pool)
    first = await leader.look()
    assert {e.unit_id for e in first if isinstance(e, StatsUnit)} == {"r", "a", "b", "b1"}
    assert newest(first, StatsContest).counts == Counts(20, 18, 18, 18, 9)
    assert await leader.look() == []


async def test_rule_4_every_key_is_told_again_every_minute_and_nothing_more_often_than_once_a_second(pool, monkeypatch):
    story = Story()
    stats = await open_contest(pool, story)
    leader = Leader(pool)
    keys, began = {"r", "a", "b", "b1"}, leader.seconds
    told: list[list[Event]] = []

    async def pause(seconds: float) -> None:
        """Between two looks: the clock goes on, and every twentieth look finds a score more."""
        told.append(leader.heard.taken())
        leader.seconds += max(seconds, 1e-3)
        if len(told) % 20 == 0:
            await stats.take(story.scored(0, 1 + len(told)))
        if len(told) == 130:
            raise asyncio.CancelledError

    monkeypatch.setattr("services.stats.publisher.asyncio", SimpleNamespace(sleep=pause))
    with pytest.raises(asyncio.CancelledError):
        await leader.lead()
    whole = [n for n, events in enumerate(told) if {e.unit_id for e in events if isinstance(e, StatsUnit)} == keys]
    assert (whole[0], [n for n in whole if n > 1]) == (0, [61, 122]), "the second look may tell what time alone changed"
    assert leader.seconds - began == pytest.approx(130, abs=1), "one look a second"
    for events in told:
        assert len({e.key for e in events}) == len(events), "each key at most once in a look"


async def test_looking_when_nothing_moved_costs_one_query(pool):
    story = Story()
    await open_contest(pool, story)
    view = View(pool)
    await view.refresh(OPENS)
    asked: list[str] = []
    async with pool.acquire() as connection:
        connection.add_query_logger(lambda record: asked.append(record.query))
        view._pool = SimpleNamespace(acquire=lambda: _Given(connection))
        await view.refresh(OPENS)
    assert len(asked) == 1


class _Given:
    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self._connection = connection

    async def __aenter__(self) -> asyncpg.Connection[Any]:
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        return None


async def test_only_the_units_that_changed_and_those_above_them_are_told_again_under_a_higher_version(pool):
    story = Story()
    stats = await open_contest(pool, story)
    leader = Leader(pool)
    before = newest(await leader.look(), StatsContest).version
    await stats.take(story.registered(99, "b1"))
    told = await leader.look()
    assert {e.unit_id for e in told if isinstance(e, StatsUnit)} == {"r", "b", "b1"}
    assert all(event.version > before for event in told)


async def test_versions_rise_for_a_round_whether_its_own_facts_or_the_registrants_of_its_series_move(pool):
    story = Story("s-1/one", "s-1")
    stats = await open_contest(pool, story)
    leader = Leader(pool)
    versions = [newest(await leader.look(), StatsContest).version]
    await stats.take(story.registered(99, "b1"))
    told = newest(await leader.look(), StatsContest)
    assert told.counts.registrants == 21
    versions.append(told.version)
    await stats.take(story.scored(99, 1))
    versions.append(newest(await leader.look(), StatsContest).version)
    assert versions == sorted(set(versions))


async def test_the_predicted_quantity_is_told_to_nobody_until_the_contest_has_closed(pool):
    story = Story(predicted="perfect_attempts")
    stats = await open_contest(pool, story)
    leader = Leader(pool)
    told = await leader.look()
    assert all(event.counts.perfect is None for event in told if isinstance(event, StatsContest | StatsUnit))
    assert newest(told, StatsContest).distribution is None
    assert b"null" in leader.view.shown[story.contest].totals
    ids = [row[0] for row in await pool.fetch("select attempt_id from facts")]
    await stats.take(closing(story, ids))
    told = await leader.look()
    assert (newest(told, StatsContest).phase, newest(told, StatsContest).counts.perfect) == ("closed", 9)
    assert newest(told, StatsUnit, "r").counts.perfect == 9


def closing(story: Story, ids: list[str]) -> ContestClosed:
    end = OPENS + timedelta(days=30)
    return ContestClosed(
        **story.at(end, 1), contest_id=story.contest, definition_version=1, attempts=len(ids), digest=digest(ids)
    )


async def test_registrants_that_one_round_lets_people_predict_are_shown_by_no_other_round_of_the_series(pool):
    asking = Story("s-2/one", "s-2", predicted="registrants")
    stats = await open_contest(pool, asking)
    await stats.take(Story("s-2/two", "s-2").defined())
    told = await Leader(pool).look()
    contests = {e.contest_id: e for e in told if isinstance(e, StatsContest)}
    assert contests["s-2/two"].counts.registrants is None
    assert all(bucket.registrants is None for bucket in contests["s-2/two"].by_hour)
    await stats.take(closing(asking, []))
    told = await Leader(pool).look()
    assert {e.contest_id: e.counts.registrants for e in told if isinstance(e, StatsContest)} == {
        "s-2/one": 20,
        "s-2/two": 20,
    }


async def test_the_perfect_attempts_of_a_unit_move_once_an_hour_of_the_contest_s_own_time(pool):
    story = Story()
    stats = await open_contest(pool, story)
    leader = Leader(pool)
    assert newest(await leader.look(), StatsUnit, "a").counts.perfect == 5
    base = story.scored(17, 1).submitted_at.replace(minute=30)
    await stats.take(story.scored(0, 2, perfect=True, submitted_at=base))
    told = await leader.look()
    assert newest(told, StatsUnit, "a").counts == Counts(10, 10, 11, 11, 5)
    assert newest(told, StatsContest).counts.perfect == 10
    await stats.take(story.scored(0, 3, perfect=False, submitted_at=base + timedelta(hours=1)))
    assert newest(await leader.look(), StatsUnit, "a").counts == Counts(10, 10, 12, 12, 6)


async def test_units_with_few_participants_are_withheld_and_say_so(pool):
    story = Story()
    stats = await open_contest(pool, story)
    await stats.take(story.unit("tiny", "r"))
    await stats.take(story.registered(50, "tiny"))
    await stats.take(story.scored(50, 1))
    told = await Leader(pool).look()
    tiny = newest(told, StatsUnit, "tiny")
    assert tiny.counts == Counts(1, 1, None, None, None)
    assert set(tiny.withheld.values()) == {"few_participants"}
    assert newest(told, StatsUnit, "r").counts.attempts == 19


async def test_a_merge_moves_no_rollup_and_the_next_snapshot_shows_it(pool):
    story = Story()
    stats = await open_contest(pool, story)
    leader = Leader(pool)
    await leader.look()
    before = await pool.fetch("select * from rollups order by 1, 2, 3, 4")
    await stats.take(UnitMerged(**story.at(OPENS, 2), unit_id="a", into="b"))
    told = await leader.look()
    assert newest(told, StatsUnit, "b").counts.attempts == 18
    assert newest(told, StatsUnit, "b").merged == ("A",)
    assert newest(told, StatsUnit, "a").into == "b"
    assert await pool.fetch("select * from rollups order by 1, 2, 3, 4") == before


async def test_a_corrected_unit_is_told_with_the_whole_history_of_the_person(pool):
    story = Story()
    stats = await open_contest(pool, story)
    leader = Leader(pool)
    await leader.look()
    await stats.take(story.about(ContestantMoved, 0, 2, unit_id="b1", category="x"))
    told = await leader.look()
    assert newest(told, StatsUnit, "a").counts.attempts == 9
    assert newest(told, StatsUnit, "b1").counts.attempts == 9


async def test_an_announced_award_makes_a_closed_contest_published(pool):
    story = Story()
    stats = await open_contest(pool, story)
    award = AwardAnnounced(**story.at(OPENS + timedelta(days=60), 1), contest_id=story.contest, award_id="nhat")
    await stats.take(closing(story, []))
    await stats.take(award)
    assert newest(await Leader(pool).look(), StatsContest).phase == "published"
    assert (await stats.take(of_nobody(award))).waiting


def of_nobody(award: AwardAnnounced) -> AwardAnnounced:
    return AwardAnnounced(**Story("nobody").at(award.time, 1), contest_id="nobody", award_id="nhat")


async def test_the_totals_of_the_stream_fit_in_300_bytes(pool):
    story = Story()
    await open_contest(pool, story)
    leader = Leader(pool)
    await leader.look()
    await pool.execute(
        "update rollups set attempts = 999999999, valid = 999999999, rev = 999999999 where kind = 'unit'"
    )
    await pool.execute("update revs set rev = 999999999")
    await leader.look()
    assert len(leader.view.shown[story.contest].totals) <= 300


async def test_the_answer_that_was_made_for_everybody_follows_the_numbers(pool):
    story = Story()
    stats = await open_contest(pool, story)
    leader = Leader(pool)
    for person in (98, 99):
        await leader.look()
        shown = leader.view.shown[story.contest]
        answer = msgspec.json.decode(shown.numbers, type=ContestNumbers)
        assert answer == ContestNumbers(shown.snapshot.contest, list(shown.snapshot.units.values()))
        await stats.take(story.registered(person, "b1"))
