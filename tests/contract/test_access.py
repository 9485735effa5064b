"""Role × endpoint: one table says who may call what, and this walks all of it (rules 10 and 11)."""

from __future__ import annotations

import importlib

import pytest

from deploy.local.paths import ROOT
from services.cli import reference
from services.cli.reference import SERVICES, Endpoint, endpoints
from services.runtime.access import Role

ALL = [endpoint for service in SERVICES for endpoint in endpoints(service)]
NAMES = [f"{endpoint.method} {endpoint.path}" for endpoint in ALL]
MACHINES_AND_STAFF = {Role.UNIT_OFFICER, Role.HELPDESK, Role.ORGANISER, Role.OPERATOR, Role.AUDITOR}
PUBLIC_WRITES = {
    "POST /api/registration/v1/series/{series}/contestants",
    "POST /api/registration/v1/series/{series}/phone-disputes",
    "POST /api/registration/v1/sessions",
    "POST /api/registration/v1/sessions/ticket",
    "POST /api/registration/v1/sessions/pairing",
    "POST /api/registration/v1/pairings/opening",
    "POST /api/registration/v1/slips/opening",
    "DELETE /api/registration/v1/sessions",
    "POST /api/registration/v1/staff/sessions",
    "DELETE /api/registration/v1/staff/sessions",
    "POST /api/registration/v1/staff/invitations/open",
    "POST /api/registration/v1/staff/invitations/accept",
}
"""Everything that somebody without a session may change: entering, disputing a number, signing in and out, taking an
invitation. ("open" changes nothing: it is a POST because a secret never stands in a path or a query.)"""


def test_the_stored_table_is_what_the_handlers_say() -> None:
    stored = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    assert stored == reference.access(), "python -m services.cli.reference"


@pytest.mark.parametrize("endpoint", ALL, ids=NAMES)
def test_before_every_handler_stands_a_guard(endpoint: Endpoint) -> None:
    assert endpoint.guarded
    assert endpoint.roles, "somebody must be let in"


@pytest.mark.parametrize("endpoint", ALL, ids=NAMES)
def test_every_path_is_of_its_own_service_and_version(endpoint: Endpoint) -> None:
    assert endpoint.path.startswith(f"/api/{endpoint.service}/v1/")


def test_who_is_not_signed_in_changes_only_what_is_listed_here() -> None:
    open_ = {f"{e.method} {e.path}" for e in ALL if Role.ANYONE in e.roles and e.method != "GET"}
    assert open_ == PUBLIC_WRITES


def test_papers_are_saved_and_submitted_with_the_credential_of_the_attempt_alone() -> None:
    """Rule 10: a running paper needs neither registration nor a living session."""
    writes = {e.path.rpartition("/")[2]: e.roles for e in ALL if "/attempts/{attempt}/" in e.path and e.method != "GET"}
    assert writes["answers"] == writes["submission"] == {Role.ATTEMPT}
    assert writes["pen"] == {Role.CONTESTANT, Role.ATTEMPT}


def test_audits_are_for_the_auditor_and_republishing_for_the_operator() -> None:
    for service in SERVICES:
        mine = {e.path.rpartition("/")[2]: e.roles for e in ALL if e.service == service}
        assert mine["audit"] == {Role.AUDITOR}
        assert mine.get("republish", {Role.OPERATOR}) == {Role.OPERATOR}


def test_nobody_of_the_staff_answers_papers_and_no_contestant_runs_anything() -> None:
    for endpoint in ALL:
        if endpoint.roles & MACHINES_AND_STAFF:
            assert not endpoint.roles & {Role.CONTESTANT, Role.ATTEMPT, Role.REHEARSAL}, endpoint


def test_rule_6_only_the_watermark_is_for_a_rehearsal() -> None:
    assert [e.path for e in ALL if Role.REHEARSAL in e.roles] == ["/api/quiz/v1/rehearsal/watermark"]


@pytest.mark.parametrize("service", SERVICES)
def test_the_quick_routes_ask_for_the_same_roles_as_the_declared_ones(service: str) -> None:
    fast = getattr(importlib.import_module(f"services.{service}.api"), "fast", ())
    declared = {(e.method, e.path): e.roles for e in endpoints(service)}
    for route in fast:
        assert declared[route.method, route.template] == route.roles
        sample = route.template.replace("{attempt}", "7b0f1a5e-3c44-7d0e-9a6b-0d9f2f6f3a11").replace("{contest}", "c~1")
        assert route.pattern.fullmatch(sample)
        assert not route.pattern.fullmatch(sample + "/")
