"""The one place where an answer key is in the clear, in memory only."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path

import msgspec
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from services.contracts.events import AnswerKey

_decoder = msgspec.json.Decoder(AnswerKey)


class BadBox(Exception):
    """A sealed box that this private key does not open, or that holds no answer key."""


class Keyring:
    """Opens boxes, and keeps what it opened per contest and marking revision."""

    def __init__(self, private_key: bytes) -> None:
        self._box = SealedBox(PrivateKey(private_key))
        self._opened: dict[str, tuple[int, dict[str, AnswerKey]]] = {}

    @classmethod
    def from_file(cls, path: Path) -> Keyring:
        """`path` holds the raw 32 bytes of an X25519 private key as base64 text."""
        return cls(b64decode(path.read_text()))

    def open(self, sealed: str) -> AnswerKey:
        try:
            return _decoder.decode(self._box.decrypt(b64decode(sealed, validate=True)))
        except (CryptoError, ValueError, msgspec.MsgspecError) as fault:
            # The fault is not chained into the message: it might quote what was inside.
            raise BadBox(f"the box cannot be opened ({type(fault).__name__})") from None

    def known(self, contest_id: str, revision: int) -> Mapping[str, AnswerKey]:
        """What was kept under exactly this revision; empty otherwise."""
        kept = self._opened.get(contest_id)
        return kept[1] if kept is not None and kept[0] == revision else {}

    def keep(self, contest_id: str, revision: int, boxes: Mapping[str, str]) -> Mapping[str, AnswerKey]:
        """Opens `boxes` (question id -> sealed) and keeps them in place of what was kept of the contest."""
        opened = {question: self.open(sealed) for question, sealed in boxes.items()}
        self._opened[contest_id] = (revision, opened)
        return opened
