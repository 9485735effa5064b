"""Vietnamese mobile numbers in one form, so that one phone is one phone however it is written."""

from __future__ import annotations

import re

from services.registration.domain.text import digits

# Since the renumbering of 2018 a mobile number is 0, one of 3 5 7 8 9, and eight more digits.
_NATIONAL = re.compile(r"[35789]\d{8}")


def normalise(text: str) -> str | None:
    """`0912 345 678`, `+84 912.345.678`, `0084912345678`, `912345678` (a spreadsheet ate the zero) -> `+84912345678`.

    None if it is no Vietnamese mobile number.
    """
    stripped = text.strip()
    plus = stripped.startswith(("+", "＋"))
    found = digits(stripped[1:] if plus else stripped) if len(text) <= 40 else None
    if not found:
        return None
    national = _national(found, plus)
    return f"+84{national}" if national and _NATIONAL.fullmatch(national) else None


def _national(found: str, plus: bool) -> str | None:
    if plus:
        return found[2:].removeprefix("0") if found.startswith("84") else None
    for prefix in ("0084", "84", "0"):
        if found.startswith(prefix) and len(found) > len(prefix) + 8:
            return found[len(prefix) :].removeprefix("0")
    return found
