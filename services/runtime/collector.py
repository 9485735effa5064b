"""How often Python walks everything in memory to find what is only held by itself."""

from __future__ import annotations

import gc


def collect_seldom() -> None:
    """Call it once a process holds what it holds for good.

    Nearly all that a request makes dies with its last reference. By default Python walks what is young every 700 objects, and
    all of it now and then: that was a fifth of what a start and a submission cost, and the longest pauses.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
