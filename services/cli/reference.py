"""Documents that follow from the code: `python -m services.cli.reference` writes docs/access.md and docs/metrics.md."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from litestar.routes import HTTPRoute

from deploy.local.paths import ROOT
from services.runtime import http
from services.runtime.access import Role
from services.runtime.metrics import METRICS

SERVICES = ("registration", "quiz", "scoring", "stats")
ACCESS = """# Who may call what

Made from the handlers by `python -m services.cli.reference`; a test walks all of it. Somebody without a session gets
401, somebody with another role 403, both as problem documents. `anyone` needs no session. A role opens the door only:
a unit officer sees an own subtree, a contestant and an attempt's credential what is their own.

"""
METRIC = """# Metrics

Every process serves `/metrics` (Prometheus text). Base units; no label holds the id of a person.
Made from the code by `python -m services.cli.reference`.

| metric | kind | labels | meaning |
|---|---|---|---|
"""


class Endpoint(NamedTuple):
    """One method of one path, and who may call it. `guarded` False: nothing stands before the handler."""

    service: str
    method: str
    path: str
    roles: frozenset[Role]
    guarded: bool = True


def endpoints(service: str) -> list[Endpoint]:
    """What a service serves, by path and method; read from its handlers, without starting it."""
    routes = importlib.import_module(f"services.{service}.api").routes
    app = http.build(service, routes, SimpleNamespace(state={}))  # type: ignore[arg-type]
    found = [e for route in app.routes if isinstance(route, HTTPRoute) for e in _of_route(service, route)]
    return sorted(found, key=lambda e: (e.path, e.method))


def _of_route(service: str, route: HTTPRoute) -> Iterator[Endpoint]:
    if route.path.startswith("/unrouted"):
        return
    for handler in route.route_handlers:
        guards = [guard for guard in handler.resolve_guards() if hasattr(guard, "roles")]
        roles = frozenset.intersection(*(guard.roles for guard in guards)) if guards else frozenset()
        for method in handler.http_methods:
            if str(method) != "OPTIONS":
                yield Endpoint(service, str(method), _template(route), roles, bool(guards))


def _template(route: HTTPRoute) -> str:
    parts = [part if isinstance(part, str) else f"{{{part.name}}}" for part in route.path_components]
    return "/" + "/".join(parts)


def access() -> str:
    roles = list(Role)
    text = ACCESS
    for service in SERVICES:
        text += f"## {service}\n\n| | | {' | '.join(role.value for role in roles)} |\n|---|---|{':-:|' * len(roles)}\n"
        for endpoint in endpoints(service):
            marks = " | ".join("✓" if role in endpoint.roles else "" for role in roles)
            text += f"| {endpoint.method} | `{endpoint.path}` | {marks} |\n"
        text += "\n"
    return text.rstrip() + "\n"


def metrics() -> str:
    return METRIC + "".join(_metric(metric) for name, metric in vars(type(METRICS)).items() if not name.startswith("_"))


def _metric(metric: Any) -> str:
    kind = type(metric).__name__.lower()
    name = metric._name + ("_total" if kind == "counter" else "")
    labels = ", ".join(f"`{label}`" for label in metric._labelnames) or "–"
    return f"| `{name}` | {kind} | {labels} | {metric._documentation} |\n"


DOCUMENTS = {"access.md": access, "metrics.md": metrics}


def main(folder: Path = ROOT / "docs") -> int:
    for name, write in DOCUMENTS.items():
        (folder / name).write_text(write(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
