"""Small files that others read while they are written."""

from __future__ import annotations

from pathlib import Path
from secrets import token_hex


def replace_whole(path: Path, content: bytes) -> None:
    """A reader sees what was there or all of the new. Raises OSError, and leaves nothing beside it.

    Of several who write the same file at once, on whatever machines, each writes beside it under a name of its own.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{token_hex(4)}.new")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
