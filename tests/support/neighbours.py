"""Beside the contest of `walk` another one, and staff who have nothing to do with it: ids that must open nothing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pyotp

from services.runtime.access import Role
from services.runtime.tokens import Tokens
from tests.support.papers import bank
from tests.support.registration import UNITS, form, key
from tests.support.running import Running, _ok, _until, rules_of

UNIT, OTHER_UNIT = "T-THADS", "H-VY"
FOREIGN = {
    "series", "contest", "contestant", "attempt", "unit", "staff_id", "invitation", "request_id", "dispute", "slip",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """What a caller of one role asks for: ids in the path, and why they are not the caller's."""

    name: str
    role: Role
    headers: dict[str, str]
    ids: dict[str, str]


@dataclass
class Neighbours:
    """`other`: ids of another contest and of what is in it; `same`: another person and unit of the walk's own one."""

    walk: Running
    other: dict[str, str]
    same: dict[str, str]

    def secrets(self) -> list[str]:
        """What no answer to a stranger may hold."""
        return [ids[name] for ids in (self.other, self.same) for name in ("contestant", "attempt", "number", "slip")]

    def cases(self) -> list[Case]:
        own = self.walk.ids
        here = {**self.other, "series": own["series"], "contest": own["contest"], "unit": own["unit"]}
        found = []
        for role in (Role.ORGANISER, Role.HELPDESK, Role.OPERATOR, Role.AUDITOR, Role.UNIT_OFFICER):
            headers = self.staff(role)
            found.append(Case("another contest", role, headers, {**own, **self.other}))
            found.append(Case("what belongs to another contest, by way of the own one", role, headers, {**own, **here}))
        found.append(Case("another unit", Role.UNIT_OFFICER, self.staff(Role.UNIT_OFFICER), {**own, **self.same}))
        for role in (Role.CONTESTANT, Role.ATTEMPT):
            headers = self.walk.headers[role]
            found.append(Case("another person", role, headers, {**own, **self.same}))
            found.append(Case("another person of another contest", role, headers, {**own, **self.other}))
        return found

    def staff(self, role: Role) -> dict[str, str]:
        """Headers of somebody with this role in the walk's series; an officer for UNIT."""
        unit = UNIT if role is Role.UNIT_OFFICER else None
        tokens = Tokens.load(self.walk.stores.folder / "secrets", "registration")
        claims = {
            "sub": str(uuid.uuid4()), "roles": [role.value], "grants": [[role.value, self.walk.ids["series"], unit]],
            "signed_in": int(datetime.now(UTC).timestamp()),
        }  # fmt: skip
        return {"authorization": f"Bearer {tokens.sign('staff', claims, timedelta(hours=1), datetime.now(UTC))}"}


async def neighbours(walk: Running) -> Neighbours:
    other = f"next-{uuid.uuid4().hex[:6]}"
    organiser = walk.headers[Role.ORGANISER]
    async with walk.client("quiz") as quiz, walk.client("registration") as registration:
        body = msgspec.json.encode({"rules": rules_of(other), "bank": bank()})
        json = {"content-type": "application/json"}
        _ok(await quiz.put(f"/api/quiz/v1/contests/{other}", content=body, headers=organiser | json))
        await _until(walk, "registration", f"/api/registration/v1/series/{other}", {}, 200)
        series = f"/api/registration/v1/series/{other}"
        _ok(await registration.put(f"{series}/units", json={"units": UNITS}, headers=organiser))
        ids = {"series": other, "contest": other, "unit": OTHER_UNIT, **await _person(registration, quiz, other)}
        ids |= await _staffed(registration, organiser, other)
        same = await _person(registration, quiz, walk.ids["series"])
        ids["slip"], same["slip"] = [await _slip(registration, organiser, at) for at in (other, walk.ids["series"])]
    return Neighbours(walk, ids, {**same, "unit": OTHER_UNIT})


async def _person(registration: httpx.AsyncClient, quiz: httpx.AsyncClient, series: str) -> dict[str, str]:
    """Somebody under OTHER_UNIT with an open paper."""
    path = f"/api/registration/v1/series/{series}/contestants"
    entered = _ok(await registration.post(path, json=form(unit_id=OTHER_UNIT), headers=key()))
    session = {"authorization": f"Bearer {entered.cookies['hoithi_session']}"}
    registration.cookies.clear()
    started = _ok(await quiz.post(f"/api/quiz/v1/contests/{series}/attempts", headers=session | key()))
    told = entered.json()
    return {"contestant": told["contestant_id"], "number": told["number"], "attempt": started.json()["id"]}


async def _slip(registration: httpx.AsyncClient, organiser: dict[str, str], series: str) -> str:
    """An invitation under OTHER_UNIT that nobody has taken."""
    body = {"unit_id": OTHER_UNIT, "people": [{"name": "Lê Thị Mời"}]}
    path = f"/api/registration/v1/series/{series}/roster"
    made = _ok(await registration.post(path, json=body, headers=organiser | key()))
    return str(made.json()["slips"][0]["slip_id"])


async def _staffed(registration: httpx.AsyncClient, organiser: dict[str, str], series: str) -> dict[str, str]:
    """An organiser of the series, and an invitation by them that waits for a second person."""
    base, asked = "/api/registration/v1/staff", {"series_id": series, "role": "organiser"}
    first = _ok(await registration.post(f"{base}/invitations", json=asked, headers=organiser | key())).json()
    token = first["link"].partition("#")[2]
    opened = _ok(await registration.post(f"{base}/invitations/open", json={"token": token})).json()
    taken = {"token": token, "login": f"boss.{series}", "password": "một mật khẩu đủ dài"}
    taken["totp"] = _code(opened["second_factor"]["secret"])
    me: dict[str, Any] = _ok(await registration.post(f"{base}/invitations/accept", json=taken)).json()
    registration.cookies.clear()
    second = _ok(await registration.post(f"{base}/invitations", json=asked, headers=organiser | key())).json()
    return {
        "staff_id": me["staff_id"], "invitation": second["invitation_id"], "request_id": second["confirmation"]["id"],
        "dispute": str(uuid.uuid4()),
    }  # fmt: skip


def _code(secret: str) -> str:
    return pyotp.TOTP(secret).now()
