"""schemathesis over each service's own OpenAPI document, as every role that gets in: no 5xx, no answer outside it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode

from deploy.local.plain import PLAIN
from services.cli.reference import SERVICES, endpoints
from services.runtime.access import Role
from tests.support.registration import key
from tests.support.running import Running

BUDGET = 0.35
"""Seconds for one operation, on the average; what is not reached today, another seed reaches another day."""
LEAST = 3
"""Requests to each operation, however long they take on a busy machine."""
ENDLESS = {"/api/stats/v1/contests/{contest}/stream"}
load_all_checks()
WANTED = CHECKS.get_by_names(
    [
        "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
        "response_schema_conformance",
    ]
)  # fmt: skip


@pytest.mark.timeout(240)
@pytest.mark.parametrize("service", SERVICES)
async def test_no_request_breaks_a_service_or_gets_an_answer_that_its_document_does_not_know(
    walk: Running, service: str
) -> None:
    fuzzer = Fuzzer(walk, service)
    await asyncio.to_thread(fuzzer.run)
    assert fuzzer.found == []
    assert fuzzer.asked > 2 * len(endpoints(service)), "it asked too little to mean anything"


class Enough(BaseException):
    """Time is up, or a fault was found: generating more is what takes the time."""


@dataclass
class Fuzzer:
    """Asks one service as every role that gets in, and keeps what should not have been answered."""

    walk: Running
    service: str
    found: list[str] = field(default_factory=list)
    asked: int = 0

    def run(self) -> None:
        document = httpx.get(f"{self.walk.url(self.service)}/api/{self.service}/v1/openapi.json", **PLAIN).json()
        operations = [result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations()]
        roles = {(e.method, e.path): sorted(e.roles) for e in endpoints(self.service)}
        work = [operation for operation in operations if operation.path not in ENDLESS]
        until = time.monotonic() + BUDGET * len(work)
        for n, operation in enumerate(work):
            share = max((until - time.monotonic()) / (len(work) - n), 0.1)
            with contextlib.suppress(Enough):
                self._operation(operation, roles[operation.method.upper(), operation.path], time.monotonic() + share)

    def _operation(self, operation: Any, roles: list[Role], until: float) -> None:
        before = self.asked

        @settings(
            max_examples=60, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(st.one_of(self._ways(operation)), st.sampled_from(roles))
        def one(case: Any, role: Role) -> None:
            self._ask(case, role)
            if time.monotonic() > until and self.asked >= before + LEAST:
                raise Enough

        one()

    def _ways(self, operation: Any) -> list[Any]:
        """Good requests and bad ones, to things that are there and to things that are not."""
        there = {p.name: self.walk.ids[p.name] for p in operation.path_parameters if p.name in self.walk.ids}
        takes = operation.body or operation.query or operation.path_parameters
        return [
            operation.as_strategy(generation_mode=mode, path_parameters=ids)
            for mode in ((GenerationMode.POSITIVE, GenerationMode.NEGATIVE) if takes else (GenerationMode.POSITIVE,))
            for ids in ((there, None) if there else (None,))
        ]

    def _ask(self, case: Any, role: Role) -> None:
        self.asked += 1
        own = {name: value for name, value in (case.headers or {}).items() if name.lower() == "idempotency-key"}
        try:
            case.call_and_validate(
                base_url=self.walk.url(self.service), headers={**self.walk.headers[role], **key(), **own},
                checks=WANTED, timeout=20,
            )  # fmt: skip
        except (Exception, BaseExceptionGroup) as error:
            inner = error.exceptions if isinstance(error, BaseExceptionGroup) else (error,)
            self.found.append(f"{case.operation.label} as {role}: {error} {[str(one) for one in inner]}"[:2000])
            raise Enough from None
