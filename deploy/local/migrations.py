"""Plain SQL migrations by dbmate: the runtime's tables and the service's own, in each service's database; and the audit
log, which the superuser then takes out of the service's hands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from deploy.local.paths import ROOT
from deploy.local.postgres import Postgres
from deploy.local.processes import CannotStart

GUARD = ROOT / "deploy" / "postgres" / "audit.sql"


def migrate(server: Postgres, service: str, database: str | None = None) -> str:
    """Applies what is missing, and guards the audit log; what dbmate said. Raises CannotStart with its error."""
    said = _apply(server.dbmate_url(service, database), service)
    server.sql(GUARD.read_text(), database or service)
    return said


def _apply(url: str, service: str) -> str:
    folders = [ROOT / "services" / "runtime" / "migrations", ROOT / "services" / service / "migrations"]
    argv = [
        str(Path(sys.executable).parent / "dbmate"),
        "--url",
        url,
        "--no-dump-schema",
        "--migrations-table",
        "public.schema_migrations",
    ]
    for folder in folders:
        argv += ["--migrations-dir", str(folder)]
    result = subprocess.run([*argv, "migrate"], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise CannotStart(f"The database of {service} could not be migrated: {(result.stdout + result.stderr).strip()}")
    return result.stdout
