import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain import phone


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "+84912345678",
        "84912345678",
        "0084 912 345 678",
        "912345678",
        "(091) 234-56.78",
        "+84 (0)912345678",
        "０９１２３４５６７８",
    ],
)
def test_one_phone_is_one_phone_however_it_is_written(typed: str) -> None:
    assert phone.normalise(typed) == "+84912345678"


@pytest.mark.parametrize(
    "typed",
    ["", "+", "0212345678", "091234567", "09123456789", "+1 202 555 0100", "0912345678 ext 2", "0" * 500, "12345675"],
)
def test_what_is_no_vietnamese_mobile_number_is_refused(typed: str) -> None:
    assert phone.normalise(typed) is None


@pytest.mark.parametrize("national", ["845678901", "842345678", "384123456"])
def test_numbers_that_look_like_the_country_code_keep_their_digits(national: str) -> None:
    assert {phone.normalise(form + national) for form in ("0", "", "84", "+84", "0084")} == {f"+84{national}"}


@given(st.from_regex(r"[35789]\d{8}", fullmatch=True).filter(str.isascii))
def test_every_way_of_writing_leads_to_the_same_number_and_stays_there(national: str) -> None:
    forms = {phone.normalise(start + national) for start in ("0", "+84", "84", "0084", "")}
    assert forms == {f"+84{national}"}
    assert phone.normalise(f"+84{national}") == f"+84{national}"
