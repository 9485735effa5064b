"""Classes of work, each with a cap of its own on what is in flight (rule 8).

Caddy counts the requests in flight per upstream address, so each class has a loopback address of its own on which the
service also listens. What is over the cap is answered 503 with Retry-After by Caddy itself, before any Python.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class RouteClass:
    """A kind of work: which requests, where the service takes them, how many at once per replica."""

    name: str
    service: str
    matcher: str
    address: str
    at_once: int
    sticks_to: str = ""
    """A header whose value always reaches the same replica while that one lives: what it remembers saves round trips."""
    gives_way_to: tuple[str, ...] | None = None
    """Where there is any: services write down which part of a class they would refuse, and Caddy refuses that itself, at a fifth of
    the cost. Of this class it refuses more than the same part of the classes named here: who reads or registers must not take from
    those who cannot start (rule 8)."""


# Where codes, tickets, slips and passwords are typed. Who floods these keeps nobody from registering.
_SECRETS = " ".join(
    f"/api/registration/v1/{name}" for name in ("sessions", "sessions/*", "pairings/*", "slips/*", "staff/*")
)
START = "method POST\n\t\tpath /api/quiz/v1/contests/*/attempts"
REGISTER = "method POST\n\t\tpath /api/registration/v1/series/*/contestants"

# In the order in which Caddy tries them. Boards give way first, submissions last.
CLASSES = (
    RouteClass("submissions", "quiz", "method POST\n\t\tpath */submission", "127.0.0.3", 2000, "Authorization"),
    RouteClass("saves", "quiz", "method PUT\n\t\tpath */answers", "127.0.0.2", 1000, "Authorization"),
    RouteClass("returning", "quiz", f"{START}\n\t\theader First-Refused *", "127.0.0.5", 200, "Cookie"),
    RouteClass("starts", "quiz", START, "127.0.0.4", 100, gives_way_to=()),
    RouteClass("quiz", "quiz", "path /api/quiz/*", "127.0.0.1", 300),
    RouteClass("sign-ins", "registration", f"method POST\n\t\tpath {_SECRETS}", "127.0.0.3", 256),
    RouteClass("registrations", "registration", REGISTER, "127.0.0.4", 128, gives_way_to=("starts",)),
    RouteClass("changes", "registration", "method POST\n\t\tpath /api/registration/*", "127.0.0.2", 64),
    RouteClass("registration", "registration", "path /api/registration/*", "127.0.0.1", 200),
    RouteClass("scoring", "scoring", "path /api/scoring/*", "127.0.0.1", 200),
    RouteClass("streams", "stats", "path /api/stats/v1/contests/*/stream", "127.0.0.2", 20_000),
    RouteClass(
        "boards",
        "stats",
        "path /api/stats/v1/contests/*",
        "127.0.0.3",
        16,
        gives_way_to=("registrations", "starts"),
    ),
    RouteClass("stats", "stats", "path /api/stats/*", "127.0.0.1", 16),
)

# Classes with answers that a phone on a bad network waits for: these are compressed. The rest is short, or a stream.
ENCODED = frozenset(("returning", "starts", "quiz", "registration", "scoring", "boards", "stats"))


def addresses(service: str) -> list[str]:
    """Where a service must listen so that each class can be counted apart."""
    return sorted({usable(each.address) for each in CLASSES if each.service == service})


@cache
def usable(address: str) -> str:
    """Linux answers on all of 127.0.0.0/8; where a system has 127.0.0.1 alone, the classes share its count."""
    return address if _binds(socket.AF_INET, address) else "127.0.0.1"


def loopbacks() -> list[str]:
    """A stack on one machine is for that machine: what it serves is not shown to its network."""
    return ["127.0.0.1", *(["::1"] if socket.has_ipv6 and _binds(socket.AF_INET6, "::1") else [])]


def _binds(family: socket.AddressFamily, address: str) -> bool:
    with socket.socket(family) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
