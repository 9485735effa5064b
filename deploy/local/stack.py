"""The whole stack on one machine: what runs, in which order it starts and stops, and who watches it.

`Stack` is used by the command line and by the tests alike. It starts Kafka and PostgreSQL, topics and migrations, the
four services and the board's writer as processes, and Caddy; it restarts a process that ended, because a service ends
itself when it must not go on.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.local import ending, secrets, topics
from deploy.local.caddy import Caddy
from deploy.local.kafka import Kafka
from deploy.local.layout import Layout
from deploy.local.migrations import migrate
from deploy.local.paths import ROOT
from deploy.local.plain import PLAIN
from deploy.local.postgres import SERVICES, Postgres
from deploy.local.processes import (
    STARTS_WITHIN,
    CannotStart,
    alive,
    claim,
    end,
    free_port,
    listens,
    spawn,
    tail,
    wait_until,
)
from deploy.local.routes import addresses
from deploy.local.state import Claim, clear_leftovers, forget_state, read_state, write_state

__all__ = ["Layout", "Say", "Stack", "read_state"]

MIN_FREE = 1 << 30
Say = Callable[[str], None]


class Stack:
    """Start, watch, hurt and stop the processes of one layout. `pids` is what runs now, by name."""

    def __init__(self, layout: Layout, say: Say = lambda _: None) -> None:
        self.layout, self._say = layout, say
        self.pids: dict[str, int] = {}
        self.ports: dict[str, int] = {}
        self._claim = Claim(layout.folder)
        self._restarts: dict[str, int] = {}
        self._is_ready = False
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        self._lock = threading.RLock()
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._restarting: dict[str, threading.Thread] = {}
        self._held: set[str] = set()
        self._ended: dict[str, float] = {}

    # ---- the whole -------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Everything, ready to serve. On any failure what was started is stopped again. Raises CannotStart."""
        self._check_room()
        self._claim.take()
        try:
            self._check_kind()
            left = clear_leftovers(self.layout.folder)
            if left:
                self._say(f"the last run did not end in order; ended what it left: {', '.join(left)}")
            self._choose_ports()
            self._start_stores()
            self._start_services()
            self._start_one("caddy")
        except BaseException:
            self.stop()
            raise
        self._is_ready = True
        self._note()
        self._watcher = threading.Thread(target=self._watch, daemon=True, name="watcher")
        self._watcher.start()

    def stop(self) -> None:
        """In reverse order; drains; leaves no process behind. Nothing where it did not start: the folder is another's."""
        if not self._claim.taken:
            return
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        self._is_ready = False
        with self._lock:
            services = [name for name in self.pids if name not in ("caddy", "kafka", "postgres")]
            for names in (["caddy"], services, ["kafka"], ["postgres"]):
                self._end_all([name for name in names if name in self.pids])
        forget_state(self.layout.folder)
        self._claim.drop()

    def _note(self) -> None:
        """Tells other processes what runs, so that they can ask it, and end it should this one be killed."""
        layout = self.layout
        state = {
            "ready": self._is_ready, "port": layout.port, "origin": layout.origin, "rehearsal": layout.rehearsal,
            "pids": self.pids, "ports": self.ports, "replicas": dict(layout.replicas), "restarts": self._restarts,
        }  # fmt: skip
        with self._lock:
            write_state(layout.folder, state)

    # ---- one process -----------------------------------------------------------------------------------------

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> int:
        """Sends a signal to a process; the watcher starts it again if it ended. Its pid."""
        pid = self.pids[name]
        if name == "postgres" and how == signal.SIGKILL:
            how = signal.SIGQUIT  # immediate stop: what a crash leaves, without orphaned children
        os.kill(pid, how)
        return pid

    def hold(self, name: str) -> None:
        """Ends a process and keeps it down until `release`."""
        self._held.add(name)
        end(self.pids[name], signal.SIGINT if name == "postgres" else signal.SIGTERM)

    def release(self, name: str) -> None:
        self._held.discard(name)
        self._restart(name)

    def ready(self, name: str) -> bool:
        return self.http(name, "/health/ready")[0] == 200

    def http(
        self, name: str, path: str, headers: Mapping[str, str] | None = None, method: str = "GET"
    ) -> tuple[int, bytes]:
        """(status, body) from a service process itself, past the gateway; (0, …) when it does not answer."""
        import httpx

        try:
            response = httpx.request(
                method, f"http://127.0.0.1:{self.ports[name]}{path}", headers=headers, timeout=30, **PLAIN
            )
        except httpx.HTTPError as error:
            return 0, repr(error).encode()
        return response.status_code, response.content

    def log(self, name: str) -> Path:
        return self.layout.log(name)

    def tree(self) -> dict[str, list[int]]:
        """Every process by name with its children (PostgreSQL's backends): for CPU accounts."""
        import psutil

        found: dict[str, list[int]] = {}
        for name, pid in self.pids.items():
            with contextlib.suppress(psutil.NoSuchProcess):
                found[name] = [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
        return found

    # ---- inside ----------------------------------------------------------------------------------------------

    @property
    def kafka(self) -> Kafka:
        folder = self.layout.folder
        return Kafka(
            folder / "kafka",
            self.ports["kafka"],
            self.ports["controller"],
            self.log("kafka"),
            self.layout.flush and not self.layout.rehearsal,
        )

    @property
    def postgres(self) -> Postgres:
        return Postgres(self.layout.folder / "postgres", self.ports["postgres"], self.log("postgres"))

    @property
    def secrets_dir(self) -> Path:
        return self.layout.folder / "secrets"

    def _check_room(self) -> None:
        self.layout.folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.layout.folder).free
        if free < MIN_FREE:
            raise CannotStart(
                f"Only {free >> 20} MB are free at {self.layout.folder}; 1 GB is needed. Make room and start again."
            )

    def _check_kind(self) -> None:
        """Rehearsed and real facts never share a folder: what a rehearsal wrote is marked for ever."""
        made = (self.secrets_dir / "trusted.json").exists()
        if made and (self.secrets_dir / "rehearsal.key").exists() != self.layout.rehearsal:
            was = "a real contest" if self.layout.rehearsal else "a rehearsal"
            raise CannotStart(
                f"{self.layout.folder} holds the data of {was}; use the other kind of stack, or forget it with `hoithi down --wipe`."
            )

    def _choose_ports(self) -> None:
        """The public port is asked for; the inner ones stay what they were, so that Kafka finds its own data."""
        if listens(self.layout.port):
            raise CannotStart(f"Port {self.layout.port} is taken by another program; choose one with --port.")
        kept = self.layout.folder / "ports.json"
        ports: dict[str, int] = json.loads(kept.read_text()) if kept.exists() else {}
        names = ["kafka", "controller", "postgres", *self.layout.names()]
        # All that are kept first, so that none of them is drawn for another. PostgreSQL's only names its socket.
        usable = {
            name
            for name in names
            if name in ports and claim(ports[name]) and (name == "postgres" or not listens(ports[name]))
        }
        ports |= {name: free_port() for name in names if name not in usable}
        kept.write_text(json.dumps(ports))
        self.ports = ports

    def _start_stores(self) -> None:
        secrets.make(self.secrets_dir, rehearsal=self.layout.rehearsal)
        self._start_one("kafka")
        self._start_one("postgres")
        self._say("topics and migrations")
        ending.run(topics.create(self.kafka.address))
        for service in SERVICES:
            migrate(self.postgres, service)

    def _start_services(self) -> None:
        for name in self.layout.names():
            self._start_one(name)
        for name in self.layout.names():
            self._wait_ready(name)

    def _wait_ready(self, name: str) -> None:
        wait_until(lambda: self.ready(name) or not alive(self.pids[name]), STARTS_WITHIN)
        if not self.ready(name):
            raise CannotStart(f"{name} did not get ready. Its log ends with:\n{tail(self.log(name))}")

    def _start_one(self, name: str) -> None:
        self._say(f"starting {name}")
        if name == "kafka":
            self.pids[name] = self.kafka.start()
        elif name == "postgres":
            self.pids[name] = self.postgres.start()
        elif name == "caddy":
            self.pids[name] = self._caddy().start()
        else:
            self.pids[name] = self._start_service(name)
        self._note()

    def _start_service(self, name: str) -> int:
        service, _, number = name.partition("-")
        module = "services.stats.board" if service == "board" else f"services.{service}"
        return spawn(
            [sys.executable, "-m", module], self.log(name), env=self._env(service, number, self.ports[name])
        ).pid

    def _env(self, service: str, number: str, port: int) -> dict[str, str]:
        database = "" if service == "board" else self.postgres.url(service)
        return {
            "HOITHI_DATABASE_URL": database, "HOITHI_KAFKA": self.kafka.address, "HOITHI_HTTP_PORT": str(port),
            "HOITHI_HTTP_ALSO": ",".join(addresses(service)), "HOITHI_SECRETS_DIR": str(self.secrets_dir),
            "HOITHI_PUBLIC_DIR": str(self.layout.public_dir), "HOITHI_ORIGIN": self.layout.origin, "HOITHI_INSTANCE": number,
            "HOITHI_STATIC_MEMBER": "1",
            "HOITHI_REHEARSAL": "1" if self.layout.rehearsal else "0", "HOITHI_LOG_LEVEL": self.layout.log_level,
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip

    def _caddy(self) -> Caddy:
        ports = {
            service: [self.ports[n] for n in self.layout.names() if n.startswith(f"{service}-")] for service in SERVICES
        }
        layout, folder = self.layout, self.layout.folder
        return Caddy(
            folder / "caddy", layout.port, layout.public_dir, dict(ports), self.log("caddy"), layout.rehearsal, layout.pages
        )  # fmt: skip

    def _end_all(self, names: list[str]) -> None:
        threads = [threading.Thread(target=self._end_one, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _end_one(self, name: str) -> None:
        end(self.pids[name], signal.SIGINT if name == "postgres" else signal.SIGTERM, patience=30)
        self.pids.pop(name, None)

    def _watch(self) -> None:
        while not self._stopping.wait(0.3):
            for name in list(self.pids):
                if name not in self._held and not alive(self.pids[name]):
                    with contextlib.suppress(ChildProcessError):
                        os.waitpid(self.pids[name], os.WNOHANG)
                    self._restart_beside(name)
        for thread in list(self._restarting.values()):
            thread.join()

    def _restart_beside(self, name: str) -> None:
        """Nobody waits for another to come back: Kafka takes many times as long as a service."""
        running = self._restarting.get(name)
        if running is None or not running.is_alive():
            self._restarting[name] = threading.Thread(
                target=self._restart, args=(name,), daemon=True, name=f"start {name}"
            )
            self._restarting[name].start()

    def _restart(self, name: str) -> None:
        """A process that keeps ending is started at most every two seconds."""
        with self._locks[name]:
            if name in self._held or alive(self.pids[name]):
                return  # `release` or the watcher was faster: a second one would meet the first one's port and data
            since = time.monotonic() - self._ended.get(name, -10.0)
            if self._stopping.is_set() or self._stopping.wait(max(0.0, 2.0 - since)):
                return
            self._ended[name] = time.monotonic()
            self._restarts[name] = self._restarts.get(name, 0) + 1
            self._say(f"{name} ended; starting it again")
            try:
                self._start_one(name)
            except CannotStart as fault:
                self._say(str(fault))
