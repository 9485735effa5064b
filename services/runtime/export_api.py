"""A person's data over HTTP: the same four routes in every service, for the person and for who answers a request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from litestar import MediaType, Response, get
from litestar.params import Parameter

from services.runtime.access import Principal, Role, actor_of, allow, need
from services.runtime.audit import note
from services.runtime.export import Export, page

SeriesId = Annotated[str, Parameter(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
NO_STORE = {"cache-control": "no-store"}
Collect = Callable[[Any, Any, str, str], Awaitable[Export]]
"""(parts, connection, contestant id, series) -> this service's part."""
Check = Callable[[Any, Any, Principal], Awaitable[None]]
"""Raises where the caller's session is over."""


def exports(base: str, collect: Collect, check: Check) -> list[Any]:
    """Own data, and anybody's for organisers of the series, each as JSON and as a page. Reading is logged."""

    async def _own(parts: Any, principal: Principal) -> Export:
        async with parts.pool.acquire() as connection, connection.transaction():
            await check(parts, connection, principal)
            await note(connection, actor_of(principal), "person.export", principal.id)
            return await collect(parts, connection, principal.id, str(principal.claims["series"]))

    async def _of(parts: Any, principal: Principal, series: str, contestant: UUID) -> Export:
        need(principal, series, Role.ORGANISER)
        async with parts.pool.acquire() as connection, connection.transaction():
            await note(connection, actor_of(principal), "person.export", str(contestant))
            return await collect(parts, connection, str(contestant), series)

    @get(f"{base}/me/export", guards=[allow(Role.CONTESTANT)])
    async def own_export(parts: Any, principal: Principal) -> Response[Export]:
        """Everything that this service knows of the caller."""
        return Response(await _own(parts, principal), headers=NO_STORE)

    @get(f"{base}/me/export/page", guards=[allow(Role.CONTESTANT)], media_type=MediaType.HTML)
    async def own_page(parts: Any, principal: Principal) -> Response[str]:
        """The same to read and print."""
        return Response(page(principal.id, [await _own(parts, principal)]), media_type=MediaType.HTML, headers=NO_STORE)

    @get(f"{base}/series/{{series:str}}/contestants/{{contestant:uuid}}/export", guards=[allow(Role.ORGANISER)])
    async def export(series: SeriesId, contestant: UUID, parts: Any, principal: Principal) -> Response[Export]:
        """Everything that this service knows of one person; of who is unknown here, nothing."""
        return Response(await _of(parts, principal, series, contestant), headers=NO_STORE)

    @get(
        f"{base}/series/{{series:str}}/contestants/{{contestant:uuid}}/export/page",
        guards=[allow(Role.ORGANISER)],
        media_type=MediaType.HTML,
    )
    async def export_page(series: SeriesId, contestant: UUID, parts: Any, principal: Principal) -> Response[str]:
        """The same to read and print."""
        found = await _of(parts, principal, series, contestant)
        return Response(page(str(contestant), [found]), media_type=MediaType.HTML, headers=NO_STORE)

    return [own_export, own_page, export, export_page]
