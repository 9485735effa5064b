"""Every event of hoithi, in the order in which a contest lives: the story of a contest as data.

An event is a fact in the past tense. Its payload is one of these Structs as JSON; its envelope is CloudEvents 1.0
in Kafka headers (`envelope.py`). Persons are pseudonymous ids: no event carries a name, phone, birth date, ID
number or free text about a person.

`version` rises per (subject, type family): a consumer ignores what is not newer than what it has. `time` is when
the fact held in the contest's own time (in a rehearsal the simulated one); `recorded_at` is the real time at which
the service wrote it down. All instants are UTC.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from msgspec import Struct, field

from services.contracts.rules import PredictedQuantity, Rules, Text
from services.contracts.values import Count, Id, Instant, Version, Whole


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=False):
    """What every event carries. Subclasses name their `type`, `topic` and how `subject` and `key` are built."""

    type: ClassVar[str]
    topic: ClassVar[str]

    version: Version
    time: Instant
    recorded_at: Instant
    rehearsal: bool = False
    """True for ever for what a rehearsal wrote: no portal may take it for a real contest."""

    @property
    def subject(self) -> str:
        """The id of the thing the fact is about; with type and version it names the event."""
        raise NotImplementedError

    @property
    def key(self) -> str:
        """The Kafka key: facts with one key keep their order."""
        raise NotImplementedError


# ---- units -------------------------------------------------------------------------------------------------


class UnitEvent(Event, frozen=True, kw_only=True):
    series_id: Id
    unit_id: Id

    @property
    def subject(self) -> str:
        return f"{self.series_id}|{self.unit_id}"

    @property
    def key(self) -> str:
        return self.subject


class UnitDefined(UnitEvent, frozen=True, kw_only=True):
    """A unit stands in the tree under `parent` (None: a root), or was renamed, moved or given another headcount."""

    type: ClassVar[str] = "unit.defined.v1"
    topic: ClassVar[str] = "units"

    name: Text
    parent: Id | None = None
    kind: str = "unit"
    headcount: Count | None = None
    """Persons on the rolls of this unit itself, descendants included where the file gave it so; None: no rate."""
    headcounts: dict[Id, Count] = field(default_factory=dict)
    """Headcount per category id, where the organiser gave it."""
    target: float | None = None
    """The participation rate aimed at; 1.0 is 100 %."""
    open: bool = False
    """True for the unit of people who belong to none (thí sinh tự do)."""


class UnitMerged(UnitEvent, frozen=True, kw_only=True):
    """A unit was merged into another; its history shows under `into`, its name is kept."""

    type: ClassVar[str] = "unit.merged.v1"
    topic: ClassVar[str] = "units"

    into: Id


# ---- contests ----------------------------------------------------------------------------------------------


class ContestEvent(Event, frozen=True, kw_only=True):
    contest_id: Id
    series_id: Id

    @property
    def subject(self) -> str:
        return self.contest_id

    @property
    def key(self) -> str:
        return self.contest_id


class ContestDefined(ContestEvent, frozen=True, kw_only=True):
    """A contest has these rules and this window from now on."""

    type: ClassVar[str] = "contest.defined.v1"
    topic: ClassVar[str] = "contests"

    rules: Rules
    bank_version: Count
    questions: tuple[Id, ...] = ()
    """Ids of the bank's questions, so that scoring knows which keys must arrive."""
    reason: str | None = None
    """Why the definition changed, as the organiser gave it for everybody to read."""


class ContestClosed(ContestEvent, frozen=True, kw_only=True):
    """No paper is open and none can start: these attempts, and no others, are the contest's."""

    type: ClassVar[str] = "contest.closed.v1"
    topic: ClassVar[str] = "contests"

    definition_version: Count
    attempts: Count
    """Papers submitted, voided ones and those of excluded persons included."""
    digest: str
    """Sum of the hashes of the attempt ids, 16 hex digits (`digest.py`)."""


class AnswerKeySealed(Event, frozen=True, kw_only=True):
    """The right options of one question, in a box that only scoring's private key opens."""

    type: ClassVar[str] = "answer-key.sealed.v1"
    topic: ClassVar[str] = "answer-keys"

    contest_id: Id
    question_id: Id
    sealed: str
    """base64 of an X25519 sealed box over `AnswerKey` as JSON; a key equal after opening is ignored."""

    @property
    def subject(self) -> str:
        return f"{self.contest_id}|{self.question_id}"

    @property
    def key(self) -> str:
        return self.subject


