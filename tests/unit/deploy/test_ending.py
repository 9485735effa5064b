"""Ctrl-C, a kill and a closed terminal end a command once and in order, also in the midst of an event loop."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from threading import Timer

import pytest
import uvloop

from deploy.local.ending import ENDS, orderly, run
from deploy.local.paths import ROOT

LOOPS = (asyncio.new_event_loop, uvloop.new_event_loop)


@pytest.fixture
def signals() -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in ENDS}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.usefixtures("signals")
@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.name)
def test_ctrl_c_a_kill_and_a_closed_terminal_all_end_in_order_and_once(end: signal.Signals) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    stopped = 0
    with orderly():
        try:
            signal.raise_signal(end)
        except KeyboardInterrupt:
            for again in ENDS:
                signal.raise_signal(again)
            stopped += 1
    assert stopped == 1


@pytest.mark.usefixtures("signals")
def test_under_nohup_a_closed_terminal_ends_nothing() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with orderly():
        signal.raise_signal(signal.SIGHUP)


@pytest.mark.usefixtures("signals")
@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.name)
@pytest.mark.parametrize("loop", LOOPS, ids=("asyncio", "uvloop"))
def test_an_event_loop_is_interrupted_between_two_turns_and_tidies_up(
    loop: Callable[[], asyncio.AbstractEventLoop], end: signal.Signals
) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    went = []

    async def work() -> None:
        try:
            signal.raise_signal(end)
            went.append("on to the next turn")
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0)
            went.append("through what tidies up")

    with orderly(), pytest.raises(KeyboardInterrupt):
        run(work(), loop)
    assert went == ["on to the next turn", "through what tidies up"]


@pytest.mark.usefixtures("signals")
@pytest.mark.parametrize("loop", LOOPS, ids=("asyncio", "uvloop"))
def test_an_event_loop_that_waits_is_interrupted_at_once(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def work() -> None:
        Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()
        await asyncio.sleep(30)

    began = time.monotonic()
    with orderly(), pytest.raises(KeyboardInterrupt):
        run(work(), loop)
    assert time.monotonic() - began < 10


@pytest.mark.usefixtures("signals")
def test_an_event_loop_that_ends_as_it_is_told_to_still_interrupts_what_ran_it() -> None:
    async def work() -> None:
        signal.raise_signal(signal.SIGTERM)

    with orderly(), pytest.raises(KeyboardInterrupt):
        run(work())


WHILE_SET_UP = """
import asyncio, signal, uvloop
from threading import Thread
from deploy.local.ending import orderly, run

ident, sent = Thread.ident, []

def asked(thread):
    if not sent:
        sent.append(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
    return ident.fget(thread)

Thread.ident = property(asked)
try:
    with orderly():
        run(asyncio.sleep(30), uvloop.new_event_loop)
except KeyboardInterrupt:
    print("in order", len(sent))
"""


def test_a_signal_while_the_loop_is_set_up_leaves_none_that_runs_for_ever() -> None:
    """uvloop's first loop of a process asks for the main thread's number before it listens to signals: a handler that runs
    then runs in its midst."""
    ran = subprocess.run(
        [sys.executable, "-c", WHILE_SET_UP], capture_output=True, text=True, check=False, timeout=25, cwd=ROOT
    )
    assert ran.stdout == "in order 1\n", ran.stderr


@pytest.mark.usefixtures("signals")
def test_what_a_loop_answers_and_raises_comes_through() -> None:
    async def answer() -> int:
        return 19

    async def fail() -> None:
        raise ValueError(19)

    with orderly():
        assert run(answer()) == 19
        with pytest.raises(ValueError, match="19"):
            run(fail())
