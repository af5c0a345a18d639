"""A queue over AnyIO: what need not wait goes straight to the backend's checkpoint.

By way of the wait that all share, a free put and get would take a quarter more.
"""

from __future__ import annotations

from asyncio import _get_running_loop
from typing import TypeVar

from toro_core import coroutines
from toro_core._time import Deadline, Span, check_time
from toro_core.machines import GET, Put
from toro_core.plain._bound import known_as

from ._hold import hold_item, hold_slot
from ._host import ASYNCIO, inside, trio_here, within

__all__ = ["AtQueue"]

T = TypeVar("T")


class AtQueue(coroutines.Queue[T]):
    """A Queue whose ``put`` and ``get`` know both backends."""

    __slots__ = ()

    @known_as(coroutines.Queue.put)
    async def put(self, item: T, deadline: Deadline = None, *, timeout: Span = None) -> None:
        machine = self._machine
        if machine.used >= machine.limit:
            await self._wait(machine, Put(item), deadline, timeout)
        elif (loop := _get_running_loop()) is not None and (within.name is None or inside(loop)):
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, ASYNCIO.now)
            await hold_slot(self, machine, loop, item)
        elif (host := trio_here()) is not None:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, host.now)
            await host.surface_cancellation()
            if (items := machine.inlet) is None:
                self._put_nowait(item)
            else:  # as put_nowait: a frame less
                if machine.joiners:
                    self._check_caller(machine)
                items.append(item)
                machine.used += 1
                machine.unfinished += 1
            await host.checkpoint()
        else:
            await self._wait(machine, Put(item), deadline, timeout)  # says what is missing

    @known_as(coroutines.Queue.get)
    async def get(self, deadline: Deadline = None, *, timeout: Span = None) -> T:
        machine = self._machine
        item: T
        if not (machine.store.present or machine.store.returned):
            item = await self._wait(machine, GET, deadline, timeout)
        elif (loop := _get_running_loop()) is not None and (within.name is None or inside(loop)):
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, ASYNCIO.now)
            item = await hold_item(self, machine, loop)
        elif (host := trio_here()) is not None:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, host.now)
            await host.surface_cancellation()
            if items := machine.outlet:  # as get_nowait: a frame less
                if machine.joiners:
                    self._check_caller(machine)
                machine.used -= 1
                item = items.popleft()
            else:
                item = self._get_nowait()
            await host.checkpoint()
        else:
            item = await self._wait(machine, GET, deadline, timeout)  # says what is missing
        return item