class AnswerKey(Struct, frozen=True):
    """What is inside the sealed box of `AnswerKeySealed`. Never an event."""

    correct: tuple[str, ...]
    """Option ids, sorted; an answer is right when its set is exactly this one."""
    points: Count = 1
    explanation: str | None = None
    legal_basis: str | None = None
    group_points: dict[str, Count] = field(default_factory=dict)
    """group id -> points, for groups whose own paper gives others than `points`."""

    def points_for(self, group: str | None) -> int:
        """What the question is worth on a paper of this group."""
        return self.group_points.get(group or "", self.points)


# ---- contestants -------------------------------------------------------------------------------------------


class ContestantEvent(Event, frozen=True, kw_only=True):
    """A fact about a person, who is a pseudonymous id. `version` rises over all contestant events of the person."""

    series_id: Id
    contestant_id: str

    @property
    def subject(self) -> str:
        return self.contestant_id

    @property
    def key(self) -> str:
        return self.contestant_id


class ContestantRegistered(ContestantEvent, frozen=True, kw_only=True):
    """A person entered the series under a unit."""

    type: ClassVar[str] = "contestant.registered.v1"
    topic: ClassVar[str] = "registrations"

    unit_id: Id | None = None
    category: Id | None = None
    group: Id | None = None


class ContestantMoved(ContestantEvent, frozen=True, kw_only=True):
    """A logged correction: the person's whole history is now under this unit, category and group."""

    type: ClassVar[str] = "contestant.moved.v1"
    topic: ClassVar[str] = "registrations"

    unit_id: Id | None = None
    category: Id | None = None
    group: Id | None = None


class ContestantExcluded(ContestantEvent, frozen=True, kw_only=True):
    """The person's attempts stop being valid, or (`excluded` False) the exclusion was undone."""

    type: ClassVar[str] = "contestant.excluded.v1"
    topic: ClassVar[str] = "registrations"

    excluded: bool = True


class ContestantErased(ContestantEvent, frozen=True, kw_only=True):
    """The identity behind the id is gone: the person leaves registrants and participants, attempts stay unattributed."""

    type: ClassVar[str] = "contestant.erased.v1"
    topic: ClassVar[str] = "registrations"


class SessionsRevoked(ContestantEvent, frozen=True, kw_only=True):
    """Session tokens of this person issued before `not_before` give no right any more."""

    type: ClassVar[str] = "sessions.revoked.v1"
    topic: ClassVar[str] = "registrations"

    not_before: Instant
    ended: bool = False
    """True: the sessions are over (a new code), nothing may be read with them; False: they are to be exchanged."""


# ---- attempts ----------------------------------------------------------------------------------------------


class AttemptEvent(Event, frozen=True, kw_only=True):
    contest_id: Id
    series_id: Id
    contestant_id: str
    attempt_id: str
    ordinal: Count
    """1 for the person's first started paper in the contest."""

    @property
    def subject(self) -> str:
        return self.attempt_id

    @property
    def key(self) -> str:
        return self.contestant_id


class AttemptSubmitted(AttemptEvent, frozen=True, kw_only=True):
    """A paper was handed in, by hand or because its time ran out. `time` is the instant that counts."""

    type: ClassVar[str] = "attempt.submitted.v1"
    topic: ClassVar[str] = "attempts"

    how: Literal["by_hand", "time_ran_out"]
    started_at: Instant
    ends_at: Instant
    received_at: Instant
    """When the gateway received the submission (`time_ran_out`: equal to `time`)."""
    duration_ms: Count
    """time - started_at, clamped to [0, full time]; the full time for what ran out."""
    late_ms: Count = 0
    """How much after `ends_at`, within the grace, it was received."""
    bank_version: Count
    questions: tuple[Id, ...]
    """The ids on the paper, in the order shown."""
    answers: dict[Id, tuple[Id, ...]]
    """question id -> option ids chosen; a question not answered is absent."""
    prediction: Whole | None = None
    category: Id | None = None
    group: Id | None = None
    given_back: Count = 0
    """Tries that the person had been given back when this paper was started: it is within the tries by so many more."""


class AttemptVoided(AttemptEvent, frozen=True, kw_only=True):
    """Somebody with the role voided the attempt (or, `voided` False, took that back); it stays in the count of attempts."""

    type: ClassVar[str] = "attempt.voided.v1"
    topic: ClassVar[str] = "attempts"

    voided: bool = True


class AttemptScored(AttemptEvent, frozen=True, kw_only=True):
    """What scoring stored for an attempt; again with a higher `version` after a regrade, voiding or exclusion."""

    type: ClassVar[str] = "attempt.scored.v1"
    topic: ClassVar[str] = "scores"

    how: Literal["by_hand", "time_ran_out"]
    submitted_at: Instant
    submission_recorded_at: Instant
    """Real time at which quiz stored the submission: what submit-to-counted is measured from."""
    marking_revision: Count
    questions: Count
    right: Count
    score: Count
    max_score: Count
    perfect: bool
    """Every question right, whether or not the attempt is valid."""
    valid: bool
    """Not voided and within the tries. Exclusion is applied by whoever counts, from `registrations`."""
    duration_ms: Count
    late_ms: Count = 0
    category: Id | None = None
    group: Id | None = None


