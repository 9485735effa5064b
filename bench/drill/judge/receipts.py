"""Every receipt verifies: the signature, the paper it names, and what it says was in it; and a repeat gets the same one."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bench.drill.history import History
from bench.drill.world import Paper, World


def check_receipts(history: History, world: World) -> Iterator[str]:
    papers = {paper.attempt: paper for paper in world.papers}
    for ask in history.of("submit"):
        if not ask.ok:
            continue
        paper = papers.get(ask.attempt)
        if paper is not None and ask.told.receipt != paper.receipt:
            yield f"paper {ask.attempt}: another receipt was handed out than the one that is kept"
    for paper in papers.values():
        if paper.receipt is not None:
            yield from _verify(paper, world)


def _verify(paper: Paper, world: World) -> Iterator[str]:
    signed = json.loads(paper.receipt or "{}")
    text = signed["receipt"].encode()
    key = world.receipt_keys.get(signed["kid"])
    try:
        if key is None:
            raise InvalidSignature
        Ed25519PublicKey.from_public_bytes(_bytes(key)).verify(_bytes(signed["signature"]), text)
    except InvalidSignature:
        yield f"paper {paper.attempt}: the receipt's signature does not verify"
        return
    says = json.loads(text)
    wanted = {
        "attempt_id": paper.attempt, "contest_id": world.terms.contest, "how": paper.how,
        "answered": len(paper.answers), "answers_sha256": _print_of(paper),
    }  # fmt: skip
    for name, value in wanted.items():
        if says.get(name) != value:
            yield f"paper {paper.attempt}: the receipt says {name} {says.get(name)}, and it is {value}"


def _print_of(paper: Paper) -> str:
    answers = json.dumps(dict(sorted(paper.answers.items())), separators=(",", ":"), ensure_ascii=False)
    return sha256(f"{answers}\n{paper.prediction}".encode()).hexdigest()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
