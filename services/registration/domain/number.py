"""The contestant number (số báo danh): seven random digits and a check digit.

A slip of a finger so leads to nobody else: the check digit is Damm's (2004), which finds every single wrong digit and
every swap of neighbours.
"""

from __future__ import annotations

from services.registration.domain.text import digits

LENGTH = 8
LOWEST, HIGHEST = 1_000_000, 9_999_999
"""Of the random part: the first digit is never 0, so no spreadsheet shortens a number."""

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def make(random_part: int) -> str:
    """The number for a random part within [LOWEST, HIGHEST]."""
    if not LOWEST <= random_part <= HIGHEST:
        raise ValueError(f"random_part: {random_part} is not within [{LOWEST}, {HIGHEST}]")
    return f"{random_part}{_residue(str(random_part))}"


def parse(text: str) -> str | None:
    """The number in `text`, or None if it is not one (length, letters, check digit)."""
    found = digits(text) if len(text) <= 40 else None
    if found is None or len(found) != LENGTH or found[0] == "0":
        return None
    return found if _residue(found) == "0" else None


def _residue(number: str) -> str:
    interim = "0"
    for digit in number:
        interim = _DAMM[int(interim)][int(digit)]
    return interim
