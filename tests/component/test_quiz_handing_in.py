"""What a submission must hold, what a group's paper is worth, and whom the sweeper waits for."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from services.contracts.events import AnswerKey
from services.contracts.rules import Category, Group, Paper, Prediction, RegistrationRules, Rules, Text
from services.folder import Bank
from services.quiz import repository
from services.quiz.problems import PREDICTION_NEEDED
from services.runtime.problems import Problem
from services.scoring.keyring import Keyring
from tests.support.papers import NOON, Room, answer, apply, bank, room, rules
from tests.support.quizdoor import door, slug
from tests.support.stores import Stores

GRACE = timedelta(seconds=30)
INSTANT = timedelta(milliseconds=1)
ASKED = Prediction(Text("Bao nhiêu lượt đúng hết?"), "perfect_attempts", required=True)


async def test_a_required_prediction_is_demanded_while_the_time_runs_and_the_paper_stays_open(stores: Stores) -> None:
    async with room(stores, rules(prediction=ASKED)) as quiz:
        row = await quiz.start()
        for now in (NOON, row["ends_at"] - INSTANT):
            with pytest.raises(Problem) as caught:
                await quiz.submit(row, answer(row), now)
            assert (caught.value.kind, caught.value.members["field"]) == (PREDICTION_NEEDED, "prediction")
        assert (await quiz.attempt(row))["state"] == repository.OPEN
        receipt = await quiz.submit(row, answer(row, prediction=7), row["ends_at"] - INSTANT)
        assert receipt["receipt"]["how"] == "by_hand"


async def test_a_prediction_that_was_saved_before_need_not_be_sent_again(stores: Stores) -> None:
    async with room(stores, rules(prediction=ASKED)) as quiz:
        row = await quiz.start()
        await quiz.save(row, answer(row, prediction=0))
        assert await quiz.submit(row, answer(row, "B", seq=2))


async def test_with_no_time_left_a_paper_is_taken_without_its_prediction_by_hand_and_by_the_sweeper(
    stores: Stores,
) -> None:
    async with room(stores, rules(prediction=ASKED)) as quiz:
        late, away = await quiz.start(), await quiz.start()
        await quiz.save(away, answer(away))
        assert (await quiz.submit(late, answer(late), late["ends_at"]))["receipt"]["how"] == "by_hand"
        async with quiz.parts.pool.acquire() as connection, connection.transaction():
            await quiz.parts.state["sweeper"].sweep_until(connection, away["ends_at"] + GRACE + timedelta(seconds=6))
        assert (await quiz.attempt(away))["how"] == "time_ran_out"
        assert all("prediction" not in event for event in await quiz.outbox("attempt.submitted.v1"))


async def test_the_refusal_of_a_missing_prediction_names_the_field_and_its_range(stores: Stores) -> None:
    async with door(stores, rules(prediction=ASKED)) as front:
        answered = await front.submit(await front.paper())
        assert (answered.status_code, slug(answered)) == (422, "prediction-needed")
        assert (answered.json()["field"], answered.json()["range"]) == ("prediction", [0, 10_000_000])


def grouped(points: int) -> Rules:
    own = Paper(minutes=15, fixed=("Q0", "Q1"), points=points)
    registration = RegistrationRules(
        fields={"category": "required"}, categories=(Category("can-bo", Text("Cán bộ")), Category("dan", Text("Dân")))
    )
    return rules(registration=registration, groups=(Group("can-bo", ("can-bo",), paper=own),))


async def keys_of(quiz: Room, stores: Stores) -> dict[str, AnswerKey]:
    """The newest key of each question, opened as scoring opens it."""
    keyring = Keyring.from_file(stores.folder / "secrets" / "scoring.x25519")
    events = await quiz.outbox("answer-key.sealed.v1")
    assert all(b64decode(event["sealed"]) for event in events)
    return {event["question_id"]: keyring.open(event["sealed"]) for event in events}


async def test_the_points_of_a_groups_own_paper_reach_its_keys_and_a_questions_own_points_stand_before_them(
    stores: Stores,
) -> None:
    first, *others = bank().questions
    dear = msgspec.structs.replace(first, points=3)
    async with room(stores, grouped(5), Bank((dear, *others))) as quiz:
        keys = await keys_of(quiz, stores)
        assert [keys["Q0"].points_for(group) for group in ("can-bo", None)] == [3, 3]
        assert [keys["Q1"].points_for(group) for group in ("can-bo", None)] == [5, 1]
        changed = msgspec.structs.replace(grouped(6), id=quiz.rules.id, series_id=quiz.rules.id)
        assert (await apply(quiz.parts, changed, Bank((dear, *others)))).bank_version == 2
        assert (await keys_of(quiz, stores))["Q1"].points_for("can-bo") == 6


async def test_rule_5_a_sweep_waits_while_a_closing_or_a_definition_has_the_contest_alone(stores: Stores) -> None:
    async with room(stores) as quiz:
        row = await quiz.start()
        await quiz.save(row, answer(row))
        moment = row["ends_at"] + GRACE + timedelta(seconds=6)
        async with quiz.parts.pool.acquire() as alone, alone.transaction():
            await repository.hold_closed(alone, quiz.rules.id)
            sweep = asyncio.create_task(swept(quiz, moment))
            await asyncio.sleep(0.3)
            assert not sweep.done()
            # What holds the contest alone can still have every row: the sweep took none before it waited.
            assert len(await repository.lock_open(alone, quiz.rules.id)) == 1
        assert await sweep == 1


async def swept(quiz: Room, moment: Any) -> int:
    async with quiz.parts.pool.acquire() as connection, connection.transaction():
        taken: int = await quiz.parts.state["sweeper"].sweep_until(connection, moment)
        return taken


async def test_a_start_that_closes_an_overdue_paper_waits_for_the_contest_before_it_holds_the_row(
    stores: Stores,
) -> None:
    async with room(stores) as quiz:
        row = await quiz.start()
        async with quiz.parts.pool.acquire() as alone, alone.transaction():
            await repository.hold_closed(alone, quiz.rules.id)
            again = asyncio.create_task(
                quiz.start(str(row["contestant_id"]), row["ends_at"] + GRACE + timedelta(seconds=6))
            )
            await asyncio.sleep(0.3)
            assert len(await repository.lock_open(alone, quiz.rules.id)) == 1
        assert (await again)["ordinal"] == 2


@pytest.mark.parametrize("attempt", ["-" * 36, "0" * 36, "c" * 8 + "-" + "c" * 27])
async def test_what_is_no_attempts_id_is_told_so_and_never_reaches_the_database(stores: Stores, attempt: str) -> None:
    async with door(stores) as front:
        for method, path in (("GET", ""), ("GET", "/head"), ("POST", "/pen"), ("GET", "/receipt")):
            answered = await front.call(method, f"/attempts/{attempt}{path}", front.session())
            assert answered.status_code in (400, 404, 422), answered.text
