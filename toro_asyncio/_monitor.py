"""Waiting on asyncio at a condition with a lock: the coroutine shape's own, in two frames less.

With the frame that ``notify`` saves, a ping-pong takes 5 % less time.
"""

from __future__ import annotations

from asyncio import Future, _get_running_loop
from typing import Any, Literal

from toro_core import coroutines
from toro_core._time import Deadline, Span, point_in_time
from toro_core._waiter import EXPIRED, GRANTED, BareWaiter
from toro_core.plain._bound import known_as

from ._alarm import ALARMS
from ._host import FINDS_ITS_LOOP, HOST, no_loop
from ._wake import wake

__all__ = ["AtMonitor"]


class AtMonitor(coroutines.Condition):
    """A Condition that waits in asyncio's own way."""

    __slots__ = ()

    @known_as(coroutines.Condition.wait)
    async def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> Literal[True]:
        machine: Any = self._machine
        if self._lock is None:
            await self._wait(machine, None, deadline, timeout)
            return True
        loop = _get_running_loop()
        if loop is None:
            raise no_loop()
        when = None
        if deadline is not None or timeout is not None:
            when = point_in_time(deadline, timeout, loop.time)
        lock = machine.lock
        if not lock.held:
            self._not_held("wait")
        if when is not None and (late := loop.time() - when) >= 0.0:
            await HOST.surface_cancellation()
            self._timed_out(late)
        if lock.home is not loop or machine.home is not loop:
            self._move(lock, loop)
            self._move(machine, loop)
        waiter = BareWaiter()
        waiter.handle = waiter.request = waiter.value = None
        waiter.deadline = when
        settled = machine.enter(waiter)
        if settled:
            wake(lock, settled)
        entry = None
        try:
            future: Future[None] = Future() if FINDS_ITS_LOOP else Future(loop=loop)
            waiter.handle = future
            if when is not None:
                entry = ALARMS[loop].add(machine, waiter)
            await future
        except BaseException as error:
            wake(lock, machine.leave(waiter))
            await self._come_back(machine, waiter, error)
            raise
        finally:
            if entry is not None:
                alarm, kept = entry
                alarm.discard(kept)
        # It has the lock, for its future is set with nothing else; an expired one's, too.
        if waiter.state is GRANTED:
            machine.collect(waiter)
        elif waiter.state is EXPIRED:
            self._timed_out()
        return True
