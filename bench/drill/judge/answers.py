"""Every acknowledged save is in what was submitted, unless a later save replaced it.

Per question the server keeps the save of the highest (writer, seq). Acknowledged saves certainly had their effect, those
without an answer may have had it: so what stands must come from one of them that no acknowledged save outranks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeAlias

from bench.drill.history import Ask, History
from bench.drill.world import ABANDONED, Paper, World

Value: TypeAlias = list[str] | int | None
GUESS = "(prediction)"


def check_answers(history: History, world: World) -> Iterator[str]:
    writes: dict[str, list[Ask]] = defaultdict(list)
    for ask in history.of("save", "submit"):
        if ask.ok or ask.unknown:
            writes[ask.attempt].append(ask)
    papers = {paper.attempt: paper for paper in world.papers}
    for attempt in writes.keys() - papers.keys():
        yield f"paper {attempt} took answers and is in no row"
    for attempt, paper in papers.items():
        yield from _of_paper(paper, _effective(writes.get(attempt, []), paper))


def _effective(asks: list[Ask], paper: Paper) -> list[Ask]:
    """Without submissions that only got the receipt of an earlier one, or of the time that ran out."""
    if paper.how != "by_hand":
        return [ask for ask in asks if ask.kind == "save"]
    # Of several submissions one handed the paper in, and nobody tells which: none of them must have had its effect.
    return asks


def _of_paper(paper: Paper, asks: list[Ask]) -> Iterator[str]:
    for question in {*paper.answers, *(each for ask in asks for each in ask.answers), GUESS}:
        stands = paper.prediction if question == GUESS else sorted(paper.answers.get(question, []))
        allowed = list(_allowed(question, asks))
        if stands not in allowed:
            yield f"paper {paper.attempt}, {question}: {stands} stands, but only {allowed} may"
    if paper.state == ABANDONED and any(ask.kind == "save" and ask.ok and _says(ask) for ask in asks):
        yield f"paper {paper.attempt} was abandoned although a save of it was acknowledged"


def _says(ask: Ask) -> bool:
    return bool(ask.answers) or ask.prediction is not None


def _allowed(question: str, asks: list[Ask]) -> Iterator[Value]:
    """The values that may stand: of every write that no certain write outranks; nothing where none is certain."""
    writes = [(ask.rank, _value(ask, question), _certain(ask)) for ask in asks if _touches(ask, question)]
    floor = max((rank for rank, _, certain in writes if certain), default=None)
    if floor is None:
        yield None if question == GUESS else []
    yield from (value for rank, value, _ in writes if floor is None or rank >= floor)


def _certain(ask: Ask) -> bool:
    """An acknowledged submission may have been a repeat of one that carried something else."""
    return ask.ok and ask.kind == "save"


def _touches(ask: Ask, question: str) -> bool:
    return ask.prediction is not None if question == GUESS else question in ask.answers


def _value(ask: Ask, question: str) -> Value:
    return ask.prediction if question == GUESS else sorted(ask.answers[question])
