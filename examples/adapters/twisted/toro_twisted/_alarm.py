"""One timer per reactor, set for the earliest deadline that anyone there waits for.

A ``callLater`` per wait would do as well, until thousands wait: a ``task.Clock`` sorts its
calls each time it makes one.
"""

from __future__ import annotations

import weakref
from typing import Any

from toro_core import Deadlines, Waiter
from toro_core.machines import Machine

from ._reactor import Reactor, Timer
from ._turn import wake

__all__ = ["alarm_of"]


class Alarm:
    """The deadlines of one reactor.  It has a timer only while somebody waits with one."""

    def __init__(self, reactor: Reactor) -> None:
        self._reactor = weakref.ref(reactor)
        self._deadlines = Deadlines()
        self._timer: Timer | None = None
        self._at = 0.0  # when the timer rings

    def add(self, machine: Machine, waiter: Waiter) -> Any:
        entry = self._deadlines.add(waiter, machine)
        if self._timer is None or entry[0] < self._at:
            self._set()
        return (self, entry)

    def discard(self, entry: Any) -> None:
        self._deadlines.discard(entry)
        if not self._deadlines:
            self._stop()

    def _set(self) -> None:
        self._stop()
        at, reactor = self._deadlines.next_deadline(), self._reactor()
        if at is not None and reactor is not None:
            self._at = at
            self._timer = reactor.callLater(max(0.0, at - reactor.seconds()), self._ring)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer = None
        reactor = self._reactor()
        assert reactor is not None  # it is running this
        for machine, settled in self._deadlines.expire(reactor.seconds()):
            wake(machine, settled)
        self._set()


_alarms: weakref.WeakKeyDictionary[Reactor, Alarm] = weakref.WeakKeyDictionary()


def alarm_of(reactor: Reactor) -> Alarm:
    """The alarm of this reactor, made when first asked for."""
    alarm = _alarms.get(reactor)
    if alarm is None:
        alarm = _alarms[reactor] = Alarm(reactor)
    return alarm
