"""The drill's judge is quiet where all is well, and finds every fault that is planted."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from bench.drill import judge as judging
from bench.drill.history import Ask, History, Told
from bench.drill.judge import judge
from bench.drill.judge.linear import NEVER, Operation, Search, Undecided
from bench.drill.world import OPEN, Public, Score, World
from tests.unit.bench.drilled import ANSWERS, OPENED, TERMS, ask, good, paper, receipt

Plant = Callable[[History, World], None]


def wrong(plant: Plant) -> list[str]:
    history, world = good()
    plant(history, world)
    return judge(history, world)


def test_a_history_in_which_all_is_well_has_nothing_wrong() -> None:
    assert wrong(lambda history, world: None) == []


def test_the_judge_shares_no_code_with_the_services() -> None:
    seen = set[str]()
    folder = Path(judging.__file__).parent
    for file in [
        *folder.glob("*.py"),
        folder.parent / "history.py",
        folder.parent / "world.py",
        folder.parent / "gather.py",
    ]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                seen.add(node.module)
            elif isinstance(node, ast.Import):
                seen |= {alias.name for alias in node.names}
    assert not {name for name in seen if name.startswith(("services", "deploy"))}


def lose_a_save(_: History, world: World) -> None:
    del world.papers[1].answers["a"]


def keep_an_older_save(history: History, world: World) -> None:
    history.asks.append(ask(1, "save", OPENED + 13, world.papers[1], seq=2, answers={"a": ["2"]}))


def invent_an_answer(_: History, world: World) -> None:
    world.papers[1].answers["c"] = ["3"]


def forget_a_submission(_: History, world: World) -> None:
    world.papers = world.papers[1:]


def abandon_what_was_answered(_: History, world: World) -> None:
    world.papers[1].state = 2


def score_twice(_: History, world: World) -> None:
    world.scores.append(Score("p1", 1, 3, True))


def score_never(_: History, world: World) -> None:
    world.scores.pop()


def count_twice(_: History, world: World) -> None:
    world.counted.append("p2")


def count_a_ghost(_: History, world: World) -> None:
    world.counted.append("p9")


def publish_never(_: History, world: World) -> None:
    world.submissions.pop()


def publish_other_answers(_: History, world: World) -> None:
    world.submissions[0].answers = {"a": ["2"]}


def mark_wrongly(_: History, world: World) -> None:
    world.scores[0] = world.scorings[0] = Score("p1", 1, 2, False)


def show_another_number(_: History, world: World) -> None:
    world.public = msgspec.structs.replace(world.public, attempts=3)


def close_with_another_count(_: History, world: World) -> None:
    world.closed_attempts = 3


def fail_the_audit(_: History, world: World) -> None:
    world.audit_clean = False


def lose_a_registration(_: History, world: World) -> None:
    world.registered.remove("bao")
    world.public = Public(1, 1, 2, 2, 1)


def forge_a_receipt(history: History, world: World) -> None:
    forged = receipt(world.papers[0]).replace('\\"how\\": \\"by_hand\\"', '\\"how\\": \\"by_fist\\"')
    assert forged != world.papers[0].receipt
    world.papers[0].receipt = forged
    history.asks[6].told = Told(receipt=forged)


def sign_other_answers(history: History, world: World) -> None:
    made = receipt(world.papers[0], answers_sha256="0" * 64)
    world.papers[0].receipt = made
    history.asks[6].told = Told(receipt=made)


def hand_out_another_receipt(history: History, _: World) -> None:
    history.asks[6].told = Told(receipt="{}")


def accept_late(_: History, world: World) -> None:
    world.papers[0].received_at = TERMS.closes + TERMS.grace + 0.01


def acknowledge_a_late_save(history: History, world: World) -> None:
    late = TERMS.closes + TERMS.grace + 0.01
    history.asks.append(ask(1, "save", late, world.papers[1], seq=2, answers={"a": ["1"]}))


def leave_a_paper_open(_: History, world: World) -> None:
    world.papers[2].state = OPEN


def hand_in_at_another_time_than_the_end(_: History, world: World) -> None:
    world.papers[1].submitted_at = TERMS.closes + 1


def start_after_closing(_: History, world: World) -> None:
    world.papers[2].started_at = TERMS.closes


def give_a_try_too_many(history: History, world: World) -> None:
    extra = paper("p4", "ann", 3, OPENED + 20)
    world.papers.append(extra)
    history.asks.append(ask(1, "start", OPENED + 20, extra))


def open_two_at_once(history: History, world: World) -> None:
    """The second paper starts while the first is open: each start by itself looks right."""
    history.asks[7].sent, history.asks[7].answered = OPENED + 4, OPENED + 4.1


def answer_one_start_with_two_papers(history: History, world: World) -> None:
    again = ask(1, "start", OPENED + 1.5, world.papers[0])
    again.told = Told(attempt="p7")
    history.asks.append(again)


def refuse_a_start_for_nothing(history: History, _: World) -> None:
    told = Told(problem="tries-exhausted")
    history.asks.append(Ask(1, "start", OPENED + 6, OPENED + 6.1, 403, "key-p8", told=told))


def refuse_a_running_save(history: History, world: World) -> None:
    history.asks.append(ask(1, "save", OPENED + 13, world.papers[1], status=410, told=Told(problem="attempt-over")))


def break_a_request(history: History, world: World) -> None:
    history.asks.append(ask(1, "save", OPENED + 13, world.papers[1], status=500, told=Told(problem="fault")))


def shed_without_a_word(history: History, world: World) -> None:
    history.asks.append(ask(1, "save", OPENED + 13, world.papers[1], status=503, told=Told(problem="overloaded")))


PLANTED: dict[Plant, str] = {
    lose_a_save: "acknowledged saves", keep_an_older_save: "acknowledged saves", invent_an_answer: "acknowledged saves",
    forget_a_submission: "is in no row", abandon_what_was_answered: "was abandoned", score_twice: "scored 2 times",
    score_never: "never scored", count_twice: "counted 2 times", count_a_ghost: "never submitted",
    publish_never: "never published", publish_other_answers: "other answers", mark_wrongly: "was given 2",
    show_another_number: "public number of attempts", close_with_another_count: "closed with 3",
    fail_the_audit: "audit is not clean", lose_a_registration: "stands 0 times", forge_a_receipt: "signature",
    sign_other_answers: "answers_sha256", hand_out_another_receipt: "another receipt", accept_late: "after its end",
    acknowledge_a_late_save: "was accepted that was sent", leave_a_paper_open: "still open",
    hand_in_at_another_time_than_the_end: "at another time", start_after_closing: "after the contest closed",
    give_a_try_too_many: "3 attempts of 2", open_two_at_once: "no order", answer_one_start_with_two_papers: "was told paper",
    refuse_a_start_for_nothing: "no order", refuse_a_running_save: "running paper", break_a_request: "met 500",
    shed_without_a_word: "without when",
}  # fmt: skip


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_the_judge_finds_a_planted_fault(plant: Plant) -> None:
    found = wrong(plant)
    assert any(PLANTED[plant] in sentence for sentence in found), found


def test_a_save_without_an_answer_may_have_had_its_effect_or_not() -> None:
    def lost(history: History, world: World) -> None:
        made = ask(1, "save", OPENED + 13, world.papers[1], seq=2, answers={"a": ["1"], "c": ["3"]}, prediction=5)
        made.answered, made.status = 0.0, 0
        history.asks.append(made)

    assert wrong(lost) == []

    def lost_and_stored(history: History, world: World) -> None:
        lost(history, world)
        row = world.papers[1]
        row.answers, row.prediction = {"a": ["1"], "c": ["3"]}, 5
        row.receipt = receipt(row)
        world.submissions[1].answers, world.submissions[1].prediction = row.answers, 5
        world.scores[1] = world.scorings[1] = Score("p2", 1, 2, False)

    assert wrong(lost_and_stored) == []


def test_a_start_without_an_answer_may_have_opened_the_paper_that_the_next_one_meets() -> None:
    def lost(history: History, world: World) -> None:
        made = ask(1, "start", OPENED + 0.5, world.papers[0], status=0, told=Told())
        made.answered = 0.0
        other = Ask(1, "start", OPENED + 0.7, OPENED + 0.8, 409, "key-x", told=Told(problem="attempt-running"))
        history.asks += [made, other]

    assert wrong(lost) == []


def test_of_two_devices_that_hand_in_at_once_either_may_be_first() -> None:
    def twice(history: History, world: World) -> None:
        history.asks.append(
            ask(1, "submit", OPENED + 5, world.papers[0], seq=4, answers={**ANSWERS, "a": ["2"]}, prediction=9)
        )

    assert wrong(twice) == []


class TestSearch:
    """A register of one value, as in the papers on linearizability."""

    @staticmethod
    def _step(state: str, operation: Operation) -> list[str]:
        if operation.what == "write":
            return [operation.key]
        return [state] if state == operation.key else []

    def orderly(self, *operations: tuple[float, float, str, str]) -> bool:
        return Search(self._step).orderly([Operation(*each) for each in operations], "0")

    def test_a_read_may_see_a_write_that_overlaps_it_or_not(self) -> None:
        assert self.orderly((0, 5, "write", "1"), (1, 2, "read", "1"))
        assert self.orderly((0, 5, "write", "1"), (1, 2, "read", "0"))

    def test_a_read_after_a_write_sees_it(self) -> None:
        assert not self.orderly((0, 1, "write", "1"), (2, 3, "read", "0"))

    def test_what_was_seen_once_is_not_unseen(self) -> None:
        assert not self.orderly((0, 9, "write", "1"), (1, 2, "read", "1"), (3, 4, "read", "0"))

    def test_what_never_ended_may_take_effect_late_or_never(self) -> None:
        assert self.orderly((0, NEVER, "write", "1"), (1, 2, "read", "0"), (3, 4, "read", "1"))
        assert self.orderly((0, NEVER, "write", "1"), (1, 2, "read", "0"))

    def test_a_search_that_is_too_long_is_not_called_orderly(self) -> None:
        many = [Operation(0, 10, "write", str(number)) for number in range(12)]
        with pytest.raises(Undecided):
            Search(self._step, most=50).orderly([*many, Operation(0, 10, "read", "none")], "0")
