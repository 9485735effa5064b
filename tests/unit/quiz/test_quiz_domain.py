"""The rules of papers, without a server."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.rules import DrawStep, Paper, Rules, Text, Tries
from services.folder import Bank, Option, Question
from services.folder.checks import check
from services.quiz.domain.answers import BadAnswer, Save, Stored, merge
from services.quiz.domain.answers import check as check_answers
from services.quiz.domain.answers import given as answers_given
from services.quiz.domain.dice import Dice
from services.quiz.domain.draw import CannotDraw, Shown, draw
from services.quiz.domain.pace import QUICK_MS, SLOW_MS, save_every
from services.quiz.domain.receipt import Handed, receipt
from services.quiz.domain.starting import Past, Refused, check_tries, check_window, end_of, spans

OPENS = datetime(2023, 8, 31, 17, tzinfo=UTC)
QUESTIONS = tuple(Shown(f"q{n}", f"t{n % 3}", "kho" if n % 2 else "de", ("A", "B", "C", "D")) for n in range(12))


def rules(**changes: object) -> Rules:
    values: dict[str, object] = {
        "id": "c", "series_id": "c", "title": Text("Thi"), "opens": OPENS, "closes": OPENS + timedelta(days=30),
        "paper": Paper(minutes=20, fixed=("q1",)),
    }  # fmt: skip
    return Rules(**{**values, **changes})  # type: ignore[arg-type]


def test_dice_give_splitmix64s_published_numbers() -> None:
    dice = Dice(1234567)
    assert [dice.below(1 << 64) for _ in range(3)] == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_dice_take_every_item_about_equally_often() -> None:
    seen = Counter(item for seed in range(4000) for item in Dice(seed).take("abcdefgh", 2))
    assert all(850 < count < 1150 for count in seen.values())


def test_a_paper_shows_the_same_again_from_its_seed() -> None:
    paper = Paper(minutes=20, draw=(DrawStep(3, topic="t0"), DrawStep(2)))
    assert draw(99, paper, QUESTIONS, None) == draw(99, paper, QUESTIONS, None)
    assert len({draw(seed, paper, QUESTIONS, None) for seed in range(50)}) > 40


def test_fixed_questions_stand_in_their_order_unless_shuffled() -> None:
    paper = Paper(minutes=20, fixed=("q5", "q1"), shuffle_questions=False, shuffle_options=False)
    sheet = draw(1, paper, QUESTIONS, None)
    assert sheet.questions == ("q5", "q1")
    assert sheet.options == (("A", "B", "C", "D"),) * 2


def test_a_group_draws_from_its_own_questions() -> None:
    bank = (*QUESTIONS, Shown("own", "t9", "de", ("A", "B"), groups=("g",)))
    paper = Paper(minutes=20, draw=(DrawStep(1, topic="t9"),))
    assert draw(1, paper, bank, "g").questions == ("own",)
    with pytest.raises(CannotDraw):
        draw(1, paper, bank, None)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_draw_that_the_folders_check_accepts_can_always_be_drawn(data: st.DataObject) -> None:
    topics, levels = ["a", "b", "c"], ["de", "kho"]
    kinds = data.draw(st.lists(st.tuples(st.sampled_from(topics), st.sampled_from(levels)), min_size=1, max_size=9))
    lines = data.draw(
        st.lists(
            st.builds(DrawStep, st.integers(1, 4), st.sampled_from([None, *topics]), st.sampled_from([None, *levels])),
            min_size=1, max_size=4, unique_by=lambda step: (step.topic, step.difficulty),
        )
    )  # fmt: skip
    options = (Option("A", Text("đúng")), Option("B", Text("sai")))
    questions = tuple(
        Question(f"q{n}", "single", topic, level, Text(f"Câu {n}?"), options, ("A",))
        for n, (topic, level) in enumerate(kinds)
    )
    paper = Paper(minutes=20, draw=tuple(lines))
    accepted = not check(rules(paper=paper), Bank(questions))
    bank = [Shown(q.id, q.topic, q.difficulty, ("A", "B")) for q in questions]
    for seed in range(5):
        if accepted:
            sheet = draw(seed, paper, bank, None)
            assert len(set(sheet.questions)) == sum(step.count for step in lines)


saves = st.builds(
    Save,
    st.just(1),
    st.integers(1, 6),
    st.dictionaries(st.sampled_from(["q1", "q2"]), st.sampled_from([("A",), ("B",), ()])),
)


def fold(given_saves: list[Save]) -> Stored:
    stored: Stored = {}
    for save in given_saves:
        stored = merge(stored, save) or stored
    return stored


@given(st.lists(saves, max_size=8, unique_by=lambda save: save.seq), st.randoms())
def test_the_highest_seq_stands_per_question_in_whatever_order_saves_arrive(
    sent: list[Save], dice: random.Random
) -> None:
    late = list(sent)
    dice.shuffle(late)
    assert fold(sorted(sent, key=lambda save: save.seq)) == fold(late)


def test_a_repeated_save_changes_nothing_and_a_new_writer_counts_afresh() -> None:
    stored = fold([Save(1, 9, {"q1": ("A",)})])
    assert merge(stored, Save(1, 9, {"q1": ("B",)})) is None
    assert answers_given(fold([Save(1, 9, {"q1": ("A",)}), Save(2, 1, {"q1": ("B",)})])) == {"q1": ("B",)}


def test_an_answer_taken_back_is_not_given() -> None:
    assert answers_given(fold([Save(1, 1, {"q1": ("A",)}), Save(1, 2, {"q1": ()})])) == {}


@pytest.mark.parametrize(
    ("save", "fault"),
    [
        (Save(1, 1, {"q9": ("A",)}), "answers.q9"),
        (Save(1, 1, {"q1": ("Z",)}), "answers.q1"),
        (Save(1, 1, {"q1": ("A", "B")}), "takes one option"),
        (Save(1, 1, {}, 11), "not between 0 and 10"),
    ],
)
def test_an_answer_that_does_not_fit_names_its_field(save: Save, fault: str) -> None:
    with pytest.raises(BadAnswer, match=fault.replace(".", r"\.")):
        check_answers(save, {"q1": frozenset("AB")}, frozenset({"q1"}), (0, 10))


def test_the_last_instant_before_closing_still_counts() -> None:
    contest = rules()
    check_window(contest, contest.closes - timedelta(microseconds=1))
    with pytest.raises(Refused, match="closed"):
        check_window(contest, contest.closes)


def test_days_and_weeks_are_those_of_the_contests_time_zone() -> None:
    since = spans(rules(), datetime(2023, 9, 3, 17, 30, tzinfo=UTC))  # 00:30 on Monday the 4th in Việt Nam
    assert since.day == since.week == datetime(2023, 9, 3, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "past", "reason"),
    [
        (Tries(contest=3), Past(ordinal=3), "no_tries"),
        (Tries(day=1), Past(ordinal=1, in_day=1), "no_tries"),
        (Tries(week=1), Past(ordinal=1, in_week=1), "no_tries"),
        (Tries(gap_ms=3_600_000), Past(ordinal=1, newest=OPENS), "too_soon"),
        (Tries(starts_per_hour=2), Past(ordinal=2, in_hour=2, oldest_in_hour=OPENS), "too_soon"),
    ],
)
def test_a_limit_that_is_reached_refuses_and_says_when_the_next_try_opens(
    tries: Tries, past: Past, reason: str
) -> None:
    now = OPENS + timedelta(minutes=30)
    since = spans(rules(), now)
    with pytest.raises(Refused, match=reason) as caught:
        check_tries(tries, past, since, now)
    assert (caught.value.again_at is None) == (tries.contest is not None)
    check_tries(Tries(), past, since, now)


def test_a_late_start_finishes_or_is_cut_at_closing() -> None:
    started = OPENS + timedelta(days=30) - timedelta(minutes=5)
    paper = Paper(minutes=20, fixed=("q1",))
    assert end_of(rules(late_start="finish"), paper, started) == started + timedelta(minutes=20)
    assert end_of(rules(late_start="cut"), paper, started) == OPENS + timedelta(days=30)


def test_the_same_paper_has_the_same_receipt_and_another_answer_another_code() -> None:
    handed = Handed("a", "c", 19, OPENS, OPENS, OPENS + timedelta(minutes=20), "by_hand", False)
    one, other = fold([Save(1, 1, {"q1": ("A",)})]), fold([Save(1, 1, {"q1": ("B",)})])
    assert receipt(handed, one) == receipt(handed, one)
    assert receipt(handed, one).code != receipt(handed, other).code
    assert receipt(handed, one).late_ms == 0


def test_a_loaded_server_stretches_the_pause_between_saves_and_never_past_ten_seconds() -> None:
    assert save_every(0) == QUICK_MS
    assert save_every(10**6) == SLOW_MS
    assert QUICK_MS < save_every(1000) < SLOW_MS
