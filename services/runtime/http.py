"""The HTTP edge that every service shares: traces, times, refusals, health, metrics."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec
from litestar import Litestar, Request, Response
from litestar.config.app import AppConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Server
from litestar.types import ASGIApp
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.runtime.access import NOBODY, Principal
from services.runtime.audit_api import audit_routes
from services.runtime.database import is_transient
from services.runtime.edge import UNSAFE, Edge, TimeSource, edge_of
from services.runtime.fast import FastRoute, FastRoutes, Headed
from services.runtime.idempotency import keyed
from services.runtime.logs import logger
from services.runtime.metrics import METRICS
from services.runtime.openapi import document
from services.runtime.parts import Parts
from services.runtime.problems import (
    BAD_REQUEST,
    FAULT,
    FORBIDDEN,
    INVALID,
    MEDIA_TYPE,
    METHOD,
    NOT_FOUND,
    NOT_SIGNED_IN,
    STORE_AWAY,
    TOO_LARGE,
    UNSTORABLE,
    WRONG_MEDIA_TYPE,
    Problem,
)  # fmt: skip
from services.runtime.shedding import Shedding

_log = logger("http")
_BY_STATUS = {
    400: BAD_REQUEST, 401: NOT_SIGNED_IN, 403: FORBIDDEN, 404: NOT_FOUND, 405: METHOD, 413: TOO_LARGE,
    415: WRONG_MEDIA_TYPE,
}  # fmt: skip
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", *UNSAFE})


def build(service: str, routes: Sequence[Any], parts: Parts) -> Litestar:
    """The Litestar application of one service, under `/api/<service>/v1`.

    Litestar's own OpenAPI routes go to a path the gateway does not serve: ours has a guard like every other handler.
    """
    return Litestar(
        route_handlers=list(routes),
        state=State({"parts": parts}),
        dependencies={
            "parts": Provide(_parts, sync_to_thread=False),
            "principal": Provide(_principal, sync_to_thread=False),
            "now": Provide(_now, sync_to_thread=False),
            "received_at": Provide(_received_at, sync_to_thread=False),
            "trace": Provide(_trace, sync_to_thread=False),
            "edge": Provide(_edge, sync_to_thread=False),
            "keyed": Provide(keyed),
        },
        exception_handlers={Exception: to_problem},
        openapi_config=OpenAPIConfig(
            title=f"hoithi {service}", version="1", path="/unrouted", servers=[Server(url="/")],
            render_plugins=[], create_examples=False,
        ),
        request_max_body_size=1_000_000,
        logging_config=None,
        on_app_init=[_with_openapi(service)],
    )  # fmt: skip


def _with_openapi(service: str) -> Any:
    def init(config: AppConfig) -> AppConfig:
        from litestar import get

        from services.runtime.access import Role, allow

        @get(
            f"/api/{service}/v1/openapi.json",
            guards=[allow(Role.ANYONE)],
            include_in_schema=False,
            sync_to_thread=False,
        )
        def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
            return Response(document(request.app), media_type="application/json")

        config.route_handlers += [openapi, *audit_routes(f"/api/{service}/v1")]
        return config

    return init


def _parts(state: State) -> Parts:
    parts: Parts = state.parts
    return parts


def _edge(request: Request[Any, Any, Any]) -> Edge:
    return edge_of(request.scope)


def _principal(request: Request[Any, Any, Any]) -> Principal:
    return edge_of(request.scope).principal or NOBODY


def _now(request: Request[Any, Any, Any]) -> datetime:
    return edge_of(request.scope).now


def _received_at(request: Request[Any, Any, Any]) -> datetime:
    # A function of its own: Litestar takes one provider under one name only.
    return _now(request)


def _trace(request: Request[Any, Any, Any]) -> str:
    return edge_of(request.scope).trace


def to_problem(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    problem = as_problem(error)
    if problem.kind is FAULT:
        _log.error("a request broke", path=request.scope["path"], trace=edge_of(request.scope).trace, exc_info=error)
    headers = {} if problem.retry_after is None else {"retry-after": str(max(1, round(problem.retry_after)))}
    return Response(
        problem.document(edge_of(request.scope).trace_id), status_code=problem.kind.status, media_type=MEDIA_TYPE,
        headers=headers,
    )  # fmt: skip


def as_problem(error: Exception) -> Problem:
    """Any error as the refusal that a client may see; what is unexpected says nothing of its inside."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationException):
        return Problem(INVALID, "Look at `errors` for each field.", errors=_readable(error.extra))
    if isinstance(error, msgspec.ValidationError):
        return Problem(INVALID, "Look at `errors` for each field.", errors=_located(str(error)))
    if isinstance(error, msgspec.DecodeError):
        return Problem(BAD_REQUEST, f"The body is not JSON: {error}.")
    if isinstance(error, HTTPException):
        kind = _BY_STATUS.get(error.status_code, FAULT if error.status_code >= 500 else BAD_REQUEST)
        return Problem(kind, error.detail or kind.title)
    if isinstance(error, asyncpg.CharacterNotInRepertoireError | asyncpg.UntranslatableCharacterError):
        return Problem(UNSTORABLE, "Leave out the character U+0000.")
    if isinstance(error, asyncpg.DataError):
        # What a handler's own checks let through, such as a part of a path that only looks like a UUID.
        return Problem(INVALID, "A value lies outside what can be stored.")
    if is_transient(error):
        return Problem(STORE_AWAY, "The database did not answer.", retry_after=1)
    return Problem(FAULT, "Tell the organisers the id in `instance`.")


