import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain import text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nguyễn   Văn  A ", "Nguyễn Văn A"),
        (unicodedata.normalize("NFD", "Ỹ Lan Ặng"), "Ỹ Lan Ặng"),
        ("Y'Bing Niê", "Y'Bing Niê"),
        ("H’Hen-Niê", "H’Hen-Niê"),
    ],
)
def test_a_name_is_kept_in_nfc_with_single_spaces(typed: str, kept: str) -> None:
    assert text.name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "A", "1234", "Nguyễn 5", "a\x00bc", "x" * 81, "<b>Lan</b>", "Lan\u202eĐỗ", "--", "😀 Lan"]
)
def test_what_is_no_name_is_refused(typed: str) -> None:
    assert text.name(typed) is None


@given(st.text(max_size=120))
def test_a_kept_name_is_kept_as_it_is(typed: str) -> None:
    kept = text.name(typed)
    assert kept is None or (text.name(kept) == kept and unicodedata.is_normalized("NFC", kept) and text.sort_key(kept))


def test_a_list_goes_by_given_name_in_the_order_of_the_vietnamese_alphabet() -> None:
    given = [
        "An",
        "Azz",
        "Ăn",
        "Ăz",
        "Ân",
        "Bình",
        "Dung",
        "Dũng",
        "Dương",
        "Đạt",
        "Em",
        "Ên",
        "On",
        "Ôn",
        "Ơn",
        "Un",
        "Ưn",
    ]
    assert sorted([f"Lê {name}" for name in given[::-1]], key=text.sort_key) == [f"Lê {name}" for name in given]


def test_people_with_one_given_name_go_by_family_name_and_tones_decide_last() -> None:
    people = ["Lê Hòa", "Lê Hoa", "Đỗ Cúc", "Trần Bình", "Nguyễn Thị An", "Lê An"]
    assert sorted(people, key=text.sort_key) == people[::-1]


@pytest.mark.parametrize(
    "typed", ["123456789013", "1234 5678 9013", "1234-5678-9013", "１２３４５６７８９０１３", "١٢٣٤٥٦٧٨٩٠١٣"]
)
def test_an_entry_code_is_read_however_its_digits_are_written(typed: str) -> None:
    assert text.code(typed) == "123456789013"


@pytest.mark.parametrize("typed", ["", "12345678901", "1234567890123", "12345678901x", "1" * 4000, "½23456789012"])
def test_what_is_not_twelve_digits_is_no_code(typed: str) -> None:
    assert text.code(typed) is None


def test_codes_that_no_generator_gives_are_guessable() -> None:
    assert all(map(text.is_guessable, ["000000000000", "121212121212", "123456789012", "987654321098"]))
    assert not any(map(text.is_guessable, ["123456789013", "112233445566", "483920175566"]))


def test_id_numbers_have_nine_or_twelve_digits() -> None:
    assert text.id_number("024 093 001 234") == "024093001234"
    assert text.id_number("121234567") == "121234567"
    assert [text.id_number(wrong) for wrong in ("1234567890", "B1234567", "")] == [None, None, None]
