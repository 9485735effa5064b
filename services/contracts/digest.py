"""The digest by which services compare which facts they hold, without sending the facts to each other.

The sum modulo 2^64 of the first 8 bytes (big endian) of each item's SHA-256, as 16 hex digits. The order of the
items does not matter; an item counted twice changes the sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from hashlib import sha256

MASK = (1 << 64) - 1


def digest(items: Iterable[str]) -> str:
    return render(sum(int.from_bytes(sha256(item.encode()).digest()[:8], "big") for item in items))


def digest_sum_sql(expression: str) -> str:
    """A PostgreSQL aggregate whose value, put through `render`, is the digest of the text `expression`."""
    return f"sum(('x' || encode(substring(sha256(({expression})::text::bytea) from 1 for 8), 'hex'))::bit(64)::bigint)"


def render(total: int | Decimal | None) -> str:
    # PostgreSQL sums signed words; modulo 2^64 the sign makes no difference.
    return f"{int(total or 0) & MASK:016x}"
