"""The values that events are made of. A record whose values lie outside is malformed for every reader alike.

The bounds are those of the databases behind: what a decoder lets through must not break a batch of others.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Instant = Annotated[datetime, Meta(tz=True)]
"""With a time zone; written in UTC."""
Count = Annotated[int, Meta(ge=0, le=(1 << 31) - 1)]
Version = Annotated[int, Meta(ge=1, le=(1 << 31) - 1)]
Whole = Annotated[int, Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
