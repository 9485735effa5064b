"""What was left when everything had come to rest: rows, records and public numbers, as the judge is given them."""

from __future__ import annotations

from msgspec import Struct

OPEN, SUBMITTED, ABANDONED = 0, 1, 2


class Terms(Struct):
    """The contest's rules, as far as they are judged. Times are Unix seconds."""

    contest: str
    closes: float
    minutes: float
    grace: float
    tries: int
    right: dict[str, list[str]]
    """Question -> its right options."""


class Paper(Struct):
    """A row of quiz's `attempts`."""

    contestant: str
    attempt: str
    ordinal: int
    start_key: str
    state: int
    how: str | None
    started_at: float
    ends_at: float
    submitted_at: float | None
    received_at: float | None
    questions: list[str]
    answers: dict[str, list[str]]
    """Without what was taken back."""
    prediction: int | None
    receipt: str | None


class Score(Struct):
    """A row of scoring's `scores`, or a record of the topic `scores`."""

    attempt: str
    version: int
    right: int
    perfect: bool


class Submission(Struct):
    """A record of the topic `attempts`."""

    attempt: str
    version: int
    answers: dict[str, list[str]]
    prediction: int | None


class Public(Struct, frozen=True):
    """What everybody can read. None: withheld."""

    registrants: int | None = None
    participants: int | None = None
    attempts: int | None = None
    valid: int | None = None
    perfect: int | None = None


class World(Struct):
    terms: Terms
    papers: list[Paper] = []
    registered: list[str] = []
    """Contestants in registration's rows."""
    scores: list[Score] = []
    counted: list[str] = []
    """Attempts in stats' facts."""
    submissions: list[Submission] = []
    scorings: list[Score] = []
    public: Public = Public()
    closed_attempts: int | None = None
    """As the closing counted; None: it never closed."""
    receipt_keys: dict[str, str] = {}
    """kid -> raw Ed25519 public key, base64url."""
    audit_clean: bool = False
    audit_words: str = ""
