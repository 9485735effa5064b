"""scoring's handlers on a real PostgreSQL: what is marked, what waits, what is published (rule 3)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.contracts.digest import digest
from services.contracts.events import (
    ContestantErased,
    ContestantExcluded,
    ContestClosed,
    Event,
    SessionsRevoked,
)
from services.runtime.consumer import Refused
from services.scoring import handlers
from services.scoring.repository import contests, keys, results, scores
from tests.support.marking import CONTEST, OPENS, RIGHT, Scoring, defined, received, sealed, submitted, told, voided


@pytest.fixture
async def pool(database: Any) -> AsyncIterator[Any]:
    async with database("scoring") as pool:
        yield pool


async def test_a_paper_is_marked_with_the_keys_and_what_is_stored_is_published_with_its_trace(pool):
    scoring = await Scoring(pool).ready()
    handled = await scoring.attempts(submitted(**RIGHT), submitted("p2", q1=("a",), q2=("a",)))
    scored = told(handled)
    assert (scored["p1-1"].right, scored["p1-1"].perfect, scored["p1-1"].valid) == (2, True, True)
    assert (scored["p2-1"].right, scored["p2-1"].score, scored["p2-1"].max_score) == (1, 1, 2)
    assert {one.event.attempt_id: one.trace for one in handled.publish} == {"p1-1": "trace-0", "p2-1": "trace-1"}


async def test_planted_bug_a_paper_whose_key_has_not_arrived_waits_and_is_not_marked_without_it(pool):
    """Planted bug: a marked paper whose key had not arrived."""
    scoring = Scoring(pool)
    await scoring.contest(defined())
    await scoring.keys(sealed("q1", "a"))
    handled = await scoring.attempts(submitted(**RIGHT))
    assert [one.event.attempt_id for one in handled.waiting] == ["p1-1"]
    assert not handled.publish
    assert await pool.fetchval("select count(*) from scores") == 0
    await scoring.keys(sealed("q2", "a", "b"))
    assert told(await scoring.attempts(submitted(**RIGHT)))["p1-1"].perfect


async def test_a_paper_of_a_contest_that_is_not_known_waits_though_its_keys_are_here(pool):
    scoring = Scoring(pool)
    await scoring.keys(sealed("q1", "a"), sealed("q2", "a", "b"))
    handled = await scoring.attempts(submitted(**RIGHT), submitted("p2"))
    assert [one.event.attempt_id for one in handled.waiting] == ["p1-1", "p2-1"]
    await scoring.contest(defined())
    assert len(told(await scoring.attempts(submitted(**RIGHT), submitted("p2")))) == 2


async def test_planted_bug_a_score_that_was_not_stored_is_never_published_on_a_repeat(pool):
    """Planted bug: a score published that was not stored."""
    scoring = await Scoring(pool).ready()
    first = told(await scoring.attempts(submitted(**RIGHT)))["p1-1"]
    # The same attempt comes again, and says something else: what was committed first stands.
    again = told(await scoring.attempts(submitted(q1=("b",))))["p1-1"]
    assert again == first
    assert again.right == await pool.fetchval("select right_answers from scores") == 2


async def test_two_replicas_that_mark_the_same_attempt_at_once_publish_one_score(pool):
    one, two = await Scoring(pool).ready(), Scoring(pool)
    both = await asyncio.gather(one.attempts(submitted(**RIGHT)), two.attempts(submitted(q1=("b",))))
    assert told(both[0]) == told(both[1])


async def test_a_voided_attempt_is_not_valid_under_a_higher_version_and_voiding_can_be_taken_back(pool):
    scoring = await Scoring(pool).ready()
    paper = submitted(**RIGHT)
    await scoring.attempts(paper)
    once = told(await scoring.attempts(voided(paper)))["p1-1"]
    assert (once.version, once.valid, once.perfect) == (2, False, True)
    back = told(await scoring.attempts(voided(paper, 3, on=False)))["p1-1"]
    assert (back.version, back.valid) == (3, True)
    stale = told(await scoring.attempts(voided(paper)))["p1-1"]
    assert stale == back


@pytest.mark.parametrize("order", ["before", "in one batch", "after"])
async def test_it_does_not_matter_in_which_order_a_paper_and_its_voiding_arrive(pool, order):
    scoring = await Scoring(pool).ready()
    paper = submitted(**RIGHT)
    if order == "in one batch":
        scored = told(await scoring.attempts(voided(paper), paper))
    else:
        first, second = (voided(paper), paper) if order == "before" else (paper, voided(paper))
        await scoring.attempts(first)
        scored = told(await scoring.attempts(second))
    assert (scored["p1-1"].version, scored["p1-1"].valid) == (2, False)


async def test_rule_3_a_voiding_waits_for_whoever_is_marking_so_that_neither_misses_the_other(pool):
    scoring = await Scoring(pool).ready()
    paper = submitted(**RIGHT)
    async with pool.acquire() as slow:
        transaction = slow.transaction()
        await transaction.start()
        await scoring.marker.take_attempts(slow, [received(paper)])
        voiding = asyncio.create_task(Scoring(pool).attempts(voided(paper)))
        await asyncio.sleep(0.2)
        assert not voiding.done()
        await transaction.commit()
    assert not told(await voiding)["p1-1"].valid


async def test_an_attempt_over_the_tries_of_the_contest_is_marked_and_not_valid(pool):
    scoring = await Scoring(pool).ready()
    await scoring.contest(defined(2, limit=1))
    scored = told(await scoring.attempts(submitted(**RIGHT), submitted(ordinal=2, **RIGHT)))
    assert [scored["p1-1"].valid, scored["p1-2"].valid] == [True, False]
    assert scored["p1-2"].perfect


async def test_a_key_equal_after_opening_is_ignored(pool):
    scoring = await Scoring(pool).ready()
    await scoring.attempts(submitted(**RIGHT))
    await scoring.keys(sealed("q1", "a", version=2))
    assert await pool.fetchval("select marking_revision from contests") == 1
    assert await pool.fetchval("select count(*) from answer_keys where pending_sealed is not null") == 0


async def test_another_key_before_anything_is_marked_replaces_the_first_in_every_process(pool):
    scoring = await Scoring(pool).ready()
    other = Scoring(pool)
    async with pool.acquire() as connection:
        await other.marker._known.get(connection, CONTEST, (1, 1), ["q1", "q2"])  # fills the other replica's cache
    await scoring.keys(sealed("q1", "b", version=2))
    scored = told(await other.attempts(submitted(**RIGHT)))["p1-1"]
    assert (scored.right, scored.marking_revision, scored.version) == (1, 2, 2)


async def test_another_key_after_marking_has_begun_is_kept_beside_and_changes_no_score(pool):
    scoring = await Scoring(pool).ready()
    await scoring.attempts(submitted(**RIGHT))
    await scoring.keys(sealed("q1", "b", version=2))
    assert told(await scoring.attempts(submitted("p2", **RIGHT)))["p2-1"].perfect
    async with pool.acquire() as connection:
        assert await keys.pending(connection, CONTEST) == 1
    await scoring.keys(sealed("q1", "a", version=3))
    async with pool.acquire() as connection:
        assert await keys.pending(connection, CONTEST) == 0


async def test_no_key_is_stored_in_clear(pool):
    await (await Scoring(pool).ready()).keys(sealed("q3", "option-that-is-right"))
    rows = await pool.fetch("select * from answer_keys")
    assert "option-that-is-right" not in repr([tuple(row) for row in rows])


async def test_a_box_that_cannot_be_opened_is_refused_and_nothing_of_its_batch_is_stored(pool):
    scoring = Scoring(pool)
    bad = msgspec.structs.replace(sealed("q2", "b"), sealed="bm90IGEgYm94")
    with pytest.raises(Refused, match="q2"):
        await scoring.keys(sealed("q1", "a"), bad)
    assert await pool.fetchval("select count(*) from answer_keys") == 0


async def test_the_audit_says_whether_the_attempts_are_those_that_the_closing_counted(pool):
    scoring = await Scoring(pool).ready()
    await scoring.attempts(submitted(**RIGHT), submitted("p2"))
    closing = ContestClosed(
        version=1, time=OPENS, recorded_at=OPENS, contest_id=CONTEST, series_id=CONTEST, definition_version=1,
        attempts=3, digest=digest(["p1-1", "p2-1", "p3-1"]),
    )  # fmt: skip
    await scoring.contest(closing)
    async with pool.acquire() as connection:
        before = await results.audit(connection)
        await scoring.attempts(submitted("p3"))
        after = await results.audit(connection)
    assert before["contests"][CONTEST]["matches_closing"] is False
    assert after["contests"][CONTEST]["matches_closing"] is True
    assert after["facts"]["scores"] == {"count": 3, "digest": digest(["p1-1|1", "p2-1|1", "p3-1|1"])}
    assert after["facts"]["attempts"] == after["facts"]["scores"]


async def test_everything_stored_can_be_published_again_with_the_same_versions(pool):
    scoring = await Scoring(pool).ready()
    handled = await scoring.attempts(*(submitted(f"p{n}") for n in range(25)))
    async with pool.acquire() as connection, connection.transaction():
        again = [event async for chunk in scores.everything(connection, 10) for event in chunk]
    assert {event.attempt_id: event for event in again} == told(handled)


async def test_an_exclusion_holds_until_a_newer_word_takes_it_back(pool):
    def excluded(version: int, on: bool) -> ContestantExcluded:
        return ContestantExcluded(
            version=version, time=OPENS, recorded_at=OPENS, series_id=CONTEST, contestant_id="p1", excluded=on
        )

    async with pool.acquire() as connection:
        for event, expected in ((excluded(2, True), True), (excluded(3, False), False), (excluded(2, True), False)):
            await handlers.take_exclusions(connection, [received(event)])
            assert await contests.is_excluded(connection, "p1") is expected


def revoked(person: str, version: int, at: datetime, ended: bool) -> Event:
    return SessionsRevoked(
        version=version, time=OPENS, recorded_at=OPENS, series_id="s", contestant_id=person, not_before=at, ended=ended
    )


async def test_rule_10_an_ended_session_reads_no_results_in_whatever_order_it_is_told(pool: Any) -> None:
    gone = ContestantErased(version=9, time=OPENS, recorded_at=OPENS, series_id="s", contestant_id="erased")
    later = OPENS + timedelta(hours=1)
    batch = [revoked("a", 3, later, True), revoked("a", 2, OPENS, True), revoked("b", 2, later, False), gone]
    for events in (batch, batch[::-1], [gone]):
        async with pool.acquire() as connection, connection.transaction():
            await handlers.take_registrations(connection, [received(event) for event in events])
    async with pool.acquire() as connection:
        ends = {who: await contests.sessions_not_before(connection, who) for who in ("a", "b", "erased")}
    assert ends == {"a": later, "b": None, "erased": handlers.NEVER_AGAIN}
