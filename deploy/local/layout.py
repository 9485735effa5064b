"""Which stack is meant: its folder, its public port, how many replicas of each service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.local.paths import ROOT, STATE
from deploy.local.postgres import SERVICES


@dataclass(frozen=True)
class Layout:
    """`flush`: Kafka writes through to the disk at every produce, except in a rehearsal, which can be played again.

    `replicas`: service -> number, 1 unless named. `pages`: what Caddy serves beside the services, as `make web` builds it.
    """

    folder: Path
    port: int
    rehearsal: bool = False
    replicas: Mapping[str, int] = field(default_factory=dict)
    flush: bool = True
    log_level: str = "INFO"
    pages: Path = ROOT / "web" / "dist"

    @classmethod
    def named(cls, name: str, port: int, **more: Any) -> Layout:
        return cls(STATE / name, port, **more)

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def names(self) -> list[str]:
        """Every service process: `quiz-1`, `quiz-2`, …, `board-1`."""
        services = [f"{service}-{n + 1}" for service in SERVICES for n in range(self.replicas.get(service, 1))]
        return [*services, "board-1"]

    @property
    def public_dir(self) -> Path:
        """The public files, in a folder that bears the name under which they are asked for."""
        return self.folder / "public" / "data"

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"
