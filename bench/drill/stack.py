"""A stack that can be hurt: links between services and stores, small disks under the stores, clocks that can be stepped."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bench.drill.clocks import Clocks, library
from bench.drill.disk import NoSmallDisk, SmallDisk
from bench.drill.links import Links
from deploy.local.kafka import Kafka
from deploy.local.layout import Layout
from deploy.local.postgres import SERVICES, Postgres, server_user
from deploy.local.processes import alive, free_port, listens
from deploy.local.stack import Say, Stack

MEGABYTES = {"kafka": 400, "postgres": 1500}
STORES = ("kafka", "postgres")


@dataclass(frozen=True)
class SteppedPostgres(Postgres):
    """PostgreSQL with more in its environment."""

    more: tuple[tuple[str, str], ...] = ()

    def _env(self) -> dict[str, str]:
        return {**super()._env(), **dict(self.more)}


class DrillStack(Stack):
    """`missing` says which kinds of fault this machine cannot make, and why."""

    def __init__(self, layout: Layout, say: Say = lambda _: None) -> None:
        super().__init__(layout, say)
        self.links = Links()
        self.missing: dict[str, str] = {}
        self.disks = self._disks()
        shim = library()
        if shim is None:
            self.missing["clock"] = "libfaketime's wheel does not run here"
        self.clocks = Clocks(layout.folder / "clocks", shim) if shim else None

    def stop(self) -> None:
        super().stop()
        self.links.close()
        for disk in self.disks.values():
            disk.close()
        for service in SERVICES:
            shutil.rmtree(self._link_dir(service), ignore_errors=True)

    # ---- what the services believe ---------------------------------------------------------------------------

    @property
    def kafka(self) -> Kafka:
        return replace(super().kafka, data=self._data("kafka"), advertised=self.ports["kafka-link"])

    @property
    def postgres(self) -> Postgres:
        more = tuple(self.clocks.environment("postgres").items()) if self.clocks else ()
        return SteppedPostgres(self._data("postgres"), self.ports["postgres"], self.log("postgres"), more=more)

    def _choose_ports(self) -> None:
        super()._choose_ports()
        self.ports["kafka-link"] = free_port()
        self.links.to_port("kafka", self.ports["kafka-link"], self.ports["kafka"])
        name = f".s.PGSQL.{self.ports['postgres']}"
        for service in SERVICES:
            self.links.to_socket(service, self._link_dir(service) / name, self.postgres.socket_dir / name)

    def _env(self, service: str, number: str, port: int) -> dict[str, str]:
        found = super()._env(service, number, port)
        if service in SERVICES:
            found["HOITHI_DATABASE_URL"] = found["HOITHI_DATABASE_URL"].replace(
                str(self.postgres.socket_dir), str(self._link_dir(service))
            )
        found["HOITHI_KAFKA"] = f"127.0.0.1:{self.ports['kafka-link']}"
        return {**found, **(self.clocks.environment(f"{service}-{number}") if self.clocks else {})}

    # ---- hurting ---------------------------------------------------------------------------------------------

    def freeze(self, name: str, seconds: float) -> None:
        """The process and its children: a server that is stopped does nothing at all.

        The same ones go on afterwards, even if the process was killed meanwhile: its stopped orphans would never end.
        """
        pids = self.tree().get(name, [])
        _send(pids, signal.SIGSTOP)
        time.sleep(seconds)
        _send(pids, signal.SIGCONT)

    def leader(self, service: str, lease: str) -> str | None:
        """The service's process that holds the lease, as its metrics say; None while nobody says so."""
        for name in (each for each in self.layout.names() if each.startswith(service)):
            status, body = self.ask(name, "/metrics")
            if status == 200 and f'hoithi_leader{{lease="{lease}"}} 1.0'.encode() in body:
                return name
        return None

    # ---- looking ---------------------------------------------------------------------------------------------

    def ask(self, name: str, path: str) -> tuple[int, bytes]:
        """(status, body); (0, b"") when it does not answer within a second."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=1)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def unwell(self) -> list[str]:
        """Who does not answer that it is ready. Each service asks PostgreSQL for that."""
        checks: dict[str, Callable[[], bool]] = {name: self._is_ready_to_serve(name) for name in self.layout.names()}
        checks |= {"kafka": self.kafka.ready, "caddy": lambda: listens(self.layout.port)}
        return [name for name, well in checks.items() if not alive(self.pids.get(name, 0)) or not well()]

    def _is_ready_to_serve(self, name: str) -> Callable[[], bool]:
        return lambda: self.ask(name, "/health/ready")[0] == 200

    # ---- inside ----------------------------------------------------------------------------------------------

    def _disks(self) -> dict[str, SmallDisk]:
        try:
            return {
                "kafka": SmallDisk.make(MEGABYTES["kafka"]),
                "postgres": SmallDisk.make(MEGABYTES["postgres"], server_user()),
            }
        except NoSmallDisk as fault:
            self.missing["disk"] = str(fault)
            return {}

    def _data(self, store: str) -> Path:
        disk = self.disks.get(store)
        return disk.path / "data" if disk else self.layout.folder / store

    def _link_dir(self, service: str) -> Path:
        return Path("/tmp") / f"{self.postgres.socket_dir.name}-{service}"


def _send(pids: list[int], what: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, what)
