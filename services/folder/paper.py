"""Reads how a paper is made, what is predicted, how often one may try, and what counts."""

from __future__ import annotations

from typing import Literal

from services.contracts.rules import DrawStep, Group, Paper, PredictedQuantity, Prediction, Text, Tries
from services.folder.moments import duration_ms
from services.folder.section import Place, Read, Section, Wrong, each
from services.folder.tree import Mapping, Sequence
from services.folder.values import boolean, choice, code, integer, slug, text

COUNT = integer(1, 1000)
TRIES = integer(1, 1_000_000)
FAR = 10**12
NO_PAPER = Paper(minutes=1)
"""Stands in for a paper that could not be read."""
COUNTED_KEYS = ("score", "duration", "submitted_at", "prediction_distance")
Counted = Literal["first", "last"] | tuple[str, ...]


def paper(place: Place) -> Paper:
    with Section(place) as section:
        random = section.get("random", COUNT, 0)
        if random and section.has("draw"):
            place.fault("has both random and draw", "keep one: 'random: 19' is one draw over the whole bank")
        draw = section.all("draw", _step)
        if random:
            # what the checks call draw[0] was written as `random`
            place.source.lines[f"{place.path}.draw[0]"] = place.source.lines[f"{place.path}.random"]
        questions, options = section.get("shuffle", _shuffle, (True, True))
        return Paper(
            minutes=section.need("minutes", integer(1, 1440), 1),
            draw=(DrawStep(random),) if random else draw,
            fixed=section.all("fixed", code),
            points=section.get("points", integer(1, 1000), 1),
            shuffle_questions=questions,
            shuffle_options=options,
            reveal=section.get("reveal", choice("nothing", "score", "answers"), "score"),
            reveal_answers_before_closing=section.get("reveal_answers_before_closing", boolean, False),
        )


def _step(place: Place) -> DrawStep:
    with Section(place) as section:
        count = section.need("count", COUNT, 1)
        return DrawStep(count, section.get("topic", slug, None), section.get("difficulty", slug, None))


def _shuffle(place: Place) -> tuple[bool, bool]:
    with Section(place) as section:
        return section.get("questions", boolean, True), section.get("options", boolean, True)


def group(place: Place) -> Group:
    with Section(place) as section:
        return Group(
            id=section.need("id", slug, "?"),
            categories=section.all("categories", slug),
            otherwise=section.get("otherwise", boolean, False),
            title=section.get("title", text, None),
            paper=section.get("paper", paper, None),
        )


def prediction(place: Place) -> Prediction:
    quantity: Read[PredictedQuantity]
    quantity = choice("perfect_contestants", "perfect_attempts", "attempts", "participants", "registrants")
    with Section(place) as section:
        low, high = section.get("range", _range, (0, 10_000_000))
        return Prediction(
            ask=section.need("ask", text, Text("?")),
            of=section.need("of", quantity, "attempts"),
            required=section.get("required", boolean, True),
            low=low,
            high=high,
        )


def _range(place: Place) -> tuple[int, int]:
    if not isinstance(place.node, Sequence) or len(place.node.items) != 2:
        raise Wrong("is not a pair of numbers", "write it like [0, 10000000]")
    low, high = (item.read(integer(0, FAR), -1) for item in place.items())
    if -1 < high <= low:
        raise Wrong("leaves no number to choose", "write the lower number first, such as [0, 10000000]")
    return low, high


def tries(place: Place) -> Tries:
    with Section(place) as section:
        return Tries(
            contest=section.get("contest", TRIES, None),
            week=section.get("week", TRIES, None),
            day=section.get("day", TRIES, None),
            gap_ms=section.get("gap", duration_ms, None),
            starts_per_hour=section.get("starts_per_hour", TRIES, None),
        )


def counted(place: Place) -> tuple[Counted, bool]:
    """Which attempt counts, and whether the lottery that comes with predictions was accepted in writing."""
    if not isinstance(place.node, Mapping):
        return _which(place), False
    with Section(place) as section:
        accepted = section.get("lottery", choice("accepted"), None) == "accepted"
        return section.need("by", _by, ("score", "submitted_at")), accepted


def _by(place: Place) -> Counted:
    if not isinstance(place.node, Sequence):
        return _which(place)
    keys = each(choice(*COUNTED_KEYS))(place)
    if not place.node.items:
        raise Wrong("is empty", f"name at least one of: {', '.join(COUNTED_KEYS)}")
    return keys


def _which(place: Place) -> Counted:
    which: Read[Literal["first", "last"]] = choice("first", "last")
    return which(place)
