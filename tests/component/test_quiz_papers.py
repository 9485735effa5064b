"""Papers on a real PostgreSQL: starting, saving, the pen, submitting, running out, closing."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from services.contracts.digest import digest
from services.contracts.rules import Tries
from services.quiz import closing, repository
from services.quiz.domain.answers import Save
from services.quiz.importing import Incoming
from services.quiz.repository import contests
from services.quiz.repository.contests import Closing
from services.quiz.republishing import republish
from services.quiz.sweeping import Sweeper
from services.runtime.problems import Problem
from tests.support.papers import NOON, Room, answer, apply, bank, key_of, room, rules
from tests.support.stores import Stores

GRACE = timedelta(seconds=30)
FULL = timedelta(minutes=20)


async def refused(awaitable: Any) -> str:
    with pytest.raises(Problem) as caught:
        await awaitable
    return caught.value.kind.slug


def after(at: Room) -> datetime:
    """When everything that could still arrive has arrived."""
    return at.rules.closes + timedelta(seconds=6)


def sweeper_of(at: Room) -> Sweeper:
    sweeper: Sweeper = at.parts.state["sweeper"]
    return sweeper


async def test_a_start_repeated_fifty_times_at_once_gives_one_attempt(stores: Stores) -> None:
    async with room(stores) as quiz:
        person = str(uuid4())
        rows = await asyncio.gather(*(quiz.start(person, key="the-same-key") for _ in range(50)))
        assert len({row["attempt_id"] for row in rows}) == 1
        assert await quiz.parts.pool.fetchval("select count(*) from attempts") == 1


async def test_planted_bug_a_limit_checked_by_count_would_be_exceeded_by_a_hundred_starts_at_once(
    stores: Stores,
) -> None:
    async with room(stores, rules(tries=Tries(contest=3))) as quiz:
        person = str(uuid4())

        async def whole_paper() -> str:
            try:
                row = await quiz.start(person)
                await quiz.submit(row, answer(row))
            except Problem as refusal:
                return refusal.kind.slug
            return "done"

        outcomes = []
        for _ in range(4):
            outcomes += await asyncio.gather(*(whole_paper() for _ in range(25)))
        assert outcomes.count("done") == 3
        assert await quiz.parts.pool.fetchval("select max(ordinal) from attempts") == 3


async def test_never_two_papers_open_for_one_person(stores: Stores) -> None:
    async with room(stores) as quiz:
        person = str(uuid4())
        results = await asyncio.gather(*(quiz.start(person) for _ in range(20)), return_exceptions=True)
        assert sum(not isinstance(result, Problem) for result in results) == 1
        assert {result.kind.slug for result in results if isinstance(result, Problem)} == {"attempt-running"}


async def test_a_start_closes_the_persons_own_overdue_paper_as_it_was_saved(stores: Stores) -> None:
    async with room(stores) as quiz:
        person = str(uuid4())
        first = await quiz.start(person)
        await quiz.save(first, answer(first))
        second = await quiz.start(person, NOON + FULL + GRACE + timedelta(seconds=6))
        ran_out = await quiz.attempt(first)
        assert (ran_out["state"], ran_out["how"], ran_out["submitted_at"]) == (1, "time_ran_out", first["ends_at"])
        assert second["ordinal"] == 2


async def test_a_person_who_is_excluded_or_whose_session_was_ended_starts_nothing(stores: Stores) -> None:
    async with room(stores) as quiz:
        excluded, revoked = str(uuid4()), str(uuid4())
        async with quiz.parts.pool.acquire() as connection:
            await repository.note_contestants(connection, {excluded: "s", revoked: "s"})
            await repository.set_excluded(connection, [(excluded, 2, True)])
            await repository.revoke(connection, [(revoked, NOON, False)])
        assert await refused(quiz.start(excluded)) == "excluded"
        assert await refused(quiz.start(revoked)) == "not-signed-in"
        assert await quiz.start(revoked, issued_at=int(NOON.timestamp()) + 1)


async def test_the_window_closes_at_its_last_instant_and_not_before(stores: Stores) -> None:
    async with room(stores) as quiz:
        closes = quiz.rules.closes
        assert await quiz.start(now=closes - timedelta(microseconds=1))
        assert await refused(quiz.start(now=closes)) == "contest-closed"
        assert await refused(quiz.start(now=quiz.rules.opens - timedelta(microseconds=1))) == "contest-not-open"


async def test_a_save_is_answered_after_it_is_stored_and_a_repeat_changes_nothing(stores: Stores) -> None:
    async with room(stores) as quiz:
        row = await quiz.start()
        saved = await quiz.save(row, answer(row, "B"))
        stored = await quiz.attempt(row)
        assert saved.rev == stored["rev"] == 1
        assert b'"B"' in stored["answers"]
        assert (await quiz.save(row, answer(row, "C"))).rev == 1, "the same seq again is a repeat, whatever it holds"
        assert b'"C"' not in (await quiz.attempt(row))["answers"]


async def test_an_answer_that_does_not_fit_the_paper_reaches_only_who_sent_it(stores: Stores) -> None:
    async with room(stores) as quiz:
        rows = [await quiz.start() for _ in range(6)]
        bad = Save(1, 1, {"NOT-THERE": ("A",)})
        sent = [quiz.save(row, bad if n == 3 else answer(row)) for n, row in enumerate(rows)]
        results = await asyncio.gather(*sent, return_exceptions=True)
        assert [isinstance(result, Problem) for result in results] == [False, False, False, True, False, False]
        assert (await quiz.attempt(rows[3]))["rev"] == 0


async def test_the_pen_moves_to_the_newest_device_and_the_older_ones_saves_are_refused(stores: Stores) -> None:
    async with room(stores) as quiz:
        row = await quiz.start()
        await quiz.save(row, answer(row, "A", seq=5))
        async with quiz.parts.pool.acquire() as connection:
            taken = await repository.take_pen(connection, key_of(row))
        assert taken is not None
        assert taken["writer"] == 2
        assert await refused(quiz.save(row, answer(row, "B", seq=6))) == "pen-taken"
        await quiz.save(row, answer(row, "C", seq=1, writer=2))
        assert b'"C"' in (await quiz.attempt(row))["answers"], "a new device counts its saves afresh"


async def test_planted_bug_an_old_writers_submission_submits_what_is_saved_and_ignores_what_it_carries(
    stores: Stores,
) -> None:
    async with room(stores) as quiz:
        row = await quiz.start()
        await quiz.save(row, answer(row, "A"))
        async with quiz.parts.pool.acquire() as connection:
            await repository.take_pen(connection, key_of(row))
        first, second, third = row["questions"]
        await quiz.save(row, Save(2, 1, {first: ("B",), second: ()}))
        # What the newer device never touched is where ranks alone would let the older one through.
        await quiz.submit(row, answer(row, "D", seq=99, writer=1, prediction=7))
        (event,) = await quiz.outbox("attempt.submitted.v1")
        assert event["answers"] == {first: ["B"], third: ["A"]}
        assert event.get("prediction") is None


async def test_a_submission_carries_the_last_answers_and_a_repeat_gets_the_same_receipt(stores: Stores) -> None:
    async with room(stores) as quiz:
        row = await quiz.start()
        first = await quiz.submit(row, answer(row, "C", prediction=52_812))
        again = await quiz.submit(row, answer(row, "A", seq=9))
        assert first == again
        (event,) = await quiz.outbox("attempt.submitted.v1")
        assert set(map(tuple, event["answers"].values())) == {("C",)}
        assert event["prediction"] == 52_812
        assert await refused(quiz.save(row, answer(row, "D", seq=10))) == "attempt-over"


async def test_a_submission_within_the_grace_counts_as_late_and_after_it_is_told_so(stores: Stores) -> None:
    async with room(stores) as quiz:
        late, too_late = await quiz.start(), await quiz.start()
        receipt = await quiz.submit(late, answer(late), late["ends_at"] + GRACE)
        assert receipt["receipt"]["late_ms"] == 30_000
        over = quiz.submit(too_late, answer(too_late), too_late["ends_at"] + GRACE + timedelta(milliseconds=1))
        assert await refused(over) == "attempt-over"
        (event,) = await quiz.outbox("attempt.submitted.v1")
        assert (event["late_ms"], event["duration_ms"]) == (30_000, 1_200_000)


async def test_any_batch_of_saves_and_submissions_equals_them_one_by_one(stores: Stores) -> None:
    """Rule 1, on real rows: random requests of few attempts, all at once, against the same ones in arrival order."""
    dice = random.Random(7)
    async with room(stores) as quiz:
        for _ in range(12):
            at_once = [await quiz.start() for _ in range(3)]
            in_turn = [await quiz.start() for _ in range(3)]
            plan = [
                (dice.randrange(3), dice.choice("ABCD"), dice.randrange(1, 6), dice.random() < 0.1) for _ in range(25)
            ]

            def request(row: Any, step: tuple[int, str, int, bool]) -> Any:
                _, option, seq, handing = step
                save = Save(1, seq, {row["questions"][seq % 3]: (option,)}, seq)
                return quiz.submit(row, save) if handing else quiz.save(row, save)

            saves_only = [step for step in plan if not step[3]]
            await asyncio.gather(*(request(at_once[step[0]], step) for step in saves_only))
            for step in saves_only:
                await request(in_turn[step[0]], step)
            for one, other in zip(at_once, in_turn, strict=True):
                left, right = await quiz.attempt(one), await quiz.attempt(other)
                places = [{q: n for n, q in enumerate(row["questions"])} | {"": -1} for row in (one, other)]
                seen = [
                    {place[q]: value for q, value in msgspec.json.decode(row["answers"]).items()}
                    for place, row in zip(places, (left, right), strict=True)
                ]
                assert seen[0] == seen[1]


async def test_what_runs_out_is_submitted_as_saved_at_the_time_it_ran_out_and_the_unanswered_is_abandoned(
    stores: Stores,
) -> None:
    async with room(stores) as quiz:
        answered, empty = await quiz.start(), await quiz.start()
        await quiz.save(answered, answer(answered, "D"))
        await sweep_at(quiz, answered["ends_at"] + GRACE + timedelta(seconds=6))
        row, other = await quiz.attempt(answered), await quiz.attempt(empty)
        assert (row["state"], row["submitted_at"], row["how"]) == (1, row["ends_at"], "time_ran_out")
        assert other["state"] == 2
        (event,) = await quiz.outbox("attempt.submitted.v1")
        assert (event["how"], event["duration_ms"]) == ("time_ran_out", 1_200_000)


async def sweep_at(quiz: Room, moment: Any) -> int:
    async with quiz.parts.pool.acquire() as connection, connection.transaction():
        return await sweeper_of(quiz).sweep_until(connection, moment)


async def test_planted_bug_a_sweeper_before_a_late_commit_does_not_take_a_paper_received_in_time(
    stores: Stores,
) -> None:
    """A submission received at the last instant of the grace may wait five seconds for its statement: it still wins."""
    async with room(stores) as quiz:
        row = await quiz.start()
        await quiz.save(row, answer(row, "A"))
        last = row["ends_at"] + GRACE
        assert await sweep_at(quiz, last + timedelta(seconds=4.9)) == 0
        await quiz.submit(row, answer(row, "B", seq=2), last)
        assert await sweep_at(quiz, last + timedelta(seconds=5.1)) == 0
        assert (await quiz.attempt(row))["how"] == "by_hand"


async def test_a_paper_that_a_submission_holds_is_skipped_by_the_sweeper_and_two_sweepers_share_the_rest(
    stores: Stores,
) -> None:
    async with room(stores) as quiz:
        rows = [await quiz.start() for _ in range(20)]
        for row in rows:
            await quiz.save(row, answer(row))
        moment = rows[-1]["ends_at"] + GRACE + timedelta(seconds=6)
        async with quiz.parts.pool.acquire() as connection, connection.transaction():
            await repository.lock(connection, [key_of(rows[0])])
            taken = await asyncio.gather(*(sweep_at(quiz, moment) for _ in range(3)))
            assert sum(taken) == 19
        assert len(await quiz.outbox("attempt.submitted.v1")) == 19


async def test_rule_5_a_contest_closes_by_counting_and_never_while_a_paper_is_open(stores: Stores) -> None:
    async with room(stores) as quiz:
        rows = [await quiz.start() for _ in range(4)]
        for row in rows[:3]:
            await quiz.submit(row, answer(row))
        assert not await closing.close(quiz.parts, quiz.rules.id, after(quiz))
        await quiz.submit(rows[3], answer(rows[3]))
        assert await closing.close(quiz.parts, quiz.rules.id, after(quiz))
        (event,) = await quiz.outbox("contest.closed.v1")
        assert event["attempts"] == 4
        assert event["digest"] == digest(str(row["attempt_id"]) for row in rows)
        assert await refused(quiz.start()) == "contest-closed"
        assert not await closing.close(quiz.parts, quiz.rules.id, after(quiz)), "once"


async def test_a_start_that_waited_for_the_closing_sees_that_it_is_closed(stores: Stores) -> None:
    async with room(stores) as quiz:
        async with quiz.parts.pool.acquire() as connection, connection.transaction():
            await repository.hold_closed(connection, quiz.rules.id)
            starting = asyncio.create_task(quiz.start())
            await asyncio.sleep(0.3)
            assert not starting.done()
            await contests.close(connection, Closing(quiz.rules.id, NOON, NOON, 0, "0" * 16))
        assert await refused(starting) == "contest-closed"


async def test_an_import_repeated_changes_nothing_and_a_changed_key_reseals_without_clear_text(stores: Stores) -> None:
    async with room(stores) as quiz:
        again = await apply(quiz.parts, quiz.rules, bank())
        assert (again.changed, again.version, again.bank_version) == (False, 1, 1)
        changed = msgspec.structs.replace(bank().questions[0], correct=("B",), legal_basis="Điều bí mật")
        newer = await apply(quiz.parts, quiz.rules, type(bank())((changed, *bank().questions[1:])))
        assert (newer.changed, newer.bank_version) == (True, 2)
        tables = ["contests", "banks", "answer_keys", "outbox", "attempts"]
        dump = "".join([str(await quiz.parts.pool.fetch(f"select t::text from {table} t")) for table in tables])
        assert "correct" not in dump
        assert "bí mật" not in dump
        assert len(await quiz.outbox("answer-key.sealed.v1")) == 12


async def test_a_moved_deadline_needs_a_reason_and_moves_the_end_of_open_papers_that_it_cut(stores: Stores) -> None:
    cut = rules(late_start="cut")
    async with room(stores, cut) as quiz:
        row = await quiz.start(now=cut.closes - timedelta(minutes=5))
        assert row["ends_at"] == cut.closes
        later = msgspec.structs.replace(cut, closes=cut.closes + timedelta(hours=1))
        importer = quiz.parts.state["importer"]
        assert await refused(importer.apply(Incoming(later, bank()), NOON, "")) == "reason-needed"
        await importer.apply(Incoming(later, bank(), "mất điện toàn tỉnh"), NOON, "")
        assert (await quiz.attempt(row))["ends_at"] == row["started_at"] + FULL


async def test_everything_republished_has_the_ids_it_had(stores: Stores) -> None:
    async with room(stores) as quiz:
        row = await quiz.start()
        await quiz.submit(row, answer(row))
        await closing.close(quiz.parts, quiz.rules.id, after(quiz))
        first = {msgspec.json.encode(pair[0]) for pair in await ids(quiz)}
        await quiz.parts.pool.execute("delete from outbox")
        async with quiz.parts.pool.acquire() as connection, connection.transaction():
            assert await republish(quiz.parts, connection) == len(first)
        assert {msgspec.json.encode(pair[0]) for pair in await ids(quiz)} == first


async def ids(quiz: Room) -> list[tuple[str, str]]:
    rows = await quiz.parts.pool.fetch("select headers from outbox")
    headers = [dict(msgspec.json.decode(row["headers"])) for row in rows]
    return [(each["ce_id"], each["ce_type"]) for each in headers]
