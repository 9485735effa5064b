"""What people type, brought into one form: names, digits in any script, entry codes, ID numbers."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

SEPARATORS = frozenset(" .-()\u00a0\u2007\u2009\u202f\u2010\u2011\u2013\t")
NAME_MARKS = frozenset(" '’.-")
NAME_LENGTH = range(2, 81)
CODE_DIGITS = 12
ID_DIGITS = (9, 12)
"""Chứng minh nhân dân has 9 digits, căn cước công dân 12."""


def digits(text: str) -> str | None:
    """The decimal digits of `text` as ASCII, separators left out; None if it holds anything else."""
    kept: list[str] = []
    for letter in text:
        value = unicodedata.decimal(letter, None)
        if value is not None:
            kept.append(str(value))
        elif letter not in SEPARATORS:
            return None
    return "".join(kept)


def name(text: str) -> str | None:
    """A person's name, NFC, single spaces; None if it is no name (length, digits, signs, control letters)."""
    clean = " ".join(unicodedata.normalize("NFC", text).split())
    letters = sum(letter.isalpha() for letter in clean)
    if len(clean) not in NAME_LENGTH or letters < 2:
        return None
    return clean if all(_in_a_name(letter) for letter in clean) else None


def _in_a_name(letter: str) -> bool:
    return letter.isalpha() or letter in NAME_MARKS or unicodedata.category(letter) == "Mn"


_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
# A letter of its own stands behind the one it is made from and before the next: "a~" is greater than "az", less than "b".
_LETTERS = str.maketrans({"ă": "a~", "â": "a~~", "đ": "d~", "ê": "e~", "ô": "o~", "ơ": "o~~", "ư": "u~"})


def sort_key(person: str) -> str:
    """Lists go by the given name, which stands last, in the order of the Vietnamese alphabet; tones decide last."""
    *rest, given = person.casefold().split()
    ordered = " ".join([given, *rest])
    return f"{_without_tones(ordered).translate(_LETTERS)}|{ordered}"


def _without_tones(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(letter for letter in decomposed if letter not in _TONES))


def code(text: str) -> str | None:
    """An entry code: 12 digits, however they were grouped; None if it is not that."""
    found = digits(text) if len(text) <= 40 else None
    return found if found is not None and len(found) == CODE_DIGITS else None


def is_guessable(entry_code: str) -> bool:
    """Codes nobody's random generator gives: one or two digits over and over, or counting up or down."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(entry_code)}
    return len(set(entry_code)) <= 2 or steps in ({1}, {9})


def id_number(text: str) -> str | None:
    """The digits of a Vietnamese ID number, or None."""
    found = digits(text) if len(text) <= 40 else None
    return found if found is not None and len(found) in ID_DIGITS else None
