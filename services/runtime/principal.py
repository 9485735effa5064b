"""Who calls, and as what."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec


class Role(StrEnum):
    ANYONE = "anyone"
    CONTESTANT = "contestant"
    ATTEMPT = "attempt"
    UNIT_OFFICER = "unit_officer"
    HELPDESK = "helpdesk"
    ORGANISER = "organiser"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    REHEARSAL = "rehearsal"


GIVEN = frozenset({Role.UNIT_OFFICER, Role.HELPDESK, Role.ORGANISER, Role.OPERATOR, Role.AUDITOR})
"""Roles that somebody gives to staff and machines. The others are what a caller is, and no token can claim them."""


class Principal(msgspec.Struct, frozen=True):
    """Who is calling. `id` is a contestant, staff or attempt id; `claims` what the token says."""

    kind: str
    id: str
    roles: frozenset[Role]
    claims: dict[str, Any]


NOBODY = Principal("anyone", "", frozenset({Role.ANYONE}), {})
