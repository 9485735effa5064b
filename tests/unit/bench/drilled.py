"""A small history in which all is well, for tests that plant one fault in it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from copy import deepcopy
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.drill.history import Ask, History, Told
from bench.drill.world import ABANDONED, SUBMITTED, Paper, Public, Score, Submission, Terms, World

KEY = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
OPENED = 1_000_000.0
TERMS = Terms("dien-tap", OPENED + 60, 20, 2.0, 2, {"a": ["1"], "b": ["1", "2"], "c": ["3"]})
ANSWERS = {"a": ["1"], "b": ["1", "2"], "c": ["3"]}


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def receipt(paper: Paper, **other: object) -> str:
    answers = json.dumps(dict(sorted(paper.answers.items())), separators=(",", ":"))
    says = {
        "attempt_id": paper.attempt, "contest_id": TERMS.contest, "how": paper.how, "answered": len(paper.answers),
        "answers_sha256": sha256(f"{answers}\n{paper.prediction}".encode()).hexdigest(), **other,
    }  # fmt: skip
    text = json.dumps(says)
    return json.dumps({"receipt": text, "kid": "quiz-1", "signature": _text(KEY.sign(text.encode()))})


def paper(attempt: str, contestant: str, ordinal: int, at: float, **other: object) -> Paper:
    made = Paper(
        contestant, attempt, ordinal, f"key-{attempt}", SUBMITTED, "by_hand", at, TERMS.closes, at + 5, at + 5, ["a", "b", "c"],
        deepcopy(ANSWERS), 7, None,
    )  # fmt: skip
    for name, value in other.items():
        setattr(made, name, value)
    if made.state == SUBMITTED:
        made.receipt = receipt(made)
    return made


def ask(person: int, kind: str, sent: float, paper: Paper | None = None, **other: object) -> Ask:
    made = Ask(person, kind, sent, sent + 0.1, 200)
    if paper is not None:
        made.key, made.attempt, made.writer = paper.start_key, paper.attempt, 1
        made.told = Told(attempt=paper.attempt) if kind == "start" else Told(receipt=paper.receipt or "")
    for name, value in other.items():
        setattr(made, name, value)
    return made


def good() -> tuple[History, World]:
    """One person with two papers, the second run out; another with one that nobody answered."""
    first = paper("p1", "ann", 1, OPENED + 1)
    second = paper(
        "p2", "ann", 2, OPENED + 10, how="time_ran_out", answers={"a": ["1"]}, prediction=None, submitted_at=TERMS.closes,
        received_at=TERMS.closes,
    )  # fmt: skip
    third = paper(
        "p3", "bao", 1, OPENED + 2, state=ABANDONED, how="time_ran_out", answers={}, prediction=None, receipt=None
    )
    history = History([
        Ask(1, "register", OPENED, OPENED + 0.1, 201, "r1", told=Told(contestant="ann")),
        Ask(2, "register", OPENED, OPENED + 0.1, 201, "r2", told=Told(contestant="bao")),
        ask(1, "start", OPENED + 1, first), ask(2, "start", OPENED + 2, third),
        ask(1, "save", OPENED + 2, first, seq=1, answers={"a": ["2"]}),
        ask(1, "save", OPENED + 3, first, seq=2, answers={"a": ["1"], "b": ["1", "2"]}),
        ask(1, "submit", OPENED + 5, first, seq=3, answers=deepcopy(ANSWERS), prediction=7),
        ask(1, "start", OPENED + 10, second), ask(1, "save", OPENED + 12, second, seq=1, answers={"a": ["1"]}),
    ])  # fmt: skip
    world = World(
        TERMS, [first, second, third], ["ann", "bao"], [Score("p1", 1, 3, True), Score("p2", 1, 1, False)], ["p1", "p2"],
        [Submission("p1", 1, deepcopy(ANSWERS), 7), Submission("p2", 1, {"a": ["1"]}, None)],
        [Score("p1", 1, 3, True), Score("p2", 1, 1, False)], Public(2, 1, 2, 2, 1), 2,
        {"quiz-1": _text(KEY.public_key().public_bytes_raw())}, True,
    )  # fmt: skip
    return history, world
