"""What rules cost: how many questions a person may meet, and how soon a script has learnt a paper that never changes.

No fault, because an organiser may want it so; `hoithi contest check` says it before the first paper starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from services.contracts.rules import Paper, Rules
from services.contracts.tries import most_tries
from services.folder.checks.draw import papers_of
from services.folder.model import Bank, ContestFolder, Question


class Cost(Struct, frozen=True):
    """One paper of one contest. `group` None: of everybody who is in no group with a paper of its own."""

    contest_id: str
    key: str
    """`paper` or `groups[0].paper`: where `contest.yaml` says how it is made."""
    group: str | None
    on_paper: int
    pool: int
    """Questions that may come."""
    tries: int | None
    """At most, by the limits and the window; None: no limit."""
    may_meet: int
    """Different questions that one person may see: min(pool, tries · on_paper)."""
    learned_after: int | None
    """Tries of a script until it knows a paper that is the same every time; None: it is drawn, or nothing is told."""
    known_before: int = 0
    """Questions whose answers an earlier round has shown before this one closes."""
    tries_beside: int | None = 0
    """Tries in other rounds that teach the same paper: same questions, the score told, open before this one closes."""
    may_meet_in_all: int = 0
    """`may_meet`, with what those other rounds show of this one's pool."""

    @property
    def tries_in_all(self) -> int | None:
        """None: no limit."""
        return None if self.tries is None or self.tries_beside is None else self.tries + self.tries_beside

    @property
    def is_learnt(self) -> bool:
        """Whether the tries of all rounds allow one more, with every answer known."""
        return self.learned_after is not None and (self.tries_in_all is None or self.tries_in_all > self.learned_after)


def costs_of(folder: ContestFolder) -> list[Cost]:
    """Of every paper that somebody can get, contest by contest."""
    return [cost for rules in folder.rules for cost in _costs(rules, folder)]


def tries_to_learn(choices: Sequence[int], paper: Paper) -> int | None:
    """Tries after which a simple script knows every answer of a paper with these questions, at worst; None: never.

    `choices`: per question the number of possible answers: its options, or with several right ones 2^options − 1.

    - Answers told at once: 1.
    - The score told: 1 + Σ max(1, choices − 2). The first try answers everything with the first choice; each further
      one changes one question to its next choice. A point more: that choice is right; a point less: the first was;
      neither: the next choice, and when all but one have failed, the last. (A script that changes several questions at
      once needs fewer, never fewer than log(Π choices) / log(questions + 1).)
    - Nothing told: None.
    """
    if paper.reveal == "answers" and paper.reveal_answers_before_closing:
        return 1
    if paper.reveal == "nothing":
        return None
    return 1 + sum(max(1, each - 2) for each in choices)


def choices_of(question: Question) -> int:
    """How many answers a script has to tell apart."""
    options = len(question.options)
    return options if question.kind == "single" else 2**options - 1


def size_of(paper: Paper) -> int:
    """Questions on one paper."""
    return len(paper.fixed) or sum(step.count for step in paper.draw)


def pool_of(paper: Paper, bank: Bank, group: str | None) -> list[Question]:
    """The questions that a paper of this group may hold."""
    usable = bank.for_group(group)
    if paper.fixed:
        return [question for question in usable if question.id in paper.fixed]
    return [
        question
        for question in usable
        if any(s.topic in (None, question.topic) and s.difficulty in (None, question.difficulty) for s in paper.draw)
    ]


def _costs(rules: Rules, folder: ContestFolder) -> Iterator[Cost]:
    tries, shown, seen = most_tries(rules), _shown_before(rules, folder), set()
    for key, paper, group in papers_of(rules):
        pool = pool_of(paper, folder.bank, group)
        on_paper = size_of(paper)
        same = on_paper == len(pool)
        beside, met = _of_other_rounds(rules, folder, pool, group)
        alone = len(pool) if tries is None else min(len(pool), tries * on_paper)
        cost = Cost(
            rules.id, key, group, on_paper, len(pool), tries,
            may_meet=alone,
            learned_after=tries_to_learn([choices_of(question) for question in pool], paper) if same else None,
            known_before=sum(question.id in shown for question in pool),
            tries_beside=beside if same else 0,
            may_meet_in_all=min(len(pool), alone + met),
        )  # fmt: skip
        if cost not in seen:
            seen.add(cost)
            yield cost


def _of_other_rounds(
    rules: Rules, folder: ContestFolder, pool: list[Question], group: str | None
) -> tuple[int | None, int]:
    """(tries that teach a paper of all of `pool`, questions of `pool` that may be met): people register for the series,
    so whoever meets a question in one round knows it in the next."""
    wanted = {question.id for question in pool}
    tries: list[int | None] = []
    met = 0
    for other in folder.rules:
        if other.id == rules.id or other.series_id != rules.series_id or other.opens >= rules.closes:
            continue
        # One person is in one group: a key for each of its papers would count that person twice.
        paper = next((paper for _, paper, whose in papers_of(other) if whose == group), other.paper)
        theirs = {question.id for question in pool_of(paper, folder.bank, group)}
        most, common = most_tries(other), len(theirs & wanted)
        met += common if most is None else min(common, most * size_of(paper))
        if theirs == wanted and size_of(paper) == len(wanted) and paper.reveal != "nothing":
            tries.append(most)
    limited = [most for most in tries if most is not None]
    return (sum(limited) if len(limited) == len(tries) else None), met


def _shown_before(rules: Rules, folder: ContestFolder) -> set[str]:
    """Questions whose answers are out before this contest closes: of rounds that close earlier and reveal them."""
    earlier = (other for other in folder.rules if other.closes < rules.closes)
    papers = ((paper, group) for other in earlier for _, paper, group in papers_of(other) if paper.reveal == "answers")
    return {question.id for paper, group in papers for question in pool_of(paper, folder.bank, group)}
