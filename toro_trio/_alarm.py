"""The deadlines of one Trio run: a system task with one deadline that moves."""

from __future__ import annotations

import math
from typing import Any

import trio

from toro_core import Deadlines, Waiter
from toro_core.machines import Machine

from ._wake import wake

__all__ = ["alarm_of_this_run"]


class Alarm:
    """One scope, whose deadline is the earliest that anyone waits for, and never else set.

    A CancelScope per wait would cost two to three times the wait itself.
    """

    __slots__ = ("_deadlines", "_scope")

    def __init__(self) -> None:
        self._deadlines = Deadlines()
        self._scope: trio.CancelScope | None = None

    def add(self, machine: Machine, waiter: Waiter) -> Any:
        entry = self._deadlines.add(waiter, machine)
        if self._scope is None:
            self._scope = trio.CancelScope(deadline=entry[0])
            trio.lowlevel.spawn_system_task(self._mind, name="toro_trio deadlines")
        elif entry[0] < self._scope.deadline:
            self._scope.deadline = entry[0]
        return (self, entry)

    def discard(self, entry: Any) -> None:
        self._deadlines.discard(entry)
        if not self._deadlines and self._scope is not None:
            self._scope.deadline = math.inf

    async def _mind(self) -> None:
        while True:
            assert self._scope is not None
            with self._scope:
                await trio.sleep_forever()
            self._ring()

    def _ring(self) -> None:
        # Not in _mind, whose locals outlive it until the next time.
        for machine, settled in self._deadlines.expire(trio.current_time()):
            wake(machine, settled)
        at = self._deadlines.next_deadline()
        self._scope = trio.CancelScope(deadline=math.inf if at is None else at)


_alarm: trio.lowlevel.RunVar[Alarm] = trio.lowlevel.RunVar("toro_trio._alarm")


def alarm_of_this_run() -> Alarm:
    """The alarm of this run, made when first asked for."""
    try:
        return _alarm.get()
    except LookupError:
        alarm = Alarm()
        _alarm.set(alarm)
        return alarm
