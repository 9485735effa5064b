"""The keys of a local stack, made once per data folder. Production gives its own (see deploy/)."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from nacl.public import PrivateKey

MAY = {"registration": ["session", "staff"], "quiz": ["attempt", "receipt"], "ops": ["machine"]}


def make(directory: Path, *, rehearsal: bool) -> None:
    """Does nothing where the keys stand already."""
    if (directory / "trusted.json").exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    trusted = {f"{owner}-1": {"x": _signing_key(directory, owner), "may": may} for owner, may in MAY.items()}
    box = PrivateKey.generate()
    _write(directory / "scoring.x25519", b64encode(bytes(box)))
    _write(directory / "scoring.x25519.pub", b64encode(bytes(box.public_key)))
    names = ["registration.hmac", "registration.aes", *(["rehearsal.key"] if rehearsal else [])]
    for name in names:
        _write(directory / name, b64encode(secrets.token_bytes(32)))
    # Last: its presence says that all others are there.
    _write(directory / "trusted.json", json.dumps(trusted, indent=1).encode())


def _signing_key(directory: Path, owner: str) -> str:
    key = Ed25519PrivateKey.generate()
    _write(directory / f"{owner}.ed25519", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return urlsafe_b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
