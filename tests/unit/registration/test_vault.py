import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from services.registration.vault import Vault

VAULT = Vault(b"h" * 32, b"a" * 32)


def test_what_is_sealed_opens_for_its_owner_only() -> None:
    sealed = VAULT.seal("+84912345678", "lan")
    assert VAULT.open(sealed, "lan") == "+84912345678"
    assert b"912345678" not in sealed
    with pytest.raises(InvalidTag):
        VAULT.open(sealed, "minh")


def test_the_same_phone_is_never_sealed_to_the_same_bytes() -> None:
    assert VAULT.seal("+84912345678", "lan") != VAULT.seal("+84912345678", "lan")


def test_hashes_of_two_uses_and_two_keys_have_nothing_in_common() -> None:
    assert VAULT.mac("phone", "bg", "1") != VAULT.mac("code", "bg", "1")
    assert VAULT.mac("phone", "bg", "1") != Vault(b"x" * 32, b"a" * 32).mac("phone", "bg", "1")


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_parts_are_told_apart_however_they_are_cut(one: list[str], other: list[str]) -> None:
    assert (VAULT.mac("use", *one) == VAULT.mac("use", *other)) == (one == other)
