"""Members of staff in front of registration: invited, confirmed by a second person, signed in."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import httpx
import pyotp

from tests.support.registration import SERIES, Front, form, key

PASSWORD = "một mật khẩu đủ dài"


async def member(service: Front, role: str, unit: str | None = None) -> httpx.AsyncClient:
    """Somebody with this role in the series, in a browser of their own."""
    token = await invited(service, service.machine("organiser", "operator"), role=role, unit_id=unit)
    return await joined(service, token, f"{role}.{uuid.uuid4().hex[:8]}")


def second(service: Front, series: str = SERIES) -> httpx.AsyncClient:
    """Another organiser, who is nobody's asker."""
    grants = [["organiser", series, None]]
    claims = {"sub": str(uuid.uuid4()), "roles": ["organiser"], "grants": grants, "totp": True, "signed_in": 0}
    token = service.parts.tokens.sign("staff", claims, timedelta(days=400), service.clock.at)
    return service.client(authorization=f"Bearer {token}")


async def confirmed(by: httpx.AsyncClient, request: dict[str, Any]) -> httpx.Response:
    return await by.post(f"/confirmations/{request['id']}/yes", json={"digest": request["digest"]})


async def invited(service: Front, by: httpx.AsyncClient, **asked: Any) -> str:
    """The token of an invitation that a second person has confirmed, where one must."""
    asked = {"series_id": SERIES, **asked}
    answer = await by.post("/staff/invitations", json=asked, headers=key())
    assert answer.status_code == 201, answer.text
    if (request := answer.json()["confirmation"]) is not None:
        yes = await confirmed(second(service, asked["series_id"] or SERIES), request)
        assert yes.status_code == 200, yes.text
    return str(answer.json()["link"]).partition("#")[2]


def apps(service: Front) -> dict[str, str]:
    """login -> the secret in that person's authenticator app."""
    found: dict[str, str] = service.parts.state.setdefault("apps", {})
    return found


def totp(secret: str, at: datetime) -> str:
    """What an authenticator app shows."""
    return pyotp.TOTP(secret).at(at)


async def accept(
    service: Front, client: httpx.AsyncClient, token: str, login: str, password: str = PASSWORD
) -> httpx.Response:
    """Takes an invitation as a page does: looks what it is for, fills the app, answers."""
    opened = (await client.post("/staff/invitations/open", json={"token": token})).json()
    body = {"token": token, "login": login, "name": "Lan", "password": password}
    if offered := opened.get("second_factor"):
        if login in apps(service):
            service.clock.pass_by(timedelta(seconds=30))  # a code works once
        body["totp"] = totp(apps(service).setdefault(login, offered["secret"]), service.clock.at)
    return await client.post("/staff/invitations/accept", json=body)


async def sign_in(service: Front, login: str, password: str = PASSWORD) -> httpx.AsyncClient:
    """Signed in with password and app, half a minute later: a code works once."""
    service.clock.pass_by(timedelta(seconds=30))
    client = service.client()
    body = {"login": login, "password": password}
    if login in apps(service):
        body["totp"] = totp(apps(service)[login], service.clock.at)
    answer = await client.post("/staff/sessions", json=body)
    assert answer.status_code == 201, answer.text
    return client


async def joined(service: Front, token: str, login: str) -> httpx.AsyncClient:
    """Somebody who took an invitation, signed in."""
    client = service.client()
    answer = await accept(service, client, token, login)
    assert answer.status_code == 201, answer.text
    return client


async def organiser(service: Front, login: str = "organiser") -> httpx.AsyncClient:
    return await joined(service, await invited(service, service.machine("organiser"), role="organiser"), login)


async def officer(service: Front, unit: str, login: str = "") -> httpx.AsyncClient:
    token = await invited(service, service.machine("organiser"), role="unit_officer", unit_id=unit)
    return await joined(service, token, login or f"officer.{unit}.{uuid.uuid4().hex[:4]}")


async def entered(service: Front, unit: str, name: str) -> str:
    """The id of somebody who registered under the unit."""
    body = form(unit_id=unit, name=name)
    answer = await service.client().post(f"/series/{SERIES}/contestants", json=body, headers=key())
    return str(answer.json()["contestant_id"])
