"""Calls the services through the gateway, as the machine that holds the operators' key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from bench.running import bearer
from deploy.local.plain import PLAIN
from services.cli.place import running
from services.cli.terminal import Failure

ROLES = ("operator", "organiser", "auditor")
TIMEOUT = 600.0
"""Seconds; republishing a whole contest or recounting every rollup takes its time."""


class Refused(Failure):
    """A service answered, and said no: `status` is that of HTTP."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class Client:
    """One stack's API. A refusal is raised as a Failure with the words of its problem document."""

    def __init__(self, origin: str, secrets: Path) -> None:
        self._http = httpx.Client(base_url=origin, headers=bearer(secrets, *ROLES), timeout=TIMEOUT, **PLAIN)

    @classmethod
    def of(cls, rehearsal: bool) -> Client:
        """Raises Failure where no stack is up."""
        folder, state = running(rehearsal)
        return cls(state["origin"], folder / "secrets")

    def get(self, path: str) -> Any:
        return self._call("GET", path)

    def find(self, path: str) -> Any | None:
        """None where there is no such thing (404)."""
        try:
            return self.get(path)
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._call("PUT", path, body)

    def post(self, path: str, body: Mapping[str, Any] | None = None, key: str | None = None) -> Any:
        """`key`: the Idempotency-Key; a new one unless given."""
        return self._call("POST", path, body, {"Idempotency-Key": key or str(uuid4())})

    def _call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        try:
            response = self._http.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise Failure(f"{method} {path} got no answer ({error!r}); `hoithi status` shows who is away.") from error
        if response.is_error:
            raise Refused(f"{method} {path}: {response.status_code} {_reason(response)}", response.status_code)
        return response.json() if response.content else None


def _reason(response: httpx.Response) -> str:
    """Title, detail and every fault of a problem document; else the body's beginning."""
    try:
        problem = response.json()
        lines = [f"{problem['title']}. {problem.get('detail', '')}".strip()]
    except (ValueError, KeyError, TypeError):
        return response.text[:500]
    lines += [f"  {fault}" if isinstance(fault, str) else _fault(fault) for fault in problem.get("faults", ())]
    return "\n".join(lines)


def _fault(fault: Mapping[str, Any]) -> str:
    return "  " + "; ".join(str(value) for value in fault.values() if value not in (None, ""))
