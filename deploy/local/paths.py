"""Where the embedded stack keeps its things: all of it inside the clone."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
STATE = Path(os.environ.get("HOITHI_STATE", ROOT / ".hoithi"))


def cache_env() -> dict[str, str]:
    """Caddy, jgo and others write under HOME unless told otherwise."""
    names = {"XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache"}
    names["XDG_RUNTIME_DIR"] = "run"
    return {variable: str(CACHE / "xdg" / folder) for variable, folder in names.items()}
