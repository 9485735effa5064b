"""Answers as they are given: per question the newest of the pen's holder stands, and nothing acknowledged is lost.

Saves come numbered: `seq` rises per writer, and a new writer (a new device that took the pen) counts afresh. What is
kept per question is the rank `writer, seq` of the save that set it, so that a late or repeated save changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from services.contracts.rules import Prediction
from services.contracts.values import Count, Whole

PREDICTION = ""
"""The key under which the prediction stands beside the questions."""

Stored = dict[str, tuple[int, tuple[str, ...] | int | None]]


class Save(Struct, frozen=True, forbid_unknown_fields=True):
    """What a device sends: only what has not been acknowledged yet. An empty list takes an answer back."""

    writer: Count
    seq: Count
    answers: dict[str, tuple[str, ...]] = {}
    prediction: Whole | None = None


class BadAnswer(Exception):
    """An answer to a question that is not on the paper, or with an option it does not have."""


def rank(writer: int, seq: int) -> int:
    return writer << 32 | seq


def merge(stored: Stored, save: Save) -> Stored | None:
    """What stands after the save; None where it changes nothing (an older or repeated `seq`)."""
    at = rank(save.writer, save.seq)
    merged: Stored | None = None
    for question, chosen in save.answers.items():
        before = stored.get(question)
        if before is None or before[0] < at:
            merged = dict(stored) if merged is None else merged
            merged[question] = (at, chosen)
    if save.prediction is not None:
        before = stored.get(PREDICTION)
        if before is None or before[0] < at:
            merged = dict(stored) if merged is None else merged
            merged[PREDICTION] = (at, save.prediction)
    return merged


def check(
    save: Save, options: Mapping[str, frozenset[str]], single: frozenset[str], prediction: tuple[int, int] | None
) -> None:
    """`options`: question id on this paper -> its option ids; `single`: those that take one option. Raises BadAnswer."""
    for question, chosen in save.answers.items():
        known = options.get(question)
        if known is None:
            raise BadAnswer(f"answers.{question[:60]}: this question is not on the paper")
        if not known.issuperset(chosen) or len(set(chosen)) != len(chosen):
            raise BadAnswer(f"answers.{question}: {list(chosen)[:9]} are not options of the question")
        if question in single and len(chosen) > 1:
            raise BadAnswer(f"answers.{question}: takes one option, not {len(chosen)}")
    if save.prediction is not None:
        if prediction is None:
            raise BadAnswer("prediction: this contest asks for none")
        if not prediction[0] <= save.prediction <= prediction[1]:
            raise BadAnswer(f"prediction: {save.prediction} is not between {prediction[0]} and {prediction[1]}")


def given(stored: Stored) -> dict[str, tuple[str, ...]]:
    """question id -> option ids, sorted; questions whose answer was taken back are absent."""
    return {
        q: tuple(sorted(c)) for q, (_, c) in stored.items() if q != PREDICTION and isinstance(c, list | tuple) and c
    }


def owes_prediction(stored: Stored, asked: Prediction | None, left: timedelta) -> bool:
    """Whether a submission by hand must wait for the prediction. `left`: of the paper's time; with none left the paper is
    taken as it stands, as the sweeper would take it."""
    return asked is not None and asked.required and left > timedelta(0) and predicted(stored) is None


def predicted(stored: Stored) -> int | None:
    entry = stored.get(PREDICTION)
    return entry[1] if entry is not None and isinstance(entry[1], int) else None
