"""Caddy before the services: one origin, a stamp of the receive time, static pages, and the routes of `routes.py`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.paths import ROOT, cache_env
from deploy.local.processes import CannotStart, began, listens, spawn, tail
from deploy.local.routes import CLASSES, ENCODED, START, RouteClass, loopbacks, usable

# Collecting less often takes a tenth off each request (60 µs under load, measured) for some 20 MB.
GO = {"GOGC": "400"}
AHEAD = 5
"""Steps of nice before those behind it."""
PLACE, GATE = "first-refused", "refused-{}"
"""Files of the public folder that services write for the gateway: the place of whom it refuses, and the part of a class it refuses."""
REFUSAL = (
    '"type":"/problems/overloaded","title":"Many people are here at once; come again in a moment","status":503,'
    '"detail":"The gateway could not pass the request on.","instance":"urn:gateway"'
)


def _program() -> str:
    beside = Path(sys.executable).parent / "caddy"
    found = str(beside) if beside.exists() else shutil.which("caddy")
    if found is None:
        raise CannotStart("Caddy is not installed here; `make setup` brings it.")
    return found


@dataclass(frozen=True)
class Caddy:
    """`public_dir` is called `data`, as the files in it are asked for, and nothing else lies beside it.

    `ports`: service -> HTTP port of each replica. `site`: the built pages, or None.
    """

    folder: Path
    port: int
    public_dir: Path
    ports: dict[str, Sequence[int]]
    log: Path
    rehearsal: bool = False
    site: Path | None = field(default_factory=lambda: ROOT / "web" / "dist")

    def start(self) -> int:
        """The pid, once it listens."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.public_dir.mkdir(parents=True, exist_ok=True)
        # It complains of a missing one at each request, until a service has written it.
        for name in (PLACE, *(GATE.format(each.name) for each in CLASSES if each.gives_way_to is not None)):
            (self.public_dir / name).touch()
        file = self.folder / "Caddyfile"
        file.write_text(self.caddyfile())
        argv = [_program(), "run", "--config", str(file), "--adapter", "caddyfile"]
        # It says no for those behind it: where it waits for a core like them, nobody is told in time.
        process = spawn(argv, self.log, env={**cache_env(), **GO}, ahead=AHEAD)
        if not began(process, lambda: listens(self.port)):
            raise CannotStart(f"Caddy did not start. Its log ends with:\n{tail(self.log)}")
        return process.pid

    def caddyfile(self) -> str:
        routes = "\n".join(self._route(each) for each in CLASSES if each.service in self.ports)
        strip = "" if self.rehearsal else "\t\trequest_header -X-Rehearsal-Time\n"
        return f"""{{
	admin off
	auto_https off
	persist_config off
	default_bind {" ".join(loopbacks())}
	servers {{
		protocols h1
		keepalive_interval 60s
	}}
	log {{
		level WARN
	}}
}}

:{self.port} {{
	# Before everything else, and flat: what is built for each request grows with the routes before and around its own. No prefix
	# is taken off, for rewriting costs more than the two headers.
	# Any portal may read the numbers from its own pages, and a sandboxed widget has no origin of its own.
	@numbers path /data/contests/*/board.json /data/contests/*/totals.json /data/contests.json
	handle @numbers {{
		header {{
			Cache-Control max-age=2
			Access-Control-Allow-Origin *
		}}
		file_server {{
			root {self.public_dir.parent}
			precompressed gzip
		}}
	}}
	@window path /data/contests/*/window.json
	handle @window {{
		header Cache-Control no-cache
		file_server {{
			root {self.public_dir.parent}
		}}
	}}
	@data path /data/*
	handle @data {{
		respond 404
	}}
	handle {{
		request_header X-Received-At {{time.now.unix_ms}}
{strip}		# Outside of `route` Caddy sorts by the length of the path, and `/api/quiz/*` would come before `*/answers`.
		route {{
{routes}
{self._pages()}
		}}
	}}
	handle_errors 502 503 504 {{
		header Content-Type application/problem+json
		header Retry-After 1
		# Who has a place keeps it, also where this refusal comes from here.
		@start {{
			{START}
			not header First-Refused *
		}}
		handle @start {{
			respond {self._refusal("starts")} 503
		}}
		handle {{
			respond {self._refusal("")} 503
		}}
	}}
}}
"""

    def _route(self, each: RouteClass) -> str:
        upstreams = " ".join(f"{usable(each.address)}:{port}" for port in self.ports[each.service])
        sticky = each.sticks_to and len(self.ports[each.service]) > 1
        # A sticky request is tried again where it sticks until that replica counts as down: the third try reaches another.
        policy, fails = (f"header {each.sticks_to}", 2) if sticky else ("round_robin", 5)
        # Where there is no other replica, nothing is won by trying none: under load a few slow connections would count the only one
        # as down, and submissions would be refused for a second.
        passive = f"\t\t\tfail_duration 1s\n\t\t\tmax_fails {fails}\n" if len(self.ports[each.service]) > 1 else ""
        stream = "\t\t\tflush_interval -1\n" if each.name == "streams" else ""
        encode = "\t\tencode zstd gzip\n" if each.name in ENCODED else ""
        passed_on = f"""{encode}		reverse_proxy {upstreams} {{
			lb_policy {policy}
			lb_retries 2
{passive}			unhealthy_request_count {each.at_once}
{stream}			transport http {{
				keepalive 70s
				keepalive_idle_conns_per_host 512
				dial_timeout 2s
				compression off
				versions 1.1
			}}
		}}"""
        return f"""	@{each.name} {{
		{each.matcher}
	}}
	handle @{each.name} {{
{passed_on if each.gives_way_to is None else self._gate(each, each.gives_way_to, passed_on)}
	}}"""

    def _gate(self, each: RouteClass, gives_way_to: Sequence[str], passed_on: str) -> str:
        """Refuses the part that services have written down, by the random id of each request (`services.runtime.gate`)."""
        first = 'ph(req, "http.request.uuid")'
        second = f"{first}.substring(4)"
        below = [*(self._below(name, first, second) for name in reversed(gives_way_to)), self._below(each.name, first)]
        # Portals read them from pages of their own, and are to read also when to come again.
        portals = "\t\t\theader Access-Control-Allow-Origin *\n" if each.name == "boards" else ""
        # A matcher within, because Caddy takes those of one set in any order: files would be read for requests of every kind.
        return f"""		@{each.name}-refused expression `{" || ".join(below)}`
		handle @{each.name}-refused {{
			header Content-Type application/problem+json
			header Retry-After 1
{portals}			respond {self._refusal(each.name)} 503
		}}
		handle {{
{passed_on}
		}}"""

    def _below(self, name: str, *draws: str) -> str:
        """Whether one of the draws falls into the part of a class that is refused. A missing file reads as null: into none."""
        part = f'ph(req, "file.{self.public_dir / GATE.format(name)}")'
        return f"[{part}].exists(part, type(part) == string && ({' || '.join(f'{draw} < part' for draw in draws)}))"

    def _refusal(self, name: str) -> str:
        place = f',"first_refused":"{{file.{self.public_dir}/{PLACE}}}"' if name == "starts" else ""
        return f"`{{{REFUSAL}{place}}}`"

    def _pages(self) -> str:
        if self.site is not None and self.site.exists():
            return f"""	handle {{
		root * {self.site}
		vars public {self.public_dir}
		@hashed path /assets/*
		header @hashed Cache-Control "public, max-age=31536000, immutable"
		header @hashed Access-Control-Allow-Origin *
		@pages not path /assets/*
		header @pages Cache-Control no-cache
		import {self.site}/headers.caddy*
		file_server {{
			precompressed br gzip
		}}
	}}"""
        return """	handle / {
		header Content-Type "text/html; charset=utf-8"
		respond `<!doctype html><html lang="vi"><meta charset="utf-8"><title>hoithi</title><h1>hoithi</h1><p>Các trang chưa được dựng. The pages have not been built.</p><p><a href="/api/quiz/v1/contests">/api/quiz/v1/contests</a></p></html>` 200
	}
	handle {
		respond `Not found` 404
	}"""
