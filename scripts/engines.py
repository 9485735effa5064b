"""A contestant's way and the board in Firefox and in WebKit, on a stack of its own: `python scripts/engines.py [ENGINE…]`.

The browsers are Debian's, fetched by apt into `.cache` and unpacked without root. Prints a line for each step; exits with
1 where one failed, with 2 where a browser could not be had. Build the pages first.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from deploy.local.processes import free_port, listens, wait_until  # noqa: E402
from scripts import web  # noqa: E402
from tests.browser.sitting import sit  # noqa: E402
from tests.support import debian  # noqa: E402
from tests.support.site import Site  # noqa: E402

ENGINES = ROOT / "web" / "engines"
# The screen says its number only once it is there. $1: where to write it, $2: the driver's port.
SCREEN = """Xvfb -displayfd 3 -nolisten tcp -screen 0 1024x900x24 3>"$1" 2>/dev/null &
for _ in $(seq 100); do [ -s "$1" ] && break; sleep 0.1; done
DISPLAY=":$(cat "$1")" exec WebKitWebDriver --port="$2"
"""


@contextmanager
def firefox(home: Path) -> Iterator[dict[str, Any]]:
    """How to start it. A home of its own: the browser keeps caches there."""
    folder = debian.unpacked("firefox-esr")
    environment = {**os.environ, "HOME": str(home), "LD_LIBRARY_PATH": debian.libraries(folder)}
    yield {
        "program": str(debian.program(folder, "lib/firefox-esr/firefox-esr")), "environment": environment,
    }  # fmt: skip


@contextmanager
def webkit(home: Path) -> Iterator[dict[str, Any]]:
    """Its driver, on a screen that nobody sees."""
    folder = debian.unpacked("webkit2gtk-driver", "xvfb")
    mini = debian.program(folder, "lib/*/webkit2gtk-*/MiniBrowser")
    # Where the driver finds it.
    seen = Path("/usr") / mini.relative_to(folder / "usr" if mini.is_relative_to(folder) else "/usr")
    command = debian.within(folder)
    port = free_port()
    run = home / "run"
    run.mkdir(mode=0o700)
    environment = {
        **os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(run), "GDK_BACKEND": "x11", "LANG": "C.UTF-8",
        "GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "1", "LIBGL_ALWAYS_SOFTWARE": "1",
    }  # fmt: skip
    with (home / "driver.log").open("w") as log:
        driver = subprocess.Popen(
            [*command, "sh", "-c", SCREEN, "sh", str(home / "screen"), str(port)],
            env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            if not wait_until(lambda: listens(port), 30):
                raise debian.Unavailable(f"WebKitWebDriver did not start: {(home / 'driver.log').read_text()[-2000:]}")
            yield {"driver": f"http://127.0.0.1:{port}", "program": str(seen), "arguments": ["--automation"]}
        finally:
            driver.kill()
            driver.wait()


BROWSERS = {"firefox": firefox, "webkit": webkit}


def walk(site: Site, engine: str) -> bool:
    """Whether every step held."""
    contest = site.contest().id
    outside: dict[str, Callable[[], object]] = {
        # Nothing listens at the origin any more, as on a phone without network.
        "cut": lambda: site.stack.hold("caddy"),
        "mend": lambda: site.stack.release("caddy"),
        "sit": lambda: sit(site, site.person()),
    }
    held = []
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        tempfile.TemporaryDirectory(prefix="hoithi-") as home,
        BROWSERS[engine](Path(home)) as browser,
        web.started("node", "main.ts", folder=ENGINES, **pipes) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        task = {"engine": engine, "origin": site.origin, "contest": contest, "browser": browser}
        print(json.dumps(task), file=process.stdin, flush=True)
        for line in process.stdout:
            told = json.loads(line)
            if asked := told.get("ask"):
                outside[asked]()
                print(file=process.stdin, flush=True)
                continue
            held.append(not told["fault"])
            print(f"{told['step']}: {told['fault'] or 'ok'} ({told['seconds']:.1f} s)", flush=True)
        if process.wait():
            held.append(False)
    return bool(held) and all(held)


def main(names: list[str]) -> int:
    if unknown := sorted(set(names) - set(BROWSERS)):
        print(f"No engine is called {', '.join(unknown)}; there are: {', '.join(BROWSERS)}.")
        return 2
    # The stack must not outlive whoever is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    web.install(ENGINES)
    web.run("npx", "tsc", "--project", "engines")
    held = []
    with tempfile.TemporaryDirectory(prefix="hoithi-") as folder:
        site = Site.start(Path(folder))
        try:
            for name in names or BROWSERS:
                held.append(walk(site, name))
        except debian.Unavailable as lack:
            print(lack)
            return 2
        finally:
            site.stop()
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
