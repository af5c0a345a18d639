"""One timer per loop, set for the earliest deadline that anyone there waits for."""

from __future__ import annotations

import asyncio
import contextvars
import weakref
from collections.abc import Callable
from typing import Any

from toro_core import Deadlines, Waiter
from toro_core.machines import Machine, Settled

from ._wake import wake

__all__ = ["ALARMS", "Alarms"]

Wake = Callable[[Machine, Settled], None]

_A_DAY = 86400.0
_A_MOMENT = 0.001


class Alarm:
    """The deadlines of one loop.  It has a timer only while somebody waits with one."""

    __slots__ = ("_at", "_context", "_deadlines", "_loop", "_timer", "_wake")

    def __init__(self, loop: asyncio.AbstractEventLoop, wake: Wake) -> None:
        self._loop = weakref.ref(loop)
        self._wake = wake
        self._deadlines = Deadlines()
        self._timer: asyncio.TimerHandle | None = None
        self._at: float  # when the timer rings
        # An empty one: that of whoever makes the timer would be kept for as long as anybody waits.
        self._context = contextvars.Context()

    def add(self, machine: Machine, waiter: Waiter) -> Any:
        entry = self._deadlines.add(waiter, machine)
        if self._timer is None or entry[0] < self._at:
            try:
                self._set()
            except BaseException:  # the loop is closed
                self._deadlines.discard(entry)
                raise
        return (self, entry)

    def discard(self, entry: Any) -> None:
        self._deadlines.discard(entry)
        if self._timer is not None and not self._deadlines.heap:
            self._timer.cancel()
            self._timer = None

    def _set(self, earliest: float = 0.0) -> None:
        timer = None
        at = self._deadlines.next_deadline()
        if at is not None:
            loop = self._loop()
            assert loop is not None  # it is running this
            # No loop need understand a timer a century away: this one rings early and is
            # set again.
            at = min(max(at, earliest), loop.time() + _A_DAY)
            timer = loop.call_at(at, self._ring, context=self._context)
            self._at = at
        if self._timer is not None:
            self._timer.cancel()
        self._timer = timer

    def _ring(self) -> None:
        self._timer = None
        loop = self._loop()
        assert loop is not None  # it is running this
        now = loop.time()
        for machine, settled in self._deadlines.expire(now):
            self._wake(machine, settled)
        # uvloop rounds to milliseconds, down too; what is left of one it would round to nothing,
        # and ring again in every pass until it is over.
        self._set(now + _A_MOMENT if now < self._at else 0.0)


class Alarms:
    """The alarm of each loop, made when first asked for."""

    def __init__(self, wake: Wake) -> None:
        self._wake = wake
        # By id, which is free again only after the reference has removed the alarm: 0.4 us less
        # for each wait than a WeakKeyDictionary.
        self._of: dict[int, tuple[weakref.ref[asyncio.AbstractEventLoop], Alarm]] = {}

    def __getitem__(self, loop: asyncio.AbstractEventLoop) -> Alarm:
        known = self._of.get(id(loop))
        return self._make(loop) if known is None else known[1]

    def _make(self, loop: asyncio.AbstractEventLoop) -> Alarm:
        # A timer that a closed loop left behind would keep that loop alive.
        for key, (reference, _alarm) in list(self._of.items()):
            closed = reference()
            if closed is None or closed.is_closed():
                self._of.pop(key, None)  # it may have gone since they were listed, and its alarm
        of, key = self._of, id(loop)
        alarm = Alarm(loop, self._wake)
        of[key] = (weakref.ref(loop, lambda _: of.pop(key, None)), alarm)
        return alarm


ALARMS = Alarms(wake)
