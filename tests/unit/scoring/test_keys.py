"""What becomes of an answer key that arrives."""

from __future__ import annotations

import base64

import pytest
from nacl.public import PrivateKey, SealedBox

from services.contracts.events import AnswerKey
from services.scoring.domain.keys import Known, decide
from services.scoring.keyring import BadBox, Keyring

A, B = AnswerKey(("a",)), AnswerKey(("b",))


def test_the_first_key_of_a_question_is_stored_even_when_papers_were_marked():
    assert decide(None, A, 1, marked=True) == "store"


def test_a_key_equal_after_opening_changes_nothing_whatever_its_box_looks_like():
    assert decide(Known(AnswerKey(("a", "b")), 1), AnswerKey(("b", "a")), 2, marked=True) == "settle"


def test_a_repeat_or_an_older_key_is_ignored():
    assert decide(Known(A, 2), B, 2, marked=False) == "ignore"
    assert decide(Known(A, 2), B, 1, marked=False) == "ignore"


def test_another_key_replaces_the_first_only_while_nothing_has_been_marked():
    assert decide(Known(A, 1), B, 2, marked=False) == "replace"
    assert decide(Known(A, 1), B, 2, marked=True) == "pend"


@pytest.mark.parametrize("sealed", ["", "bm90IGEgYm94", "###", "\x00"])
def test_a_box_that_cannot_be_opened_says_so_and_nothing_of_its_inside(sealed):
    with pytest.raises(BadBox, match="cannot be opened"):
        Keyring(bytes(PrivateKey.generate())).open(sealed)


def test_a_box_that_holds_something_else_than_a_key_does_not_quote_it():
    private = PrivateKey.generate()
    sealed = base64.b64encode(SealedBox(private.public_key).encrypt(b'{"correct": "option-c"}')).decode()
    with pytest.raises(BadBox) as told:
        Keyring(bytes(private)).open(sealed)
    assert "option-c" not in str(told.value)
    assert told.value.__cause__ is None


def test_keys_kept_under_one_revision_are_not_used_under_another():
    private = PrivateKey.generate()
    keyring = Keyring(bytes(private))
    sealed = base64.b64encode(SealedBox(private.public_key).encrypt(b'{"correct": ["a"]}')).decode()
    keyring.keep("c", 1, {"q": sealed})
    assert keyring.known("c", 1) == {"q": A}
    assert keyring.known("c", 2) == {}
