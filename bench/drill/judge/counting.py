"""Every acknowledged submission is scored exactly once and counted exactly once, and so is nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from bench.drill.history import History
from bench.drill.world import SUBMITTED, Paper, World


def check_counting(history: History, world: World) -> Iterator[str]:
    papers = {paper.attempt: paper for paper in world.papers if paper.state == SUBMITTED}
    for attempt in sorted({ask.attempt for ask in history.of("submit") if ask.ok} - papers.keys()):
        yield f"submission of {attempt} was acknowledged and is in no row"
    yield from _same("scored", [score.attempt for score in world.scores], papers.keys())
    yield from _same("counted", world.counted, papers.keys())
    yield from _topics(world, papers)
    yield from _marks(world, papers)
    yield from _people(history, world)
    yield from _public(world, list(papers.values()))
    if not world.audit_clean:
        yield f"the audit is not clean: {world.audit_words}"


def _same(what: str, found: Iterable[str], expected: Iterable[str]) -> Iterator[str]:
    times, wanted = Counter(found), set(expected)
    for attempt in sorted(wanted - times.keys()):
        yield f"{attempt} was never {what}"
    for attempt, count in times.items():
        if attempt not in wanted:
            yield f"{attempt} was {what} and never submitted"
        elif count != 1:
            yield f"{attempt} was {what} {count} times"


def _topics(world: World, papers: dict[str, Paper]) -> Iterator[str]:
    """Records may repeat; they must all say the same, and say what the row says."""
    yield from _same("published as submitted", {each.attempt for each in world.submissions}, papers)
    yield from _same("published as scored", {each.attempt for each in world.scorings}, papers)
    for record in world.submissions:
        paper = papers.get(record.attempt)
        if paper is not None and (record.answers, record.prediction) != (paper.answers, paper.prediction):
            yield f"{record.attempt} was published with other answers than were submitted"
    rows = {score.attempt: score for score in world.scores}
    for score in world.scorings:
        row = rows.get(score.attempt)
        if row is not None and score.version == row.version and score != row:
            yield f"{score.attempt} was published with another score than was stored"


def _marks(world: World, papers: dict[str, Paper]) -> Iterator[str]:
    for score in world.scores:
        paper = papers.get(score.attempt)
        if paper is None:
            continue
        right = sum(paper.answers.get(each, []) == sorted(world.terms.right[each]) for each in paper.questions)
        if (score.right, score.perfect) != (right, right == len(paper.questions)):
            yield f"{score.attempt} has {right} right answers and was given {score.right}"


def _people(history: History, world: World) -> Iterator[str]:
    times = Counter(world.registered)
    by_key: dict[str, set[str]] = {}
    for ask in history.of("register"):
        if ask.ok:
            by_key.setdefault(ask.key, set()).add(ask.told.contestant)
    for key, told in by_key.items():
        if len(told) != 1:
            yield f"registration {key} was told {len(told)} different contestants"
        for contestant in told:
            if times[contestant] != 1:
                yield f"registration of {contestant} was acknowledged and stands {times[contestant]} times"


def _public(world: World, papers: list[Paper]) -> Iterator[str]:
    wanted = {
        "registrants": len(set(world.registered)), "participants": len({paper.contestant for paper in papers}),
        "attempts": len(papers), "perfect": sum(score.perfect for score in world.scores),
    }  # fmt: skip
    for name, count in wanted.items():
        shown = getattr(world.public, name)
        if shown != count:
            yield f"the public number of {name} is {shown} and should be {count}"
    if world.closed_attempts != len(papers):
        yield f"the contest closed with {world.closed_attempts} attempts and holds {len(papers)}"
