import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain import number, phone

parts = st.integers(number.LOWEST, number.HIGHEST)


@given(parts)
def test_a_number_reads_back_also_with_spaces(part: int) -> None:
    made = number.make(part)
    assert len(made) == number.LENGTH
    assert number.parse(f" {made[:4]} {made[4:]} ") == made


@given(parts, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_nobodys_number(part: int, place: int, shift: int) -> None:
    made = number.make(part)
    wrong = made[:place] + str((int(made[place]) + shift) % 10) + made[place + 1 :]
    assert number.parse(wrong) is None


@given(parts, st.integers(0, 6))
def test_two_neighbours_swapped_are_nobodys_number(part: int, place: int) -> None:
    made = number.make(part)
    swapped = made[:place] + made[place + 1] + made[place] + made[place + 2 :]
    assert swapped == made or number.parse(swapped) is None


@given(parts)
def test_no_number_can_be_taken_for_a_phone(part: int) -> None:
    assert phone.normalise(number.make(part)) is None


@pytest.mark.parametrize("part", [number.LOWEST - 1, number.HIGHEST + 1])
def test_the_random_part_keeps_the_length(part: int) -> None:
    with pytest.raises(ValueError, match="random_part"):
        number.make(part)
