"""Queues on asyncio: who waits without a deadline waits in ``put`` or ``get`` itself.

By way of the wait that all share, in a coroutine of its own, a put or get that waits takes 5 %
longer.
A timeout is looked at as in ``_locks``.
"""

from __future__ import annotations

from asyncio import _get_running_loop
from typing import TypeVar

from toro_core import coroutines
from toro_core._time import USUAL, Deadline, Span, check_time
from toro_core._waiter import COLLECTED
from toro_core.machines import GET, Put, Shut
from toro_core.plain._bound import known_as

from ._wait import give_up, in_line
from ._wake import wake

__all__ = ["AtQueue"]

T = TypeVar("T")
OPEN = Shut.OPEN


class AtQueue(coroutines.Queue[T]):
    """A Queue that is waited for in asyncio's own way."""

    __slots__ = ()

    @known_as(coroutines.Queue.put)
    async def put(self, item: T, deadline: Deadline = None, *, timeout: Span = None) -> None:
        machine = self._machine
        items = machine.inlet
        if machine.used < machine.limit:
            if deadline is not None or (
                timeout is not None and (type(timeout) not in USUAL or timeout != timeout)
            ):
                check_time(deadline, timeout, self._host.now)
            if items is None:
                self._put_nowait(item)
            else:  # as put_nowait: a frame less
                if (
                    machine.joiners or machine.promised
                ) and _get_running_loop() is not machine.home:
                    self._check_caller(machine)
                items.append(item)
                machine.used += 1
                machine.unfinished += 1
            return
        waiter = in_line(machine, Put(item), deadline, timeout) if machine.shut is OPEN else None
        if waiter is None:
            await self._wait(machine, Put(item), deadline, timeout)
            return
        try:
            await waiter.handle
        except BaseException:
            give_up(machine, waiter)
            raise
        if settled := machine.collect(waiter):
            wake(machine, settled)
        if waiter.state is not COLLECTED:
            self._not_granted(waiter)

    @known_as(coroutines.Queue.get)
    async def get(self, deadline: Deadline = None, *, timeout: Span = None) -> T:
        machine = self._machine
        items = machine.outlet
        item: T
        if items or machine.store.present or machine.store.returned:
            if deadline is not None or (
                timeout is not None and (type(timeout) not in USUAL or timeout != timeout)
            ):
                check_time(deadline, timeout, self._host.now)
            if not items:
                return self._get_nowait()
            # As get_nowait: a frame less.
            if (machine.joiners or machine.promised) and _get_running_loop() is not machine.home:
                self._check_caller(machine)
            machine.used -= 1
            item = items.popleft()
            return item
        waiter = in_line(machine, GET, deadline, timeout) if machine.shut is OPEN else None
        if waiter is None:
            item = await self._wait(machine, GET, deadline, timeout)
            return item
        try:
            await waiter.handle
        except BaseException:
            give_up(machine, waiter)
            raise
        if settled := machine.collect(waiter):
            wake(machine, settled)
        if waiter.state is not COLLECTED:
            self._not_granted(waiter)
        item = waiter.value
        return item
