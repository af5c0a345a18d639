"""A limit in real time on each run: a hang is a failure, with the place where it hung."""

from __future__ import annotations

import contextlib
import faulthandler
import signal
import threading
from collections.abc import Iterator
from types import FrameType

LIMIT = 60.0
"""Seconds.  A run takes milliseconds; this only has to be less than anyone's patience."""


class Hang(AssertionError):
    """The run did not end."""


@contextlib.contextmanager
def watchdog(limit: float = LIMIT) -> Iterator[None]:
    """Raise `Hang` wherever the body of the `with` block is after `limit` seconds."""
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        with _alarm(limit):
            yield
        return
    # Nothing can be raised from outside in another thread: end the process with a traceback.
    faulthandler.dump_traceback_later(limit, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


@contextlib.contextmanager
def _alarm(limit: float) -> Iterator[None]:
    def bark(signum: int, frame: FrameType | None) -> None:
        raise Hang(f"still running after {limit:g} seconds of real time")

    previous = signal.signal(signal.SIGALRM, bark)
    # Repeated, because cleaning up after a hang may hang as well.
    signal.setitimer(signal.ITIMER_REAL, limit, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
