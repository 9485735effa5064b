"""A draw is refused exactly when it cannot be filled."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.rules import DrawStep, Paper, Rules, Text
from services.folder import Bank, Option, Question, check
from services.folder.contest import ALWAYS, NEVER

OPTIONS = (Option("A", Text("một")), Option("B", Text("hai")))
TOPICS, LEVELS = ("t1", "t2", "t3"), ("d1", "d2")
STEP = st.builds(DrawStep, st.integers(1, 3), st.sampled_from((None, *TOPICS)), st.sampled_from((None, *LEVELS)))


def _bank(cells: list[tuple[str, str]]) -> Bank:
    return Bank(
        tuple(
            Question(f"Q{n}", "single", topic, level, Text("?"), OPTIONS, ("A",))
            for n, (topic, level) in enumerate(cells)
        )
    )


def _fits(steps: tuple[DrawStep, ...], bank: Bank) -> bool:
    """Hall's condition over every subset of steps: together they match at least what they ask for."""
    for chosen in product((False, True), repeat=len(steps)):
        some = [step for step, taken in zip(steps, chosen, strict=True) if taken]
        matching = [q for q in bank.questions if any(_matches(step, q) for step in some)]
        if sum(step.count for step in some) > len(matching):
            return False
    return True


def _matches(step: DrawStep, question: Question) -> bool:
    return step.topic in (None, question.topic) and step.difficulty in (None, question.difficulty)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(STEP, min_size=1, max_size=5),
    st.lists(st.tuples(st.sampled_from(TOPICS), st.sampled_from(LEVELS)), min_size=1, max_size=12),
)
def test_a_draw_is_refused_exactly_when_distinct_questions_cannot_fill_it(steps, cells) -> None:
    rules = Rules("c", "c", Text("?"), NEVER, ALWAYS, Paper(20, draw=tuple(steps)))
    bank = _bank(cells)
    assert (check(rules, bank) == []) == _fits(tuple(steps), bank)


def test_lines_that_overlap_are_filled_whatever_their_order() -> None:
    steps = (DrawStep(1), DrawStep(1, "t1"), DrawStep(1, None, "d1"))
    rules = Rules("c", "c", Text("?"), NEVER, ALWAYS, Paper(20, draw=steps))
    # the first line takes t1 d1 and must give it up for t1 d2, then for t2 d2, as the others come
    assert check(rules, _bank([("t1", "d1"), ("t1", "d2"), ("t2", "d2")])) == []
    assert check(rules, _bank([("t1", "d1"), ("t2", "d1"), ("t3", "d2")])) == []
    (fault,) = check(rules, _bank([("t1", "d1"), ("t1", "d2")]))
    assert fault.problem == "asks for 1 questions, but the lines above leave only 0"
    assert (fault.key, fault.line) == ("paper.draw[2]", None)
