"""Every POST that creates takes an Idempotency-Key (rule 9): a lost answer and a second click make nothing twice."""

from __future__ import annotations

import importlib
import inspect
from types import SimpleNamespace

from litestar.routes import HTTPRoute

from services.cli.reference import SERVICES
from services.runtime import http

COOKIE_OR_NOTHING = {
    "registration/v1/sessions",
    "registration/v1/sessions/ticket",
    "registration/v1/sessions/pairing",
    "registration/v1/pairings/opening",
    "registration/v1/slips/opening",
    "registration/v1/staff/sessions",
    "registration/v1/staff/invitations/open",
}
"""A secret never stands in a path, so that reading by one is a POST as well; of a sign-in only a cookie is made."""
ONCE = {
    "registration/v1/staff/invitations/accept",
    "registration/v1/series/{series}/phone-disputes",
    "registration/v1/series/{series}/phone-disputes/{dispute}/decision",
    "registration/v1/confirmations/{request_id}/yes",
    "registration/v1/confirmations/{request_id}/no",
    "quiz/v1/confirmations/{request_id}/yes",
    "quiz/v1/confirmations/{request_id}/no",
    "quiz/v1/attempts/{attempt}/submission",
}
"""The row itself happens once: one dispute waits per number, an invitation and a decision are taken once, a receipt is given."""
SETS = {
    "registration/v1/me/erasure",
    "registration/v1/me/notices/seen",
    "registration/v1/series/{series}/contestants/{contestant}/correction",
    "registration/v1/series/{series}/contestants/{contestant}/erasure",
    "registration/v1/series/{series}/contestants/{contestant}/exclusion",
    "registration/v1/series/{series}/contestants/{contestant}/move",
    "registration/v1/series/{series}/guardian-marks",
    "registration/v1/series/{series}/units/{unit}/merge",
    "registration/v1/staff/{staff_id}/revocation",
    "quiz/v1/attempts/{attempt}/pen",
    "quiz/v1/rehearsal/watermark",
    "registration/v1/republish",
    "quiz/v1/republish",
    "scoring/v1/republish",
}
"""Says how something shall be; where it is so already, a repeat changes nothing."""


def posts() -> dict[str, bool]:
    """Path of each POST below /api/ -> whether its handler takes the key."""
    found = {}
    for service in SERVICES:
        routes = importlib.import_module(f"services.{service}.api").routes
        for route in http.build(service, routes, SimpleNamespace(state={})).routes:  # type: ignore[arg-type]
            if isinstance(route, HTTPRoute) and not route.path.startswith("/unrouted"):
                parts = [part if isinstance(part, str) else f"{{{part.name}}}" for part in route.path_components]
                for handler in route.route_handlers:
                    if "POST" in handler.http_methods:
                        found["/".join(parts[1:])] = "keyed" in inspect.signature(handler.fn).parameters
    return found


def test_rule_9_a_post_without_a_key_is_one_whose_repeat_makes_nothing() -> None:
    without = {path for path, keyed in posts().items() if not keyed}
    assert without == COOKIE_OR_NOTHING | ONCE | SETS


def test_rule_9_registering_starting_and_inviting_take_a_key() -> None:
    keyed = {path for path, takes in posts().items() if takes}
    assert keyed >= {
        "registration/v1/series/{series}/contestants",
        "registration/v1/staff/invitations",
        "registration/v1/series/{series}/roster",
        "quiz/v1/contests/{contest}/attempts",
    }
