"""What the gateway refuses without asking (rule 8): the part of one kind of requests that its service would refuse anyway.

A refusal by the gateway costs a fifth of one by the service and waits behind nothing. The service writes how large that part
is into a file; the gateway compares it with each request's random id.
"""

from __future__ import annotations

from pathlib import Path

from services.runtime.files import replace_whole
from services.runtime.metrics import METRICS

FILE = "refused-{}"
"""In the public folder, which no path leads to: 16 bits as hex. Where it is missing or empty, everything comes through, but the
gateway complains of a missing one in its log, at each request."""
WHOLE = 1 << 16
SPARE = 0.1
"""So many more come through than may go on, of whom the service refuses the rest: who lets in what it can has turned nobody away
for nothing."""
LEAST = 1 / 256
"""Always comes through, so that the service sees how many there are."""
USUAL = 0.5
"""Weight of the newest in the average of those who would come."""


class Gate:
    """One kind of requests. `kind`: as in `hoithi_shed_total`."""

    def __init__(self, public_dir: Path, kind: str) -> None:
        self._file, self._kind = public_dir / FILE.format(kind), kind
        self._came, self._offered = 0, 0.0
        self._seen: int | None = None
        self.refuses = 0.0
        """The part that the gateway refused when it was last looked at, 0 to 1."""

    def count(self) -> None:
        """One came through."""
        self._came += 1

    def steer(self, may: float, passed: float) -> None:
        """Four times a second: so many a second `may` go on; `passed` seconds since the last time.

        Of several processes whoever changes the file first goes on doing so for all.
        """
        open_, changed = self._read()
        self._offered += USUAL * (self._came / passed / max(open_, LEAST) - self._offered)
        self._came = 0
        if changed == self._seen:
            wanted = max(LEAST, min(1.0, (1 + SPARE) * may / max(self._offered, 1.0)))
            # Also where it stays the same: that it is written tells the others that somebody steers.
            if min(wanted, open_) < 1 or changed is None:
                self._write(wanted)
                open_, changed = self._read()
        self._seen = changed
        self.refuses = 1 - open_
        METRICS.gateway_refuses.labels(self._kind).set(self.refuses)

    def _read(self) -> tuple[float, int | None]:
        """The part that comes through, and when that was written."""
        try:
            return 1 - int(self._file.read_text(), 16) / WHOLE, self._file.stat().st_mtime_ns
        except (OSError, ValueError):
            return 1.0, None

    def _write(self, open_: float) -> None:
        try:
            replace_whole(self._file, f"{round((1 - open_) * WHOLE):04x}".encode())
        except OSError:
            # A full disk must not keep it shut.
            self._file.unlink(missing_ok=True)
