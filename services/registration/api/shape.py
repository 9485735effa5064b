"""What goes in and out over HTTP, as Structs; the OpenAPI document is made from these."""

from __future__ import annotations

from typing import Annotated

from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from msgspec import Meta, Struct

from services.runtime.problems import (
    BAD_REQUEST,
    FORBIDDEN,
    INVALID,
    NO_KEY,
    NOT_SIGNED_IN,
    OVERLOADED,
    WRONG_ORIGIN,
    ProblemType,
)

PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""No control letters: PostgreSQL takes no zero byte, and nobody types the others."""

Short = Annotated[str, Meta(max_length=200, pattern=PLAIN)]
Reason = Annotated[str, Meta(min_length=3, max_length=500, pattern=PLAIN)]
SeriesId = Annotated[str, Parameter(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]


class ProblemDocument(Struct):
    """RFC 9457, with members of its own per `type`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


COMMON = (BAD_REQUEST, NOT_SIGNED_IN, FORBIDDEN, WRONG_ORIGIN, INVALID, OVERLOADED)


def refuses(*kinds: ProblemType, keyed: bool = False) -> dict[int, ResponseSpec]:
    """The refusals of a handler by status, for its OpenAPI entry."""
    titles: dict[int, dict[str, None]] = {}
    for kind in (*COMMON, *((NO_KEY,) if keyed else ()), *kinds):
        titles.setdefault(kind.status, {})[f"`{kind.slug}`: {kind.title}"] = None
    return {
        status: ResponseSpec(
            ProblemDocument,
            generate_examples=False,
            description="; ".join(texts),
            media_type="application/problem+json",
        )
        for status, texts in titles.items()
    }


NOTHING_INSIDE = ResponseSpec(None, description="Without a body", generate_examples=False)
