"""Reads `questions.yaml`: the bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from services.contracts.rules import Text
from services.folder.model import Bank, Option, Question
from services.folder.section import Place, Read, Section, Wrong, each
from services.folder.source import Source
from services.folder.tree import Mapping, Node, Scalar
from services.folder.values import boolean, choice, code, integer, slug, string, text

KINDS: Read[Literal["single", "multiple", "multi"]] = choice("single", "multiple", "multi")
MAX_OPTIONS = 26


def read_bank(node: Node, source: Source) -> Bank | None:
    """One `Question` per item of the file, in its order, faulty ones too, so that `questions[i]` means the same to
    reader and checks. None where there is no list of questions."""
    return Place(node, "", node.line, source).read(_read_file, None)


def _read_file(place: Place) -> Bank | None:
    with Section(place) as section:
        read = _QuestionReader(section.get("meta", _topics, ()))
        questions = section.need("questions", read.all, None)
    return None if questions is None else Bank(questions)


def _topics(place: Place) -> tuple[str, ...]:
    """Ids of the topics, where the file lists them. The rest of `meta` is for its reader only."""
    section = Section(place)
    if "topics" not in section.entries:
        return ()
    topics = section.entries["topics"][1]
    return tuple(topics.entries) if isinstance(topics, Mapping) else ()


@dataclass(frozen=True, slots=True)
class _QuestionReader:
    topics: tuple[str, ...]

    def all(self, place: Place) -> tuple[Question, ...]:
        return tuple(
            item.read(self.one, Question(f"?{number}", "single", "?", "?", Text("?"), (), ()))
            for number, item in enumerate(place.items())
        )

    def one(self, place: Place) -> Question:
        with Section(place) as section:
            section.ignore("flagship", "evidence", "note")
            kind = section.need("type", KINDS, "multiple")
            return Question(
                id=section.need("id", code, f"?{place.path}"),
                kind="single" if kind == "single" else "multiple",
                topic=section.need("topic", choice(*self.topics) if self.topics else slug, "?"),
                difficulty=section.need("difficulty", slug, "?"),
                text=section.need("text", text, Text("?")),
                options=section.need("options", _options, ()),
                correct=tuple(sorted(section.need("correct", _correct, ()))),
                points=section.get("points", integer(1, 1000), None),
                explanation=section.get("explanation", string, None),
                legal_basis=section.get("legal_basis", string, None),
                shuffle_options=section.get("shuffle_options", boolean, True),
                groups=section.all("groups", slug),
            )


def _options(place: Place) -> tuple[Option, ...]:
    """`{A: text, B: text}` in the order written."""
    with Section(place) as section:
        names = list(section.entries)
        section.ignore(*names)
        if len(names) > MAX_OPTIONS:
            raise Wrong(f"has {len(names)} options", f"give at most {MAX_OPTIONS}")
        return tuple(Option(_option_id(name, place), section.need(name, text, Text("?"))) for name in names)


def _option_id(name: str, place: Place) -> str:
    line = place.line
    return Place(Scalar(line, name, plain=False), place.path, line, place.source).read(code, "?")


def _correct(place: Place) -> tuple[str, ...]:
    """`[B, C]`, or one option id."""
    if isinstance(place.node, Scalar):
        return (code(place),)
    return each(code)(place)
