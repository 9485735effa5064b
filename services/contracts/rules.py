"""The rules of a contest as data: what `contest.yaml` means once it has been read and checked.

One `Rules` describes one contest. A folder with rounds gives several, one per round, all of the same series.
Every instant is UTC; every duration is in whole milliseconds unless its name says minutes or days.
Source of each rule: the contest folder's format (docs/contest-folder.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from msgspec import Struct, field

from services.contracts.values import Count, Id, Instant, Whole

FieldUse = Literal["required", "optional", "off"]
PredictedQuantity = Literal["perfect_contestants", "perfect_attempts", "attempts", "participants", "registrants"]
Reveal = Literal["nothing", "score", "answers"]


class Text(Struct, frozen=True, omit_defaults=True):
    """A text for people: Vietnamese (NFC) always, English beside it where somebody wrote it."""

    vi: str
    en: str | None = None


class Category(Struct, frozen=True, omit_defaults=True):
    """A kind of person that the contest tells apart, such as `hoc-sinh`."""

    id: str
    title: Text


class AgeLimit(Struct, frozen=True, omit_defaults=True, rename={"from_years": "from"}):
    """Least (and most) whole years of age at the date `at`."""

    at: date
    from_years: Count | None = None
    to: Count | None = None


class RegistrationRules(Struct, frozen=True, omit_defaults=True):
    """What a person is asked for, and who may enter."""

    fields: dict[str, FieldUse] = field(default_factory=dict)
    """name, birth_date, unit, category, phone, id_number; a field left out is `off`."""
    categories: tuple[Category, ...] = ()
    age: AgeLimit | None = None
    guardian_under: Count | None = None
    """Whole years of age under which a guardian's consent (or a school's mark) must stand before a paper starts."""
    phone_shared_by: Count = 1
    """How many people may give one phone number."""


class ConsentRules(Struct, frozen=True, omit_defaults=True):
    """The consents asked for, each apart; `needed` ones are a condition of entering."""

    version: str
    purposes: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


class DrawStep(Struct, frozen=True, omit_defaults=True):
    """Take `count` questions at random from those that match `topic` and `difficulty` (None matches all)."""

    count: Count
    topic: str | None = None
    difficulty: str | None = None


class Paper(Struct, frozen=True, omit_defaults=True):
    """How one paper is put together and shown. Exactly one of `draw` and `fixed` is not empty."""

    minutes: Count
    draw: tuple[DrawStep, ...] = ()
    fixed: tuple[str, ...] = ()
    """Question ids, in the order they are shown in unless `shuffle_questions`."""
    points: Count = 1
    shuffle_questions: bool = True
    shuffle_options: bool = True
    reveal: Reveal = "score"
    reveal_answers_before_closing: bool = False


class Group(Struct, frozen=True, omit_defaults=True):
    """Contestants of some categories who get their own paper (and bank, where the questions carry the group)."""

    id: str
    categories: tuple[str, ...] = ()
    otherwise: bool = False
    title: Text | None = None
    paper: Paper | None = None


def group_of(groups: Iterable[Group], category: str | None) -> str | None:
    """The first group with this category, else the one for everybody else. Each round may group people its own way."""
    listed = tuple(groups)
    for each in listed:
        if category is not None and category in each.categories:
            return each.id
    return next((each.id for each in listed if each.otherwise), None)


class Prediction(Struct, frozen=True, omit_defaults=True):
    """The question about a number that nobody knows before closing; never scored, breaks ties."""

    ask: Text
    of: PredictedQuantity
    required: bool = True
    low: Whole = 0
    high: Whole = 10_000_000


class Tries(Struct, frozen=True, omit_defaults=True):
    """Limits on starting; None is no limit. Weeks and days are calendar ones in the contest's time zone."""

    contest: Count | None = None
    week: Count | None = None
    day: Count | None = None
    gap_ms: Whole | None = None
    starts_per_hour: Count | None = None


class Rules(Struct, frozen=True, omit_defaults=True):
    """One contest: who may enter, when, what paper they get, and what counts."""

    id: Id
    """`bg-thads-2023`, or for a round `bg-thads-2023/tuan-1`."""
    series_id: Id
    """What people register for, once. Equal to `id` where the contest has no rounds."""
    title: Text
    opens: Instant
    closes: Instant
    """Exclusive: the first instant at which nothing starts any more."""
    paper: Paper
    time_zone: str = "Asia/Ho_Chi_Minh"
    late_start: Literal["finish", "cut"] = "finish"
    grace_ms: Count = 30_000
    organiser: Text | None = None
    registration: RegistrationRules = field(default_factory=RegistrationRules)
    consent: ConsentRules | None = None
    groups: tuple[Group, ...] = ()
    prediction: Prediction | None = None
    tries: Tries = field(default_factory=Tries)
    counted: Literal["first", "last"] | tuple[str, ...] = ("score", "submitted_at")
    """Which valid attempt of a person stands in the ranking: the first by these keys (score falls, times rise)."""
    lottery_accepted: bool = False
    """The organiser accepted in writing that counting by prediction distance makes every try a lottery ticket."""
    later: dict[str, Any] = field(default_factory=dict)
    """Checked and stored, not acted on yet: ranking, awards, overall, complaints, retention, parts."""
