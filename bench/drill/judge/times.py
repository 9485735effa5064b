"""Nothing is accepted after its end plus grace by the server's clock; what ran out is handed in at the time it ran out."""

from __future__ import annotations

from collections.abc import Iterator

from bench.drill.history import Ask, History
from bench.drill.world import ABANDONED, OPEN, SUBMITTED, Paper, World

MS = 0.0015
"""The server's stamp is in whole milliseconds, rounded down."""


def check_times(history: History, world: World) -> Iterator[str]:
    for each in world.papers:
        yield from _of_paper(each, world)
    papers = {paper.attempt: paper for paper in world.papers}
    for ask in history.of("save", "submit"):
        paper = papers.get(ask.attempt)
        if paper is not None and ask.ok:
            yield from _late(ask, paper, world)


def _of_paper(paper: Paper, world: World) -> Iterator[str]:
    terms, name = world.terms, f"paper {paper.attempt}"
    if paper.started_at >= terms.closes:
        yield f"{name} was started {paper.started_at - terms.closes:.3f} s after the contest closed"
    end = min(paper.started_at + 60 * terms.minutes, terms.closes)
    if abs(paper.ends_at - end) > MS:
        yield f"{name} ends {paper.ends_at - end:+.3f} s from where it should"
    if paper.state == OPEN:
        yield f"{name} is still open"
    elif paper.how == "time_ran_out":
        if paper.state == SUBMITTED and abs((paper.submitted_at or 0.0) - paper.ends_at) > MS:
            yield f"{name} ran out and was handed in at another time than its end"
        if paper.state == ABANDONED and paper.answers:
            yield f"{name} ran out with {len(paper.answers)} answers and was not handed in"
    elif (paper.received_at or 0.0) > paper.ends_at + terms.grace:
        yield f"{name} was accepted {(paper.received_at or 0.0) - paper.ends_at:.3f} s after its end"


def _late(ask: Ask, paper: Paper, world: World) -> Iterator[str]:
    over = ask.sent - paper.ends_at - world.terms.grace
    repeat = ask.kind == "submit" and (paper.how != "by_hand" or (paper.received_at or 0.0) < ask.sent - MS)
    if over > MS and not repeat:
        yield f"a {ask.kind} of paper {paper.attempt} was accepted that was sent {over:.3f} s after end and grace"
