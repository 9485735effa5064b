"""Every endpoint with a caller of every role, against running services: who is allowed gets in, nobody else does."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from services.cli.reference import SERVICES, Endpoint, endpoints
from services.runtime.access import Role
from tests.support.registration import key
from tests.support.running import Running


async def call(walk: Running, endpoint: Endpoint, role: Role) -> tuple[int, dict[str, Any]]:
    """Status and problem (empty where it is none)."""
    path = endpoint.path.format(**walk.ids)
    headers = {**walk.headers[role], **key()}
    if "accept" in path or endpoint.method == "GET":
        headers.pop("idempotency-key")
    body = {} if endpoint.method in ("POST", "PUT") else None
    async with (
        walk.client(endpoint.service) as client,
        client.stream(endpoint.method, path, json=body, headers=headers) as answer,
    ):
        if answer.headers.get("content-type") != "application/problem+json":
            return answer.status_code, {}
        await answer.aread()
        return answer.status_code, answer.json()


def refused_at_the_door(status: int, problem: dict[str, Any], endpoint: Endpoint) -> bool:
    """By the guard; a handler's own 403 (another's unit, a closed contest) names other reasons."""
    if status == 401:
        return problem["type"] == "/problems/not-signed-in"
    return status == 403 and problem["type"] == "/problems/forbidden" and problem.get("needs") == sorted(endpoint.roles)


@pytest.mark.parametrize("service", SERVICES)
async def test_every_endpoint_lets_in_whom_the_table_names_and_nobody_else(walk: Running, service: str) -> None:
    wrong: list[str] = []
    for endpoint in endpoints(service):
        for role in Role:
            status, problem = await call(walk, endpoint, role)
            allowed = role in endpoint.roles or Role.ANYONE in endpoint.roles
            what = f"{endpoint.method} {endpoint.path} as {role}: {status} {problem.get('type', '')}"
            if status >= 500:
                wrong.append(f"{what}: a fault")
            elif refused_at_the_door(status, problem, endpoint) == allowed:
                wrong.append(what)
            elif not allowed and status != (401 if role in (Role.ANYONE, Role.REHEARSAL) else 403):
                wrong.append(f"{what}: the wrong refusal")
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_token_that_is_forged_over_or_for_something_else_opens_nothing(walk: Running, service: str) -> None:
    receipt = {"authorization": "Bearer a.b.c"}
    for endpoint in endpoints(service):
        if Role.ANYONE in endpoint.roles:
            continue
        async with walk.client(service) as client:
            answer = await client.request(endpoint.method, endpoint.path.format(**walk.ids), headers=receipt)
        assert answer.status_code == 401, endpoint


async def test_health_and_metrics_are_open_and_everything_else_is_in_the_table(walk: Running) -> None:
    for service in SERVICES:
        async with walk.client(service) as client:
            for path in ("/health/live", "/health/ready", "/metrics"):
                assert (await client.get(path)).status_code == 200
            described: httpx.Response = await client.get(f"/api/{service}/v1/openapi.json")
            known = {(e.method, e.path) for e in endpoints(service)}
            for path, operations in described.json()["paths"].items():
                assert all((method.upper(), path) in known for method in operations), path
