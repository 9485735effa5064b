from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.quiz.domain.relief import MOST_MINUTES, counting, fits

START = datetime(2023, 9, 1, tzinfo=UTC)
MOMENTS = st.lists(st.integers(0, 50).map(lambda n: START + timedelta(hours=n)), max_size=8)


def hours(*numbers: int) -> list[datetime]:
    return [START + timedelta(hours=n) for n in numbers]


def test_a_try_given_back_takes_away_the_newest_start_before_it() -> None:
    assert counting(hours(1, 5, 9), hours(6)) == tuple(hours(1, 9))
    assert counting(hours(1, 5, 9), hours(6, 6)) == tuple(hours(9))
    assert counting(hours(1, 5, 9), hours(6, 10)) == tuple(hours(1))


def test_a_try_given_back_before_any_start_gives_none_in_advance() -> None:
    assert counting(hours(5), hours(4)) == tuple(hours(5))


@given(MOMENTS, MOMENTS)
def test_no_more_starts_are_taken_away_than_tries_were_given_and_none_is_made_up(
    starts: list[datetime], back: list[datetime]
) -> None:
    left = counting(starts, back)
    assert max(0, len(starts) - len(back)) <= len(left) <= len(starts)
    assert all(left.count(start) <= starts.count(start) for start in left)


def test_a_paper_is_given_so_many_minutes_and_no_more() -> None:
    assert fits(0, MOST_MINUTES)
    assert not fits(60_000, MOST_MINUTES)
