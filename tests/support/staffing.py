"""Members of staff who took an invitation and signed in."""

from __future__ import annotations

import uuid

import httpx

from tests.support.registration import SERIES, Front, key

PASSWORD = "một mật khẩu đủ dài"


async def member(service: Front, role: str, unit: str | None = None) -> httpx.AsyncClient:
    """Somebody with this role in the series, in a browser of their own."""
    asked = {"series_id": SERIES, "role": role, "unit_id": unit}
    answer = await service.machine("organiser", "operator").post("/staff/invitations", json=asked, headers=key())
    assert answer.status_code == 201, answer.text
    body = {"token": answer.json()["link"].partition("#")[2], "name": "Lan", "password": PASSWORD}
    client = service.client()
    joined = await client.post("/staff/invitations/accept", json={**body, "login": f"{role}.{uuid.uuid4().hex[:8]}"})
    assert joined.status_code == 201, joined.text
    return client


async def officer(service: Front, unit: str) -> httpx.AsyncClient:
    return await member(service, "unit_officer", unit)
