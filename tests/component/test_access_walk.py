"""Every endpoint with a caller of every role, against running services: who is allowed gets in, nobody else does."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from services.cli.reference import SERVICES, Endpoint, endpoints
from services.runtime.access import Role
from tests.support.bodies import body_of
from tests.support.neighbours import FOREIGN, neighbours
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


@pytest.mark.parametrize("service", SERVICES)
async def test_a_role_opens_nothing_of_another_contest_unit_or_person(walk: Running, service: str) -> None:
    """Every endpoint with an id in its path, by everybody who may call it, with an id that is not theirs."""
    beside = await neighbours(walk)
    wrong, refused = [], 0
    async with walk.client(service) as client:
        document = (await client.get(f"/api/{service}/v1/openapi.json")).json()
        for case in beside.cases():
            for endpoint in endpoints(service):
                named = {part[1:-1] for part in endpoint.path.split("/") if part.startswith("{")} & FOREIGN
                if case.role not in endpoint.roles or all(case.ids[name] == walk.ids.get(name) for name in named):
                    continue
                body = body_of(document, endpoint.method, endpoint.path)
                _make_sense(body, case.ids["contest"])
                headers = {**case.headers, **key()}
                path = endpoint.path.format(**case.ids)
                answer = await client.request(endpoint.method, path, json=body, headers=headers)
                refused += answer.status_code in (403, 404)
                if not _keeps_to_itself(answer, endpoint, beside.secrets()):
                    wrong.append(
                        f"{case.name}: {endpoint.method} {path} as {case.role}: {answer.status_code} {answer.text[:200]}"
                    )
    assert wrong == []
    assert refused or service == "stats", "nothing was tried"


def _make_sense(body: Any, contest: str) -> None:
    """What handlers compare before they look for the person: the refusal must be about the id in the path."""
    if isinstance(body, dict):
        body |= {name: value for name, value in (("unit_id", "BG"), ("category", None)) if name in body}
        if "rules" in body:
            body["rules"] |= {"id": contest, "series_id": contest}


def _keeps_to_itself(answer: httpx.Response, endpoint: Endpoint, secrets: list[str]) -> bool:
    """Refused for what it names; or a reading that shows the caller's own, which is nothing here."""
    if answer.status_code in (403, 404, 409, 410):
        return True
    # An answer may repeat the id that was asked for.
    told, named = answer.text, answer.request.url.path.split("/")
    secrets = [secret for secret in secrets if secret not in named]
    return endpoint.method == "GET" and answer.status_code == 200 and not any(secret in told for secret in secrets)
