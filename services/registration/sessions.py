"""A session is a cookie that says who somebody is and what they may do (rule 10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar.datastructures import Cookie

from services.registration.domain.eligibility import is_barred, local_day, may_start
from services.registration.domain.series import Series
from services.registration.domain.staffing import SESSION, Grant
from services.registration.repository.contestants import Contestant
from services.registration.repository.entrance import Entered
from services.runtime import Parts
from services.runtime.access import SESSION_COOKIE, STAFF_COOKIE

LASTS = timedelta(days=30)
RENEWED_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Rights:
    """What a session says of a person: whoever reads it needs to ask nobody."""

    contestant_id: UUID
    series_id: str
    category: str | None
    group: str | None
    may_start: bool

    def claims(self) -> dict[str, Any]:
        return {
            "sub": str(self.contestant_id), "series": self.series_id, "category": self.category, "group": self.group,
            "go": self.may_start,
        }  # fmt: skip


def rights(person: Entered | Contestant, series: Series, now: datetime) -> Rights:
    rules = series.rules.registration
    allowed = may_start(person.birth_date, rules, local_day(now, series.rules), person.guardian_consents)
    barred = person.excluded or is_barred(person.withdrawn, series.rules)
    return Rights(person.id, series.id, person.category, person.group_id, allowed and not barred)


def contestant_cookie(parts: Parts, held: Rights, asked_at: datetime, not_before: datetime | None = None) -> Cookie:
    """Dated when it was asked for, in real time: before its rights were read, so that whatever takes them away after
    that ends it. `not_before`: what is issued before it is refused everywhere, so this one is not dated before it."""
    issued = max(asked_at, not_before) if not_before else asked_at
    return _cookie(parts, SESSION_COOKIE, parts.tokens.sign("session", held.claims(), LASTS, issued), LASTS)


def next_second(now: datetime) -> datetime:
    """Tokens are dated in whole seconds: what ends those issued so far must lie after this one."""
    return datetime.fromtimestamp(int(now.timestamp()) + 1, UTC)


def staff_cookie(parts: Parts, member: UUID, grants: tuple[Grant, ...], signed_in: datetime) -> Cookie:
    """`signed_in`: when the password was given, and the code of the authenticator app where a role needs it."""
    claims = {
        "sub": str(member),
        "roles": sorted({grant.role for grant in grants}),
        "grants": [[grant.role, grant.series, grant.unit] for grant in grants],
        "signed_in": int(signed_in.timestamp()),
    }
    return _cookie(parts, STAFF_COOKIE, parts.tokens.sign("staff", claims, SESSION, parts.clock.now()), SESSION)


def ended(parts: Parts, name: str) -> Cookie:
    return _cookie(parts, name, "", timedelta(0))


def _cookie(parts: Parts, name: str, value: str, lasts: timedelta) -> Cookie:
    return Cookie(
        key=name, value=value, path="/", max_age=int(lasts.total_seconds()), httponly=True, samesite="lax",
        secure=parts.settings.secure_cookies,
    )  # fmt: skip