def _readable(extra: Any) -> list[dict[str, str]]:
    entries = extra if isinstance(extra, list) else []
    return [
        {"field": str(entry.get("key", "")), "problem": str(entry.get("message", ""))}
        for entry in entries
        if isinstance(entry, dict)
    ]


def _located(message: str) -> list[dict[str, str]]:
    """msgspec says what is wrong and where: `Expected `int`, got `str` - at `$.seq``."""
    problem, _, place = message.partition(" - at `$")
    return [{"field": place.strip("`.") or "body", "problem": problem}]


class EdgeMiddleware:
    """Outermost: answers health and metrics, gives each request its Edge, measures it."""

    def __init__(
        self, app: ASGIApp, parts: Parts, times: TimeSource, fast: FastRoutes | None = None, shedding: Shedding | None = None
    ) -> None:  # fmt: skip
        self._app, self._parts, self._times, self._fast, self._shedding = app, parts, times, fast, shedding
        self._labels: dict[tuple[str, int], Any] = {}
        self._seconds: dict[str, Any] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if path == "/metrics":
            await _reply(send, 200, generate_latest(), CONTENT_TYPE_LATEST)
        elif path in ("/health/live", "/health/ready"):
            await self._health(path, send)
        else:
            await self._measured(scope, receive, send)

    async def _measured(self, scope: Any, receive: Any, send: Any) -> None:
        edge = Edge(scope, self._times, self._parts.settings.origin)
        scope["hoithi"] = edge
        started = time.perf_counter()
        found = self._fast.find(scope["method"], scope["path"]) if self._fast is not None else None
        if found is not None:
            status = await self._quick(found, edge, receive, send)
            self._observe(f"{scope['method']} {found[0].template}", status, time.perf_counter() - started)
            return
        status = 0

        async def watch(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            edge.set_time(self._times)
            valve = self._shedding.admit(scope["method"], scope["path"]) if self._shedding is not None else None
        except (Problem, ValueError, OverflowError) as error:
            problem = error if isinstance(error, Problem) else Problem(BAD_REQUEST, "X-Rehearsal-Time cannot be read.")
            await _refuse(send, problem, edge.trace_id)
            return
        await self._app(scope, receive, watch)
        # A label for everything that is not ours: callers must not be able to make new ones.
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        seconds = time.perf_counter() - started
        if valve is not None:
            valve.took(seconds)
        self._observe(f"{method} {scope.get('path_template', 'none')}", status, seconds)

    async def _quick(self, found: tuple[FastRoute, str], edge: Edge, receive: Any, send: Any) -> int:
        assert self._fast is not None
        route, part = found
        try:
            edge.set_time(self._times)
            answer = await self._fast.answer(route, part, edge, receive)
        except Exception as error:
            problem = as_problem(error)
            if problem.kind is FAULT:
                _log.error("a request broke", path=route.template, trace=edge.trace, exc_info=error)
            await _refuse(send, problem, edge.trace_id)
            return problem.kind.status
        body, headers = answer if isinstance(answer, Headed) else (answer, ())
        await _reply(send, route.status, body, "application/json", headers)
        return route.status

    def _observe(self, route: str, status: int, seconds: float) -> None:
        counter = self._labels.get((route, status))
        if counter is None:
            counter = self._labels[route, status] = METRICS.requests.labels(route, str(status))
            self._seconds[route] = METRICS.request_seconds.labels(route)
        counter.inc()
        self._seconds[route].observe(seconds)

    async def _health(self, path: str, send: Any) -> None:
        if path == "/health/live":
            await _reply(send, 200, b'{"status":"live"}', "application/json")
            return
        missing = await self._parts.not_ready()
        body = msgspec.json.encode({"status": "ready" if not missing else "not ready", "missing": missing})
        await _reply(send, 200 if not missing else 503, body, "application/json")


async def _refuse(send: Any, problem: Problem, trace_id: str) -> None:
    body = problem.document(trace_id)
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    if problem.retry_after is not None:
        headers.append((b"retry-after", str(max(1, round(problem.retry_after))).encode()))
    await send({"type": "http.response.start", "status": problem.kind.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _reply(
    send: Any, status: int, body: bytes, media_type: str, more: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
