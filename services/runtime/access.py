"""Who may call what: roles stand on the handler, and one guard reads them.

A principal comes from a cookie (contestants, staff) or from `Authorization: Bearer` (machines, attempt credentials).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from services.runtime.edge import Edge, edge_of
from services.runtime.principal import GIVEN, NOBODY, Principal, Role
from services.runtime.problems import FORBIDDEN, NOT_SIGNED_IN, WRONG_ORIGIN, Problem
from services.runtime.tokens import Audience, BadToken, Tokens

__all__ = [
    "GIVEN", "NOBODY", "SESSION_COOKIE", "STAFF_COOKIE", "Guard", "Principal", "Role", "actor_of", "admit", "allow", "holds",
    "identify", "need",
]  # fmt: skip

SESSION_COOKIE = "hoithi_session"
STAFF_COOKIE = "hoithi_staff"

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


def actor_of(principal: Principal) -> str:
    """How audit rows name a caller."""
    return f"{principal.kind}:{principal.id}"


def holds(principal: Principal, series_id: str, *roles: Role) -> bool:
    """Whether one of the roles is theirs in this series. A machine's roles hold in every one: its token is minted on
    the server itself."""
    if principal.kind == "machine":
        return bool(principal.roles & set(roles))
    wanted = {role.value for role in roles}
    grants = principal.claims.get("grants", ())
    return any(role in wanted and series in (None, series_id) for role, series, _ in grants)


def need(principal: Principal, series_id: str, *roles: Role) -> None:
    """Raises 403 unless one of the roles is held in this series: a role elsewhere does not count."""
    if not holds(principal, series_id, *roles):
        raise Problem(FORBIDDEN, f"None of your roles is for the series {series_id!r}.", needs=sorted(roles))


def allow(*roles: Role) -> Guard:
    """A guard that lets these roles in. Its `roles` attribute is what the access table is made from."""
    wanted = frozenset(roles)

    # Async, because Litestar sends a plain function to a thread: a hop of 200 µs before every request.
    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        admit(edge_of(connection.scope), connection.app.state.parts.tokens, wanted)

    guard.roles = wanted  # type: ignore[attr-defined]
    return guard


def admit(edge: Edge, tokens: Tokens, wanted: frozenset[Role]) -> Principal:
    """Finds who calls and whether one of the `wanted` roles is theirs. Raises the refusal as a Problem."""
    if Role.REHEARSAL in wanted and edge.rehearsed:
        principal = Principal("rehearsal", "", frozenset({Role.REHEARSAL}), {})
    else:
        principal = identify(edge, tokens, wanted)
    edge.principal = principal
    if wanted & principal.roles or Role.ANYONE in wanted:
        return principal
    if principal is NOBODY:
        raise Problem(NOT_SIGNED_IN, "Sign in and try again.")
    raise Problem(FORBIDDEN, f"This needs one of: {', '.join(sorted(wanted))}.", needs=sorted(wanted))


def identify(edge: Edge, tokens: Tokens, wanted: frozenset[Role] = frozenset()) -> Principal:
    authorization = edge.header(b"authorization")
    if authorization.startswith("Bearer "):
        return _bearer(authorization[7:], edge, tokens)
    cookies = edge.cookies()
    # Both may be signed in on one device: the handler's roles say which one is meant.
    order = (SESSION_COOKIE, STAFF_COOKIE) if Role.CONTESTANT in wanted else (STAFF_COOKIE, SESSION_COOKIE)
    for name in order:
        if name in cookies:
            found = _verify(cookies[name], "session" if name == SESSION_COOKIE else "staff", edge, tokens)
            if found is not None:
                if edge.unsafe and edge.header(b"origin") != edge.own_origin:
                    raise Problem(WRONG_ORIGIN, f"Origin must be {edge.own_origin}.")
                return found
    if edge.unsafe and edge.header(b"origin") not in ("", edge.own_origin):
        raise Problem(WRONG_ORIGIN, f"Origin must be {edge.own_origin}.")
    return NOBODY


def _bearer(token: str, edge: Edge, tokens: Tokens) -> Principal:
    for aud in ("attempt", "session", "staff", "machine"):
        found = _verify(token, aud, edge, tokens)
        if found is not None:
            return found
    raise Problem(NOT_SIGNED_IN, "The token is not valid, or no longer.")


def _verify(token: str, aud: Any, edge: Edge, tokens: Tokens) -> Principal | None:
    try:
        # An attempt's credential lives in the contest's time, everything else in real time.
        claims = tokens.verify(token, aud, edge.now if aud == "attempt" else edge.real_now)
    except BadToken:
        return None
    return Principal(aud, str(claims["sub"]), _roles(aud, claims), claims)


def _roles(aud: Audience, claims: dict[str, Any]) -> frozenset[Role]:
    match aud:
        case "session":
            return frozenset({Role.CONTESTANT})
        case "attempt":
            return frozenset({Role.ATTEMPT})
        case _:
            return frozenset(role for role in GIVEN if role.value in claims.get("roles", ()))
