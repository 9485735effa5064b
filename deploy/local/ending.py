"""How a command that holds processes ends when it is told to: once, in order, from wherever it stands."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, TypeVar

ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

T = TypeVar("T")

# CPython runs every handler of a signal in the main thread, which has one loop at a time.
_loop: asyncio.AbstractEventLoop | None = None
_told = False


@contextmanager
def orderly() -> Iterator[None]:
    """SIGTERM, and a terminal that is closed, end the block as Ctrl-C does: by a KeyboardInterrupt.

    A second one is ignored: it would leave processes behind. Inside, event loops are run by `run`.
    """
    global _told
    # Under nohup a closed terminal is meant to change nothing.
    ends = [each for each in ENDS if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN]

    def interrupt(_: int, __: FrameType | None) -> None:
        global _told
        for each in ends:
            signal.signal(each, signal.SIG_IGN)
        if _loop is None:
            raise KeyboardInterrupt
        _told = True
        with suppress(RuntimeError):  # just closed; `run` looks
            _loop.call_soon_threadsafe(_interrupted)

    before = {each: signal.signal(each, interrupt) for each in ends}
    try:
        yield
    finally:
        _told = False
        for each, handler in before.items():
            signal.signal(each, handler)


def run(
    work: Coroutine[Any, Any, T], loop_factory: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
) -> T:
    """`asyncio.run` that an orderly end interrupts between two turns of the loop, so that every task meets its `finally`.

    Raised in the midst of the loop's own work, a KeyboardInterrupt can leave a loop that counts as running for ever.
    """
    global _loop
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            _loop = runner.get_loop()
            return runner.run(work)
    finally:
        _loop = None
        if _told:
            raise KeyboardInterrupt


def _interrupted() -> None:
    raise KeyboardInterrupt
