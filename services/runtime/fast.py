"""Raw handlers for the few requests that come by the thousand: a contest's last hour, and codes that are guessed.

A framework costs several times what a save itself costs; the routes here skip it. Each is also declared as an ordinary
route with the same function behind it, so that the OpenAPI document and the access table know of it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.runtime.access import Role, admit
from services.runtime.edge import Edge
from services.runtime.parts import Parts
from services.runtime.problems import BAD_REQUEST, Problem

MAX_BODY = 64 * 1024


class Headed(NamedTuple):
    """An answer that says more than its body."""

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]


Answer = Callable[[Parts, Edge, str, bytes], Awaitable[bytes | Headed]]


@dataclass(frozen=True)
class FastRoute:
    """`pattern` matches the whole path and captures at most one part, which `answer` gets along with the body; it gives JSON."""

    method: str
    template: str
    pattern: re.Pattern[str]
    roles: frozenset[Role]
    status: int
    answer: Answer


class FastRoutes:
    def __init__(self, parts: Parts, routes: Sequence[FastRoute]) -> None:
        self._parts = parts
        self._routes = {method: [r for r in routes if r.method == method] for method in {r.method for r in routes}}

    def find(self, method: str, path: str) -> tuple[FastRoute, str] | None:
        for route in self._routes.get(method, ()):
            found = route.pattern.fullmatch(path)
            if found is not None:
                return route, found[1] if route.pattern.groups else ""
        return None

    async def answer(self, route: FastRoute, part: str, edge: Edge, receive: Any) -> bytes | Headed:
        """Raises whatever refuses the request."""
        admit(edge, self._parts.tokens, route.roles)
        return await route.answer(self._parts, edge, part, await _body(receive))


async def _body(receive: Any) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body", False):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            break
    if len(body) > MAX_BODY:
        raise Problem(BAD_REQUEST, f"The body is longer than {MAX_BODY} bytes.")
    return body
