"""What a contestant keeps as proof: the server's word, signed, that a paper was handed in and what it held."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec import Struct

from services.quiz.domain.answers import Stored, given, predicted


class Receipt(Struct, frozen=True, omit_defaults=True):
    """Its canonical JSON (fields in this order) is what is signed. `code` is short enough to read out."""

    attempt_id: str
    contest_id: str
    submitted_at: datetime
    received_at: datetime
    how: str
    answered: int
    questions: int
    late_ms: int
    answers_sha256: str
    """Hex SHA-256 of the JSON of {question: [options]} sorted by question id, then the prediction, joined by a newline."""
    code: str
    rehearsal: bool = False


class SignedReceipt(Struct, frozen=True):
    """`receipt` is the exact text that `signature` (base64url Ed25519, key `kid`) is over."""

    receipt: str
    kid: str
    signature: str


class Handed(Struct, frozen=True):
    """A paper at the moment it is handed in."""

    attempt_id: str
    contest_id: str
    questions: int
    submitted_at: datetime
    received_at: datetime
    ends_at: datetime
    how: str
    rehearsal: bool


def receipt(handed: Handed, stored: Stored) -> Receipt:
    answers = given(stored)
    text = msgspec.json.encode(dict(sorted(answers.items()))) + b"\n" + str(predicted(stored)).encode()
    print_of_answers = sha256(text).hexdigest()
    code = sha256(f"{handed.attempt_id}{print_of_answers}".encode()).hexdigest()[:8].upper()
    late = max(0, round((handed.received_at - handed.ends_at).total_seconds() * 1000))
    return Receipt(
        handed.attempt_id, handed.contest_id, handed.submitted_at, handed.received_at, handed.how, len(answers),
        handed.questions, late, print_of_answers, f"{code[:4]}-{code[4:]}", handed.rehearsal,
    )  # fmt: skip
