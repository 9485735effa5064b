"""A paper as it is sent: ready pieces of JSON put together, since every start sends some ten kilobytes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from services.contracts.rules import Paper, Text
from services.quiz.domain.draw import Deck, Sheet, Shown


class PublicOption(Struct, frozen=True, omit_defaults=True):
    id: str
    text: Text


class PublicQuestion(Struct, frozen=True, omit_defaults=True):
    """A question as a contestant sees it: without its key, explanation or legal basis."""

    id: str
    kind: Literal["single", "multiple"]
    topic: str
    difficulty: str
    text: Text
    options: tuple[PublicOption, ...]
    shuffle_options: bool = True
    groups: tuple[str, ...] = ()


class Booklet:
    """One version of a bank, with the JSON of each question and option made once."""

    def __init__(self, questions: Sequence[PublicQuestion]) -> None:
        self.shown = tuple(
            Shown(q.id, q.topic, q.difficulty, tuple(o.id for o in q.options), q.shuffle_options, q.groups)
            for q in questions
        )
        self.options = {q.id: frozenset(o.id for o in q.options) for q in questions}
        self.single = frozenset(q.id for q in questions if q.kind == "single")
        self._decks: dict[tuple[Paper, str | None], Deck] = {}
        self._heads = {q.id: _head(q) for q in questions}
        self._options = {(q.id, o.id): msgspec.json.encode(o) for q in questions for o in q.options}

    def deck(self, paper: Paper, group: str | None) -> Deck:
        """What papers of this kind are dealt from. Raises CannotDraw."""
        deck = self._decks.get((paper, group))
        if deck is None:
            deck = self._decks[paper, group] = Deck(paper, self.shown, group)
        return deck

    def render(self, sheet: Sheet) -> bytes:
        """JSON array of `{id, kind, text, options: [{id, text}]}` in the order shown."""
        parts = [
            self._heads[question] + b",".join([self._options[question, option] for option in order]) + b"]}"
            for question, order in zip(sheet.questions, sheet.options, strict=True)
        ]
        return b"[" + b",".join(parts) + b"]"


def _head(question: PublicQuestion) -> bytes:
    head = msgspec.json.encode({"id": question.id, "kind": question.kind, "text": question.text})
    return head[:-1] + b',"options":['
