"""Rule 10: tokens are EdDSA with a pinned algorithm, a known key and one audience; checked locally, remembered safely."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from services.runtime import tokens as module
from services.runtime.tokens import BadToken, Tokens
from tests.support.edge import KEYS, MAY, NOW, token, tokens

CLAIMS = {"sub": "c1", "aud": "session", "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 600}


def refused(text: str, aud: Any = "session") -> str:
    with pytest.raises(BadToken) as fault:
        tokens().verify(text, aud, NOW)
    return str(fault.value)


def test_what_one_service_signs_every_other_verifies_without_asking() -> None:
    claims = tokens().verify(token("session", group="khac"), "session", NOW)
    assert (claims["sub"], claims["group"]) == ("someone", "khac")


def test_alg_none_is_refused() -> None:
    head, body = ({"alg": "none", "typ": "JWT", "kid": "registration-1"}, CLAIMS)
    parts = [urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in (head, body)]
    for text in (f"{parts[0]}.{parts[1]}.", f"{parts[0]}.{parts[1]}"):
        refused(text)


def test_hs256_with_the_public_key_as_its_secret_is_refused() -> None:
    public = KEYS["registration-1"].public_key()
    for secret in (
        public.public_bytes(Encoding.Raw, PublicFormat.Raw),
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ):
        head = {"alg": "HS256", "typ": "JWT", "kid": "registration-1"}
        signing = ".".join(
            urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in (head, CLAIMS)
        )  # fmt: skip
        import hmac

        signature = urlsafe_b64encode(hmac.digest(secret, signing.encode(), "sha256")).rstrip(b"=").decode()
        refused(f"{signing}.{signature}")


def test_an_unknown_kid_and_a_missing_one_are_refused() -> None:
    for headers in ({"kid": "registration-2"}, {}, {"kid": "../registration-1"}):
        refused(jwt.encode(CLAIMS, KEYS["registration-1"], algorithm="EdDSA", headers=headers))


def test_a_key_that_is_not_ours_under_a_kid_that_is_is_refused() -> None:
    mine = Ed25519PrivateKey.generate()
    refused(jwt.encode(CLAIMS, mine, algorithm="EdDSA", headers={"kid": "registration-1"}))


@pytest.mark.parametrize("aud", ["staff", "machine", "attempt", "receipt"])
def test_a_token_is_good_for_its_own_audience_only(aud: str) -> None:
    refused(token("session"), aud)


OTHERS = [(kid, aud) for kid in MAY for aud in ("session", "staff", "machine", "attempt") if aud not in MAY[kid]]


@pytest.mark.parametrize(("kid", "aud"), OTHERS)
def test_a_key_is_good_for_its_own_audiences_only(kid: str, aud: str) -> None:
    """The CLI's key cannot sign a contestant in, and quiz's key makes nobody an organiser."""
    text = jwt.encode({**CLAIMS, "aud": aud}, KEYS[kid], algorithm="EdDSA", headers={"kid": kid})
    assert "may not sign" in refused(text, aud)


@pytest.mark.parametrize("missing", ["sub", "aud", "iat", "exp"])
def test_a_claim_that_is_missing_is_refused(missing: str) -> None:
    claims = {name: value for name, value in CLAIMS.items() if name != missing}
    refused(jwt.encode(claims, KEYS["registration-1"], algorithm="EdDSA", headers={"kid": "registration-1"}))


@pytest.mark.parametrize("wrong", ["soon", None, [1], True, {}])
def test_an_end_that_is_no_number_is_refused(wrong: Any) -> None:
    text = jwt.encode(
        {**CLAIMS, "exp": wrong}, KEYS["registration-1"], algorithm="EdDSA", headers={"kid": "registration-1"}
    )
    refused(text)


def test_a_token_ends_at_its_end_and_what_is_remembered_does_not_live_longer() -> None:
    verifier = tokens()
    text = token("session", minutes=10)
    assert verifier.verify(text, "session", NOW + timedelta(minutes=9, seconds=59))
    for _ in range(2):
        with pytest.raises(BadToken, match="over"):
            verifier.verify(text, "session", NOW + timedelta(minutes=10))


def test_a_signature_is_checked_once_and_forgeries_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = tokens()
    text = token("session")
    verifier.verify(text, "session", NOW)
    monkeypatch.setattr(jwt, "decode", lambda *_, **__: pytest.fail("checked again"))
    verifier.verify(text, "session", NOW)
    monkeypatch.undo()
    with pytest.raises(BadToken):
        verifier.verify(text[:-4] + "AAAA", "session", NOW)
    assert len(verifier._seen) == 1


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CACHED", 3)
    verifier = tokens()
    for n in range(10):
        verifier.verify(token("session", n=n), "session", NOW)
    assert len(verifier._seen) <= 3


@given(st.text(max_size=80) | st.from_regex(r"[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]{0,20}"))
def test_any_text_is_refused_as_a_bad_token_and_nothing_else(text: str) -> None:
    refused(text)


def test_the_own_key_must_be_one_that_others_trust(tmp_path: Path) -> None:
    (tmp_path / "trusted.json").write_text("{}")
    (tmp_path / "quiz.ed25519").write_bytes(
        KEYS["quiz-1"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    with pytest.raises(ValueError, match="not in trusted"):
        Tokens.load(tmp_path, "quiz")
    assert Tokens.load(tmp_path, "stats").public_keys("session") == {}


def test_a_process_without_a_key_cannot_sign() -> None:
    with pytest.raises(RuntimeError, match="no signing key"):
        tokens().sign("session", {"sub": "x"}, timedelta(1), NOW)


def test_a_receipt_is_signed_with_a_key_that_anybody_can_name() -> None:
    kid, signature = tokens("quiz-1").sign_bytes(b"receipt")
    assert kid == "quiz-1"
    KEYS["quiz-1"].public_key().verify(signature, b"receipt")
    assert set(tokens().public_keys("receipt")) == {"quiz-1"}
