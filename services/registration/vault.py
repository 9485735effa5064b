"""The two secrets of registration: what is compared goes through a keyed hash, what must be read again is encrypted.

Each use has a key of its own, derived from the stored one, so that no hash of one kind can be found among another's.
"""

from __future__ import annotations

import hmac
import os
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class Vault:
    """`mac` for phone, ID number, entry code, address; `seal` and `open` for phone and ID number."""

    def __init__(self, hmac_key: bytes, aes_key: bytes) -> None:
        self._hmac_key = hmac_key
        self._derived: dict[str, bytes] = {}
        self._aes = AESGCM(aes_key)

    @classmethod
    def read(cls, secrets: Path) -> Vault:
        """From `registration.hmac` and `registration.aes`, 32 bytes each in base64."""
        return cls(_key(secrets / "registration.hmac"), _key(secrets / "registration.aes"))

    def mac(self, use: str, *parts: str | bytes) -> bytes:
        """16 bytes; equal for equal `use` and parts, and nothing without the key."""
        key = self._derived.get(use)
        if key is None:
            key = self._derived[use] = hmac.digest(self._hmac_key, use.encode(), "sha256")
        encoded = [part.encode() if isinstance(part, str) else part for part in parts]
        # Each part stands behind its length: ("a", "bc") is not ("ab", "c").
        return hmac.digest(key, b"".join(len(part).to_bytes(4, "big") + part for part in encoded), "sha256")[:16]

    def seal(self, text: str, owner: str) -> bytes:
        """Encrypted, and bound to the id of the row it stands in: moved to another row it no longer opens."""
        nonce = os.urandom(NONCE)
        return nonce + self._aes.encrypt(nonce, text.encode(), owner.encode())

    def open(self, sealed: bytes, owner: str) -> str:
        """cryptography.exceptions.InvalidTag where it was tampered with or belongs to another owner."""
        return self._aes.decrypt(sealed[:NONCE], sealed[NONCE:], owner.encode()).decode()


def _key(file: Path) -> bytes:
    key = b64decode(file.read_text().strip(), validate=True)
    if len(key) != 32:
        raise ValueError(f"{file}: {len(key)} bytes, not 32")
    return key


def spent_hash(secret: str) -> bytes:
    """For random secrets of 256 bits, which need no key and no slowness."""
    return sha256(secret.encode()).digest()