# ---- published ---------------------------------------------------------------------------------------------


class RankingSealed(ContestEvent, frozen=True, kw_only=True):
    """The scores behind the ranking are fixed: whoever has the files can recompute `root`."""

    type: ClassVar[str] = "ranking.sealed.v1"
    topic: ClassVar[str] = "published"

    root: str
    attempts: Count
    digest: str


class AwardAnnounced(ContestEvent, frozen=True, kw_only=True):
    """A prize was announced for a contestant or a unit."""

    type: ClassVar[str] = "award.announced.v1"
    topic: ClassVar[str] = "published"

    award_id: Id
    contestant_id: Id | None = None
    unit_id: Id | None = None

    @property
    def subject(self) -> str:
        return f"{self.contest_id}|{self.award_id}|{self.contestant_id or self.unit_id}"


# ---- stats -------------------------------------------------------------------------------------------------


class Counts(Struct, frozen=True):
    """The five counts of a contest, always apart. None: withheld (the reason stands beside), never zero."""

    registrants: Count | None
    participants: Count | None
    attempts: Count | None
    valid: Count | None
    perfect: Count | None


Withheld = Literal["until_closing", "few_participants"]
Phase = Literal["not_open", "open", "closing", "closed", "published"]


class Bucket(Struct, frozen=True, omit_defaults=True):
    """What fell into one day or hour of the contest's time zone; `at` is its local start, `2023-09-01` or `2023-09-01T20`."""

    at: str
    attempts: Count | None = None
    registrants: Count | None = None


class StatsContest(Event, frozen=True, kw_only=True):
    """The public numbers of one contest as of `time` (the data's, not the publisher's)."""

    type: ClassVar[str] = "stats.contest.v1"
    topic: ClassVar[str] = "stats"

    contest_id: Id
    series_id: Id
    title: Text
    phase: Phase
    time_zone: str
    opens: Instant
    closes: Instant
    counts: Counts
    as_of: dict[str, Instant] = field(default_factory=dict)
    """Per count, the time of the newest fact in it."""
    withheld: dict[str, Withheld] = field(default_factory=dict)
    """count name (or `distribution`) -> why it is not here."""
    predicted: PredictedQuantity | None = None
    headcount: Count | None = None
    by_day: tuple[Bucket, ...] = ()
    by_hour: tuple[Bucket, ...] = ()
    distribution: tuple[Count, ...] | None = None
    """Index is the number of right answers, value the number of valid attempts."""

    @property
    def subject(self) -> str:
        return self.contest_id

    @property
    def key(self) -> str:
        return self.contest_id


class CategoryStats(Struct, frozen=True, omit_defaults=True):
    """People of one category in a unit with everything below it. `rate` as that of the unit."""

    participants: Count | None = None
    headcount: Count | None = None
    rate: float | None = None


class StatsUnit(Event, frozen=True, kw_only=True):
    """The public numbers of one unit with everything below it in the tree, as of `time`."""

    type: ClassVar[str] = "stats.unit.v1"
    topic: ClassVar[str] = "stats"

    contest_id: Id
    unit_id: Id
    name: Text
    parent: Id | None = None
    kind: str = "unit"
    counts: Counts
    withheld: dict[str, Withheld] = field(default_factory=dict)
    headcount: Count | None = None
    rate: float | None = None
    """participants / headcount, not clipped: 1.2 is 120 %. None without a headcount."""
    target: float | None = None
    merged: tuple[str, ...] = ()
    """Names (Vietnamese) of the units merged into this one."""
    into: Id | None = None
    """The unit that this one was merged into and that shows its numbers now; its own counts are zero."""
    by_category: dict[Id, CategoryStats] = field(default_factory=dict)
    """category id -> its people, for categories with a headcount in this subtree."""

    @property
    def subject(self) -> str:
        return f"{self.contest_id}|{self.unit_id}"

    @property
    def key(self) -> str:
        return self.subject


ALL: tuple[type[Event], ...] = (
    UnitDefined,
    UnitMerged,
    ContestDefined,
    ContestClosed,
    AnswerKeySealed,
    ContestantRegistered,
    ContestantMoved,
    ContestantExcluded,
    ContestantErased,
    SessionsRevoked,
    AttemptSubmitted,
    AttemptVoided,
    AttemptScored,
    RankingSealed,
    AwardAnnounced,
    StatsContest,
    StatsUnit,
)

BY_TYPE: dict[str, type[Event]] = {event.type: event for event in ALL}

JSON = dict[str, Any]
