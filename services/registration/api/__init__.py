"""Registration over HTTP, under /api/registration/v1."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide

from services.registration.api import (
    codes,
    consents,
    corrections,
    details,
    disputes,
    entrance,
    erasure,
    members,
    operations,
    people,
    roster,
    series,
    sessions,
    staff,
)
from services.registration.api.excluding import EXCLUSION
from services.registration.api.inviting import GRANTING
from services.registration.desk import desk_of
from services.runtime.access import Role
from services.runtime.second_api import confirmations

ACTS = {act.action: act for act in (GRANTING, EXCLUSION)}
"""What needs a second person here."""

routes = [
    Router(
        "/api/registration/v1",
        route_handlers=[
            *series.routes,
            *entrance.routes,
            *sessions.routes,
            *consents.routes,
            *disputes.routes,
            *codes.routes,
            *corrections.routes,
            *details.routes,
            *erasure.routes,
            *people.routes,
            *roster.routes,
            *staff.routes,
            *members.routes,
            *operations.routes,
            *confirmations("", (Role.ORGANISER, Role.UNIT_OFFICER), ACTS),
        ],
        dependencies={"desk": Provide(desk_of, sync_to_thread=False)},
    )
]
fast = sessions.fast
