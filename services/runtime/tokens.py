"""Signed tokens, verified locally: EdDSA only, the key named by `kid`, each key good for its own audiences."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

Audience = Literal["session", "staff", "machine", "attempt", "receipt"]
CACHED = 20_000


class BadToken(Exception):
    """Not a token of ours, not for this use, or over."""


@dataclass(frozen=True)
class TrustedKey:
    public: Ed25519PublicKey
    may: frozenset[str]


class Tokens:
    """Signs with the service's own key, if it has one; verifies against every trusted key.

    Verified tokens are remembered, because a paper sends the same credential some twenty times and a signature
    costs 125 µs to check. What is remembered is the signature, never that the token is still valid.
    """

    def __init__(self, trusted: dict[str, TrustedKey], own: tuple[str, Ed25519PrivateKey] | None = None) -> None:
        self._trusted, self._own = trusted, own
        self._seen: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()

    @classmethod
    def load(cls, directory: Path, service: str) -> Tokens:
        """Reads `trusted.json` and, where it exists, `<service>.ed25519` (PEM)."""
        entries = msgspec.json.decode((directory / "trusted.json").read_bytes())
        trusted = {
            kid: TrustedKey(Ed25519PublicKey.from_public_bytes(_unpad(entry["x"])), frozenset(entry["may"]))
            for kid, entry in entries.items()
        }
        return cls(trusted, _own_key(directory / f"{service}.ed25519", trusted))

    def sign(self, aud: Audience, claims: dict[str, Any], ttl: timedelta, now: datetime) -> str:
        """A JWT good until `now + ttl`; `claims` should name its subject as `sub`."""
        if self._own is None:
            raise RuntimeError("this process has no signing key")
        kid, key = self._own
        body = {**claims, "aud": aud, "iat": int(now.timestamp()), "exp": int((now + ttl).timestamp())}
        token = jwt.encode(body, key, algorithm="EdDSA", headers={"kid": kid})
        if aud in self._trusted[kid].may:
            self._remember(token, aud, body)
        return token

    def sign_bytes(self, message: bytes) -> tuple[str, bytes]:
        """(kid, raw Ed25519 signature); what a receipt carries."""
        if self._own is None:
            raise RuntimeError("this process has no signing key")
        kid, key = self._own
        return kid, key.sign(message)

    def derived(self, purpose: str) -> bytes:
        """A secret that all processes with this signing key share, for one purpose."""
        if self._own is None:
            raise RuntimeError("this process has no signing key")
        return hmac.digest(self._own[1].private_bytes_raw(), purpose.encode(), "sha256")

    def verify(self, token: str, aud: Audience, now: datetime) -> dict[str, Any]:
        """The claims. Raises BadToken, also when `exp` has passed at `now`."""
        claims = self._seen.get((token, aud))
        if claims is None:
            claims = self._check(token, aud)
            self._remember(token, aud, claims)
        if claims["exp"] <= now.timestamp():
            raise BadToken("the token is over")
        return claims

    def public_keys(self, aud: Audience) -> dict[str, bytes]:
        """kid -> raw public key of every key that may sign for `aud`."""
        return {kid: key.public.public_bytes_raw() for kid, key in self._trusted.items() if aud in key.may}

    def _remember(self, token: str, aud: str, claims: dict[str, Any]) -> None:
        self._seen[token, aud] = claims
        if len(self._seen) > CACHED:
            self._seen.popitem(last=False)

    def _check(self, token: str, aud: str) -> dict[str, Any]:
        try:
            key = self._trusted[jwt.get_unverified_header(token)["kid"]]
            if aud not in key.may:
                raise BadToken(f"this key may not sign for {aud}")
            options: Any = {"verify_exp": False, "verify_iat": False, "require": ["exp", "iat", "sub", "aud"]}
            claims: dict[str, Any] = jwt.decode(token, key.public, algorithms=["EdDSA"], audience=aud, options=options)
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as fault:
            raise BadToken(str(fault)) from None
        if any(type(claims[name]) not in (int, float) for name in ("exp", "iat")):
            raise BadToken("exp and iat must be numbers")
        return claims


def _own_key(path: Path, trusted: dict[str, TrustedKey]) -> tuple[str, Ed25519PrivateKey] | None:
    if not path.exists():
        return None
    private = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError(f"{path.name} is not an Ed25519 private key")
    raw = private.public_key().public_bytes_raw()
    for kid, key in trusted.items():
        if key.public.public_bytes_raw() == raw:
            return kid, private
    raise ValueError(f"{path.name}: its public key is not in trusted.json")


def _unpad(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
