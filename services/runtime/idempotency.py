"""Idempotency-Key on every POST that creates: the same key gives the same thing, never a second one.

A row holds a hash of the body and the id of what was made, never an answer: nothing secret is stored to be told again.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

import msgspec
from litestar import Request

from services.runtime.database import Connection
from services.runtime.problems import BAD_REQUEST, KEY_REUSED, NO_KEY, Problem

_KEY = re.compile(r"[\x21-\x7e]{8,200}")


class Keyed(msgspec.Struct, frozen=True):
    """The request's key and a hash of its body."""

    key: str
    body_hash: bytes


async def keyed(request: Request[Any, Any, Any]) -> Keyed:
    """A Litestar dependency."""
    return Keyed(check_key(request.headers.get("idempotency-key", "")), sha256(await request.body()).digest())


def check_key(key: str) -> str:
    """The key itself. Raises 400 for one that is missing or not 8 to 200 printable ASCII characters."""
    if not key:
        raise Problem(NO_KEY, "Send a fresh random Idempotency-Key, and the same one on every retry.")
    if not _KEY.fullmatch(key):
        raise Problem(BAD_REQUEST, f"Idempotency-Key: {key[:50]!r} is not 8 to 200 printable ASCII characters.")
    return key


async def remember(connection: Connection, scope: str, key: Keyed, resource_id: str) -> str | None:
    """None where the key is new and now stands for `resource_id`; else the id that it stood for already.

    Call inside the transaction that creates the resource. Raises 422 where the key came with another body.
    """
    inserted = await connection.fetchval(
        """insert into idempotency (scope, key, body_hash, resource_id) values ($1, $2, $3, $4)
           on conflict do nothing returning true""",
        scope, key.key, key.body_hash, resource_id,
    )  # fmt: skip
    return None if inserted else await recall(connection, scope, key)


async def recall(connection: Connection, scope: str, key: Keyed) -> str | None:
    """The resource that the key stands for, if any. Raises 422 where it came with another body."""
    row = await connection.fetchrow(
        "select resource_id, body_hash from idempotency where scope = $1 and key = $2", scope, key.key
    )
    if row is None:
        return None
    if row["body_hash"] != key.body_hash:
        raise Problem(KEY_REUSED, "Use a new Idempotency-Key for another request.")
    return str(row["resource_id"])
