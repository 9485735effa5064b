"""HTTP to what runs on this machine."""

from __future__ import annotations

from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import TypedDict


class Plain(TypedDict):
    verify: SSLContext
    trust_env: bool


PLAIN: Plain = {"verify": SSLContext(PROTOCOL_TLS_CLIENT), "trust_env": False}
"""For every httpx call to this machine: past any proxy, and without the system's certificates, which take 25 ms of CPU to
read for each client. It trusts no certificate at all, so an https address fails."""
