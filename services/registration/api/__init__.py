"""Registration over HTTP, under /api/registration/v1."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide

from services.registration.api import consents, entrance, operations, people, series, sessions, staff
from services.registration.desk import desk_of

routes = [
    Router(
        "/api/registration/v1",
        route_handlers=[
            *series.routes, *entrance.routes, *sessions.routes, *consents.routes, *people.routes, *staff.routes, *operations.routes,
        ],
        dependencies={"desk": Provide(desk_of, sync_to_thread=False)},
    )
]  # fmt: skip
