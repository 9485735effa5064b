"""Answers as they merge, starts as they are limited, receipts as they are told: properties and edges, without a server."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.rules import DrawStep, Group, Paper, Rules, Text, Tries
from services.quiz.domain.answers import Save, Stored, merge, predicted
from services.quiz.domain.answers import given as answers_given
from services.quiz.domain.dice import Dice
from services.quiz.domain.draw import Shown, draw, paper_of
from services.quiz.domain.pace import FULL, RELAXED, save_every
from services.quiz.domain.receipt import Handed, receipt
from services.quiz.domain.starting import (
    PATIENCE,
    Past,
    Refused,
    accepted_until,
    check_start,
    check_tries,
    past_of,
    spans,
    swept_after,
)

OPENS = datetime(2023, 8, 31, 17, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=30)
NOON = OPENS + timedelta(days=4, hours=12)
INSTANT = timedelta(microseconds=1)


def rules(**changes: object) -> Rules:
    values: dict[str, object] = {
        "id": "c", "series_id": "c", "title": Text("Thi"), "opens": OPENS, "closes": CLOSES,
        "paper": Paper(minutes=20, fixed=("q1",)),
    }  # fmt: skip
    return Rules(**{**values, **changes})  # type: ignore[arg-type]


# ---- answers -------------------------------------------------------------------------------------------------

saves = st.builds(
    Save,
    st.integers(1, 3),
    st.integers(1, 5),
    st.dictionaries(st.sampled_from(["q1", "q2", "q3"]), st.sampled_from([("A",), ("B",), ("A", "C"), ()])),
    st.none() | st.integers(0, 9),
)


def fold(sent: list[Save]) -> Stored:
    stored: Stored = {}
    for save in sent:
        merged = merge(stored, save)
        stored = stored if merged is None else merged
    return stored


@given(st.lists(saves, max_size=12, unique_by=lambda save: (save.writer, save.seq)))
def test_per_question_what_the_newest_pen_sent_last_stands(sent: list[Save]) -> None:
    """Against a plain model: sort everything by (writer, seq), let later ones overwrite."""
    model: dict[str, tuple[str, ...]] = {}
    guess: int | None = None
    for save in sorted(sent, key=lambda save: (save.writer, save.seq)):
        model |= save.answers
        guess = save.prediction if save.prediction is not None else guess
    stored = fold(sent)
    assert answers_given(stored) == {question: tuple(sorted(chosen)) for question, chosen in model.items() if chosen}
    assert predicted(stored) == guess


@given(st.lists(saves, max_size=8, unique_by=lambda save: (save.writer, save.seq)), st.randoms())
def test_the_order_of_delivery_matters_nowhere(sent: list[Save], dice: random.Random) -> None:
    late = [*sent, *sent[:3]]
    dice.shuffle(late)
    assert fold(late) == fold(sent)


@given(st.lists(saves, max_size=8), saves)
def test_what_was_stored_is_never_changed_in_place_and_a_repeat_is_told_as_no_change(
    before: list[Save], save: Save
) -> None:
    stored = fold(before)
    copy = dict(stored)
    merged = merge(stored, save)
    assert stored == copy
    assert merge(stored if merged is None else merged, save) is None


@given(saves)
def test_what_is_stored_comes_back_from_its_json_as_it_was(save: Save) -> None:
    stored = fold([save])
    back = msgspec.json.decode(msgspec.json.encode(stored), type=dict[str, tuple[int, tuple[str, ...] | int | None]])
    assert (answers_given(back), predicted(back)) == (answers_given(stored), predicted(stored))


@pytest.mark.parametrize("field", ["writer", "seq"])
@pytest.mark.parametrize("value", [-1, 1 << 31, 1 << 64])
def test_no_number_of_one_pen_reaches_into_the_ranks_of_the_next(field: str, value: int) -> None:
    body = msgspec.json.encode({"writer": 1, "seq": 1, field: value})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Save)


# ---- dice and draw -------------------------------------------------------------------------------------------

BANK = tuple(Shown(f"q{n}", f"t{n % 2}", "kho" if n % 3 else "de", ("A", "B", "C", "D")) for n in range(8))


def test_a_paper_drawn_years_ago_can_be_shown_again() -> None:
    """Written down in November 2026: whoever changes dice or draw changes papers that people have already seen."""
    paper = Paper(minutes=20, draw=(DrawStep(2, topic="t0"), DrawStep(1, difficulty="kho"), DrawStep(1)))
    sheet = draw(20230901, paper, BANK, None)
    assert sheet.questions == ("q2", "q7", "q5", "q0")
    assert ["".join(order) for order in sheet.options] == ["DBAC", "ACBD", "CDBA", "BADC"]


@given(st.integers(), st.integers(1, 10**6))
def test_dice_stay_below_their_limit_whatever_the_seed(seed: int, limit: int) -> None:
    assert 0 <= Dice(seed).below(limit) < limit


@given(st.integers(), st.lists(st.integers(), max_size=12, unique=True), st.data())
def test_dice_take_distinct_items_and_leave_the_list_alone(seed: int, items: list[int], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(items)))
    before = list(items)
    taken = Dice(seed).take(items, count)
    assert items == before
    assert len(set(taken)) == len(taken) == count
    assert set(taken) <= set(items)


def test_every_question_of_a_topic_comes_up_about_equally_often_and_in_every_place() -> None:
    paper = Paper(minutes=20, draw=(DrawStep(4),))
    sheets = [draw(seed, paper, BANK, None) for seed in range(4000)]
    assert all(1850 < count < 2150 for count in Counter(q for sheet in sheets for q in sheet.questions).values())
    first = Counter(sheet.questions[0] for sheet in sheets)
    assert all(400 < first[question.id] < 600 for question in BANK)
    orders = Counter(order for sheet in sheets for order in sheet.options)
    assert len(orders) == 24


def test_options_are_shuffled_only_where_paper_and_question_allow_it() -> None:
    bank = (*BANK[:3], Shown("all", "t0", "de", ("A", "B", "C", "D"), shuffle_options=False))
    paper = Paper(minutes=20, fixed=("q0", "all"))
    sheets = [draw(seed, paper, bank, None) for seed in range(40)]
    fixed = {sheet.options[sheet.questions.index("all")] for sheet in sheets}
    assert fixed == {("A", "B", "C", "D")}
    assert len({sheet.options[sheet.questions.index("q0")] for sheet in sheets}) > 5
    assert {sheet.questions for sheet in sheets} == {("q0", "all"), ("all", "q0")}


def test_a_group_without_a_paper_of_its_own_gets_the_contests() -> None:
    own = Paper(minutes=45, fixed=("q2",))
    given_rules = rules(groups=(Group("dai", ("x",), paper=own), Group("khac", otherwise=True)))
    assert [paper_of(given_rules, group) for group in ("dai", "khac", None, "gone")] == [own, *[given_rules.paper] * 3]


# ---- starting ------------------------------------------------------------------------------------------------


def refusal(tries: Tries, past: Past, now: datetime = NOON) -> tuple[str, datetime | None] | None:
    try:
        check_tries(tries, past, spans(rules(), now), now)
    except Refused as refused:
        return refused.reason, refused.again_at
    return None


def test_a_gap_ends_at_its_very_instant() -> None:
    tries, past = Tries(gap_ms=3_600_000), Past(1, NOON)
    end = NOON + timedelta(hours=1)
    assert refusal(tries, past, end - INSTANT) == ("too_soon", end)
    assert refusal(tries, past, end) is None


def test_an_hour_counts_starts_of_the_last_sixty_minutes_and_says_when_the_oldest_leaves_it() -> None:
    since = spans(rules(), NOON)
    assert since.hour == NOON - timedelta(hours=1)
    oldest = NOON - timedelta(minutes=59)
    full = Past(3, NOON, in_hour=3, oldest_in_hour=oldest)
    assert refusal(Tries(starts_per_hour=3), full) == ("too_soon", oldest + timedelta(hours=1))
    assert refusal(Tries(starts_per_hour=4), full) is None


def test_days_begin_at_midnight_and_weeks_on_monday_of_the_contests_zone() -> None:
    sunday_end = datetime(2023, 9, 10, 16, 59, 59, tzinfo=UTC)  # 23:59:59 on Sunday in Việt Nam
    before, after = spans(rules(), sunday_end), spans(rules(), sunday_end + timedelta(seconds=1))
    assert before.week == datetime(2023, 9, 3, 17, tzinfo=UTC)
    assert after.week == after.day == datetime(2023, 9, 10, 17, tzinfo=UTC)
    assert before.day == datetime(2023, 9, 9, 17, tzinfo=UTC)


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=20)), max_size=12).map(sorted))
def test_earlier_starts_count_for_the_day_week_and_hour_that_they_lie_in(after: list[timedelta]) -> None:
    now = NOON + timedelta(days=20)
    since, starts = spans(rules(), now), [NOON + each for each in after]
    past = past_of(starts, since)
    assert (past.ordinal, past.newest) == (len(starts), starts[-1] if starts else None)
    assert past.in_day == len([at for at in starts if since.day <= at])
    assert past.in_week == len([at for at in starts if since.week <= at])
    assert past.in_hour == len([at for at in starts if at > now - timedelta(hours=1)])
    assert past.oldest_in_hour == min((at for at in starts if at > now - timedelta(hours=1)), default=None)


def test_the_next_day_and_week_are_told_in_the_contests_zone() -> None:
    midnight = datetime(2023, 9, 5, 17, tzinfo=UTC)
    assert refusal(Tries(day=2), Past(2, NOON, in_day=2)) == ("no_tries", midnight)
    assert refusal(Tries(week=2), Past(2, NOON, in_week=2)) == ("no_tries", datetime(2023, 9, 10, 17, tzinfo=UTC))
    assert refusal(Tries(contest=2), Past(2, NOON)) == ("no_tries", None)


def test_a_day_in_which_clocks_are_moved_has_its_own_length() -> None:
    berlin = rules(time_zone="Europe/Berlin")
    since = spans(berlin, datetime(2023, 10, 29, 12, tzinfo=UTC))
    assert (since.day, since.next_day) == (
        datetime(2023, 10, 28, 22, tzinfo=UTC),
        datetime(2023, 10, 29, 23, tzinfo=UTC),
    )
    assert since.next_week == since.next_day


@given(st.integers(0, 5), st.integers(1, 5))
def test_a_limit_of_n_lets_exactly_n_start(started: int, limit: int) -> None:
    past = Past(started, OPENS, in_day=started, in_week=started, in_hour=started, oldest_in_hour=NOON)
    for tries in (Tries(contest=limit), Tries(day=limit), Tries(week=limit), Tries(starts_per_hour=limit)):
        assert (refusal(tries, past) is None) == (started < limit)


@given(st.timedeltas(timedelta(0), timedelta(days=1500)))
def test_a_day_lies_in_its_week_and_both_before_now(later: timedelta) -> None:
    now = OPENS + later
    since = spans(rules(), now)
    assert since.week <= since.day <= now < since.day + timedelta(days=1)
    assert now < since.week + timedelta(days=7)


def test_a_try_that_would_open_only_after_the_closing_is_none() -> None:
    last_hour = CLOSES - timedelta(hours=1)
    for tries in (Tries(day=1), Tries(gap_ms=7_200_000), Tries(starts_per_hour=1)):
        with pytest.raises(Refused, match="no_tries") as caught:
            check_start(rules(tries=tries), [last_hour], last_hour + timedelta(minutes=1))
        assert caught.value.again_at is None


def test_the_window_stands_before_the_tries_and_closes_exclusively() -> None:
    used = [OPENS] * 9
    for now, reason, again in [
        (OPENS - INSTANT, "not_open", OPENS), (CLOSES, "closed", None), (CLOSES - INSTANT, "no_tries", None),
    ]:  # fmt: skip
        with pytest.raises(Refused, match=reason) as caught:
            check_start(rules(tries=Tries(contest=1)), used, now)
        assert caught.value.again_at == again
    check_start(rules(), (), OPENS)


def test_the_sweeper_waits_out_the_grace_and_the_longest_way_of_a_request() -> None:
    end = NOON
    assert end + swept_after(30_000) == accepted_until(end, 30_000) + PATIENCE == NOON + timedelta(seconds=35)


# ---- receipt and pace ----------------------------------------------------------------------------------------


def handed(**changes: object) -> Handed:
    values: dict[str, object] = {
        "attempt_id": "a", "contest_id": "c", "questions": 19, "submitted_at": NOON, "received_at": NOON,
        "ends_at": NOON + timedelta(minutes=9), "how": "by_hand", "rehearsal": False,
    }  # fmt: skip
    return Handed(**{**values, **changes})  # type: ignore[arg-type]


@given(st.permutations([("q1", "A"), ("q2", "B"), ("q3", "C")]))
def test_a_receipt_tells_what_was_given_and_not_in_which_order(order: list[tuple[str, str]]) -> None:
    stored = fold([Save(1, seq, {question: (option,)}) for seq, (question, option) in enumerate(order, 1)])
    one = fold([Save(2, 1, {"q3": ("C",), "q1": ("A",), "q2": ("B",)})])
    assert receipt(handed(), stored) == receipt(handed(), one)
    assert receipt(handed(), stored).answered == 3


def test_a_receipt_changes_with_the_prediction_the_paper_and_the_answers() -> None:
    told = {
        receipt(handed(attempt_id=attempt), fold([Save(1, 1, {"q1": (option,)}, guess)])).code
        for attempt in "ab"
        for option in "AB"
        for guess in (None, 0, 1)
    }
    assert len(told) == 12


def test_lateness_is_what_came_after_the_end_in_whole_milliseconds() -> None:
    late = handed(received_at=NOON, ends_at=NOON - timedelta(milliseconds=1500, microseconds=400))
    assert (receipt(late, {}).late_ms, receipt(handed(), {}).late_ms) == (1500, 0)


def test_the_pause_between_saves_grows_with_the_queue_and_never_shrinks() -> None:
    pauses = [save_every(waiting) for waiting in range(0, FULL + 500, 50)]
    assert pauses == sorted(pauses)
    assert {save_every(waiting) for waiting in range(RELAXED + 1)} == {400}
