"""Making good an outage: a try given back to one person, minutes to one or to all papers open between two times."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.contracts.rules import Paper, Tries
from services.quiz.domain.relief import MOST_MINUTES
from services.scoring.domain.marking import within_tries
from tests.support.papers import NOON, apply, bank, rules
from tests.support.quizdoor import Door, door, slug
from tests.support.registration import key
from tests.support.stores import Stores

REASON = "mất điện toàn huyện"
FULL = timedelta(minutes=20)


async def give_try(at: Door, person: str, keyed: dict[str, str] | None = None) -> httpx.Response:
    path = f"/contests/{at.contest}/contestants/{person}/tries"
    return await at.call("POST", path, at.machine("organiser"), json={"reason": REASON}, headers=keyed or key())


async def give_minutes(at: Door, keyed: dict[str, str] | None = None, **changes: Any) -> httpx.Response:
    span = {"since": NOON.isoformat(), "until": (NOON + timedelta(minutes=5)).isoformat()}
    body = {"minutes": 10, **span, "reason": REASON, **changes}
    path = f"/contests/{at.contest}/minutes"
    return await at.call("POST", path, at.machine("organiser"), json=body, headers=keyed or key())


async def written(at: Door, session: str) -> None:
    paper = await at.paper(session)
    assert (await at.submit(paper)).status_code == 200


def ends(answer: httpx.Response) -> datetime:
    return datetime.fromisoformat(answer.json()["ends_at"])


# ---- tries


@pytest.mark.parametrize(
    "limit", [Tries(contest=1), Tries(week=1), Tries(day=1), Tries(gap_ms=3_600_000), Tries(starts_per_hour=1)]
)
async def test_a_try_given_back_counts_for_no_limit_and_gives_one_start_more(stores: Stores, limit: Tries) -> None:
    async with door(stores, rules(tries=limit)) as at:
        person = str(uuid4())
        session = at.session(person)
        await written(at, session)
        at.at += timedelta(minutes=1)
        assert (await at.start(session)).status_code == 403
        assert (await give_try(at, person)).json() == {"contestant_id": person, "given": 1}
        at.at += timedelta(seconds=1)
        await written(at, session)
        told = (await at.call("GET", f"/contests/{at.contest}/attempts", session)).json()
        assert [(each["ordinal"], each["given_back"]) for each in told] == [(1, True), (2, False)]
        assert (await at.start(session)).status_code == 403


async def test_what_is_written_with_a_try_given_back_is_within_the_tries(stores: Stores) -> None:
    async with door(stores, rules(tries=Tries(contest=1))) as at:
        person = str(uuid4())
        session = at.session(person)
        await written(at, session)
        await give_try(at, person)
        await written(at, session)
        facts = await at.quiz.outbox("attempt.submitted.v1")
        told = [(fact["ordinal"], fact.get("given_back", 0)) for fact in facts]
        assert told == [(1, 0), (2, 1)]
        assert [within_tries(ordinal - given, 1) for ordinal, given in told] == [True, True]


async def test_no_more_tries_are_given_back_than_papers_were_started_however_many_at_once(stores: Stores) -> None:
    async with door(stores, rules(tries=Tries(contest=2))) as at:
        person = str(uuid4())
        for _ in range(2):
            await written(at, at.session(person))
        answers = await asyncio.gather(*(give_try(at, person) for _ in range(12)))
        assert sorted(answer.status_code for answer in answers) == [201, 201, *[409] * 10]
        assert {slug(answer) for answer in answers if answer.status_code == 409} == {"no-try-to-give"}
        assert slug(await give_try(at, str(uuid4()))) == "no-try-to-give"


async def test_the_same_order_again_gives_no_second_try_and_stands_once_in_the_log(stores: Stores) -> None:
    async with door(stores, rules(tries=Tries(contest=1))) as at:
        person, keyed = str(uuid4()), key()
        await written(at, at.session(person))
        await written(at, at.session(other := str(uuid4())))
        assert (await give_try(at, other)).status_code == 201
        answers = await asyncio.gather(*(give_try(at, person, keyed) for _ in range(6)))
        assert [answer.json()["given"] for answer in answers] == [1] * 6
        rows = await at.quiz.parts.pool.fetch("select reason from audit where action = 'try.give'")
        assert [row[0] for row in rows] == [REASON, REASON]


# ---- minutes


async def test_every_paper_open_between_the_two_times_gets_the_minutes_and_no_other(stores: Stores) -> None:
    async with door(stores) as at:
        during = [await at.paper() for _ in range(3)]
        at.at = NOON + timedelta(minutes=6)
        later = await at.paper()
        answer = (await give_minutes(at)).json()
        assert (answer["extended"], answer["full"], answer["ran_out"]) == (3, 0, [])
        assert [ends(await at.save(paper)) for paper in during] == [NOON + FULL + timedelta(minutes=10)] * 3
        assert ends(await at.save(later)) == at.at + FULL


async def test_a_paper_is_written_and_handed_in_within_the_minutes_given_with_its_old_credential(
    stores: Stores,
) -> None:
    async with door(stores) as at:
        paper = await at.paper()
        await give_minutes(at, minutes=MOST_MINUTES)
        at.at = NOON + FULL + timedelta(minutes=MOST_MINUTES - 1)
        assert (await at.save(paper)).status_code == 200
        assert (await at.submit(paper)).status_code == 200
        [fact] = await at.quiz.outbox("attempt.submitted.v1")
        assert fact["duration_ms"] == (20 + MOST_MINUTES - 1) * 60_000


async def test_a_paper_that_cut_ends_at_closing_goes_on_past_it_also_after_a_new_definition(stores: Stores) -> None:
    cut = rules(late_start="cut", paper=Paper(minutes=20, fixed=("Q0",)))
    async with door(stores, cut) as at:
        at.at = cut.closes - timedelta(minutes=5)
        paper = await at.paper()
        span = {"since": at.at.isoformat(), "until": at.at.isoformat()}
        await give_minutes(at, **span)
        assert ends(await at.save(paper)) == cut.closes + timedelta(minutes=10)
        moved = rules(cut.id, late_start="cut", paper=cut.paper, closes=cut.closes + timedelta(minutes=2))
        await apply(at.quiz.parts, moved, bank(), "thêm giờ")
        assert ends(await at.save(paper, seq=2)) == cut.closes + timedelta(minutes=12)


async def test_minutes_for_one_person_reach_nobody_else(stores: Stores) -> None:
    async with door(stores) as at:
        one = str(uuid4())
        own, other = await at.paper(at.session(one)), await at.paper()
        assert (await give_minutes(at, contestant_id=one)).json()["extended"] == 1
        assert ends(await at.save(own)) == NOON + FULL + timedelta(minutes=10)
        assert ends(await at.save(other)) == NOON + FULL


async def test_the_same_order_again_adds_no_minutes_and_answers_the_same(stores: Stores) -> None:
    async with door(stores) as at:
        paper, keyed = await at.paper(), key()
        answers = await asyncio.gather(*(give_minutes(at, keyed) for _ in range(6)))
        assert {answer.text for answer in answers} == {'{"extended":1,"full":0,"ran_out":[]}'}
        assert ends(await at.save(paper)) == NOON + FULL + timedelta(minutes=10)
        assert slug(await give_minutes(at, keyed, minutes=11)) == "idempotency-key-reused"


async def test_no_paper_is_given_more_than_the_most_altogether(stores: Stores) -> None:
    async with door(stores) as at:
        paper = await at.paper()
        assert (await give_minutes(at, minutes=MOST_MINUTES)).json()["extended"] == 1
        assert (await give_minutes(at, minutes=1)).json()["full"] == 1
        assert ends(await at.save(paper)) == NOON + FULL + timedelta(minutes=MOST_MINUTES)


async def test_whose_paper_has_run_out_is_named_so_that_a_try_can_be_given_back(stores: Stores) -> None:
    async with door(stores, rules(tries=Tries(contest=1))) as at:
        person = str(uuid4())
        session = at.session(person)
        await at.save(await at.paper(session))
        await at.quiz.parts.state["sweeper"].sweep()
        at.at = NOON + FULL + timedelta(minutes=2)
        answer = (await give_minutes(at)).json()
        assert (answer["extended"], answer["ran_out"]) == (0, [person])
        assert (await give_try(at, person)).status_code == 201
        assert (await at.start(session)).status_code == 201


async def test_a_span_that_has_not_been_or_has_no_offset_is_refused(stores: Stores) -> None:
    async with door(stores) as at:
        tomorrow = (NOON + timedelta(days=1)).isoformat()
        for span in (
            {"since": tomorrow, "until": tomorrow},
            {"since": "2023-09-01T00:00:00"},
            {"until": "2023-09-01T00:00:00Z"},
        ):
            assert slug(await give_minutes(at, **span)) == "bad-window", span
