"""What a process is told by its environment: every variable starts with HOITHI_."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One process's settings; a missing or bad one is named at start."""

    model_config = SettingsConfigDict(env_prefix="HOITHI_", extra="ignore", frozen=True)

    service: str
    database_url: str = ""
    kafka: str = "127.0.0.1:9092"
    http_host: str = "127.0.0.1"
    http_port: int = 0
    http_also: str = ""
    """More addresses to listen on with the same port, comma-separated: the gateway counts each class of work by address."""
    secrets_dir: Path = Path("secrets")
    public_dir: Path = Path("public/data")
    origin: str = "http://localhost:8080"
    """The one origin that pages are served from; calls that change something must come from it."""
    rehearsal: bool = False
    """Take the time of requests from a signed header. Loud, and marked for ever in what it writes."""
    instance: str = "1"
    static_member: bool = False
    """This process comes back under the same `instance` when it ends, and never twice at once: a StatefulSet, the local stack.
    Its partitions then wait for it, for as long as a group waits for a silent member, and are its own again at once."""
    log_level: str = "INFO"
    pool_size: int = 24
    drain_seconds: float = 0.0
    """How long requests are still taken after the signal to end, while readiness is off: as long as a gateway
    needs to notice."""
    group_suffix: str = ""
    """Added to consumer group ids; a rebuild reads beside the live group with another one."""

    @property
    def secure_cookies(self) -> bool:
        return self.origin.startswith("https://")
