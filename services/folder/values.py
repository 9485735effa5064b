"""What a single value may be. Each reader takes a `Place` and returns the value or raises `Wrong` with the way out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypeVar

from services.contracts.rules import Text
from services.folder.section import Place, Read, Section, Wrong
from services.folder.tree import Mapping, Scalar

C = TypeVar("C", bound=str)

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
PERCENT = re.compile(r"([0-9]{1,4}(?:\.[0-9]+)?)\s*%")
SHARE = re.compile(r"[0-9](?:\.[0-9]+)?")
MAX_TEXT = 10_000


def string(place: Place) -> str:
    """A text that is not empty, without the spaces around it."""
    if not isinstance(place.node, Scalar):
        raise Wrong(
            "is a list or mapping where a text is expected", "write the text after the ':', in quotes if in doubt"
        )
    text = place.node.text.strip()
    if not text:
        raise Wrong("is empty", "write a text, or leave the key out")
    if len(text) > MAX_TEXT:
        raise Wrong(f"has {len(text)} characters", f"keep it below {MAX_TEXT}")
    return text


def text(place: Place) -> Text:
    """`{vi: …, en: …}`, or only the Vietnamese text."""
    if not isinstance(place.node, Mapping):
        return Text(string(place))
    with Section(place) as section:
        return Text(section.need("vi", string, "?"), section.get("en", string, None))


def slug(place: Place) -> str:
    """A name in addresses and keys: small letters, digits, '-' and '_'."""
    return _matching(place, SLUG, "use small letters without marks, digits, '-' and '_' (at most 64)")


def code(place: Place) -> str:
    """An id as organisers give them: letters, digits, '.', '-' and '_'."""
    return _matching(place, CODE, "use letters without marks, digits, '.', '-' and '_' (at most 64)")


def _matching(place: Place, pattern: re.Pattern[str], way_out: str) -> str:
    value = string(place)
    if not pattern.fullmatch(value):
        raise Wrong("cannot be an id", way_out)
    return value


def integer(low: int, high: int) -> Read[int]:
    """A whole number within [low, high], written plainly: no '1.000', no '012'."""

    def read(place: Place) -> int:
        value = string(place)
        if not INTEGER.fullmatch(value):
            raise Wrong("is not a whole number", "write digits only, such as 1000")
        if not low <= int(value) <= high:
            problem = "is negative" if int(value) < 0 else f"is not within {low} to {high}"
            raise Wrong(problem, f"give a number from {low} to {high}")
        return int(value)

    return read


def boolean(place: Place) -> bool:
    """Only `true` and `false`: `yes`, `no`, `on`, `off` mean different things to different readers of YAML."""
    value = string(place)
    if value not in ("true", "false"):
        raise Wrong("is neither true nor false", "write true or false")
    return value == "true"


def choice(*options: C) -> Read[C]:
    def read(place: Place) -> C:
        value = string(place)
        if value not in options:
            raise Wrong("is not a known value", meant(value, options))
        return value

    return read


def share(place: Place) -> float:
    """A part of a whole as `80%` or `0.8`; 1.0 is 100 %."""
    value = string(place)
    if percent := PERCENT.fullmatch(value):
        return float(percent[1]) / 100
    if SHARE.fullmatch(value) and float(value) <= 1:
        return float(value)
    if value.startswith("-"):
        raise Wrong("is negative", "write a share such as 80%")
    raise Wrong("is not a share", "write it with its sign, such as 80%, or as a part of one, such as 0.8")


def meant(value: str, options: Iterable[str]) -> str:
    """The way out for a word that is none of the options."""
    options = tuple(options)
    near = get_close_matches(value, options, 1)
    return f"did you mean '{near[0]}'?" if near else f"use one of: {', '.join(options) or '(none is defined)'}"
