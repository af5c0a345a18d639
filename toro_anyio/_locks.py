"""Locks over AnyIO: what is free is taken, and is a checkpoint, in ``acquire`` itself.

By way of the wait that all share, that would take a sixth more on asyncio, a tenth on Trio.  Who
waits has a frame of it, so a second local would cost each 8 bytes.
"""

from __future__ import annotations

from asyncio import _get_running_loop
from typing import TYPE_CHECKING, Any

from toro_core import coroutines
from toro_core._guard import Guard, ReadGuard, WriteGuard
from toro_core._time import Deadline, Span, check_time
from toro_core.machines import READ, WRITE, Machine
from toro_core.plain._bound import known_as

from . import _host as hosts
from ._hold import Holder, Reader, Writer, hold, hold_lock
from ._host import inside, within

if TYPE_CHECKING:
    from toro_trio._host import TrioHost

__all__ = ["AtLock", "AtRWLock", "AtSemaphore"]


class _OnTrio(coroutines.Primitive):
    """What is free is taken on Trio without an adapter's frame in between."""

    __slots__ = ()

    def _on_trio(self, machine: Machine) -> TrioHost | None:
        """Trio's host, if a task of Trio's runs; *machine* is then bound to its run."""
        host = hosts.met
        if host is not None:  # as below, three frames less
            if (run := host.home()) is None:
                return None
        elif (host := hosts.trio_here()) is None:
            return None
        else:
            run = host.home()
        if machine.home is not run:
            self._move(machine, run)
        return host


class AtLock(_OnTrio, coroutines.Lock):
    """A Lock whose ``acquire`` knows both backends."""

    __slots__ = ()

    @known_as(coroutines.Lock.acquire)
    async def acquire(self, deadline: Deadline = None, *, timeout: Span = None) -> Guard:
        here: Any  # asyncio's loop, or Trio's host
        machine = self._machine
        if machine.held:
            await self._wait(machine, None, deadline, timeout)
        elif (here := _get_running_loop()) is not None and (within.name is None or inside(here)):
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, here.time)
            if machine.home is not here:
                self._move(machine, here)
            await hold_lock(machine)
        elif (here := self._on_trio(machine)) is not None:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, here.now)
            await here.surface_cancellation()
            machine.held = True
            await here.checkpoint()
        else:
            await self._wait(machine, None, deadline, timeout)  # says what is missing
        guard = Guard()
        guard.of = self
        return guard

    @known_as(coroutines.Lock.__aenter__)
    async def __aenter__(self) -> None:
        here: Any  # asyncio's loop, or Trio's host
        machine = self._machine
        if machine.held:
            await self._wait(machine, None, None, None)
        elif (here := _get_running_loop()) is not None and (within.name is None or inside(here)):
            if machine.home is not here:
                self._move(machine, here)
            await hold_lock(machine)
        elif (here := self._on_trio(machine)) is not None:
            await here.surface_cancellation()
            machine.held = True
            await here.checkpoint()
        else:
            await self._wait(machine, None, None, None)  # says what is missing


class AtSemaphore(_OnTrio, coroutines.Semaphore):
    """A Semaphore whose ``acquire`` knows both backends."""

    __slots__ = ()

    @known_as(coroutines.Semaphore.acquire)
    async def acquire(self, deadline: Deadline = None, *, timeout: Span = None) -> Guard:
        here: Any  # asyncio's loop, or Trio's host
        machine = self._machine
        if machine.value <= 0:
            await self._wait(machine, None, deadline, timeout)
        elif (here := _get_running_loop()) is not None and (within.name is None or inside(here)):
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, here.time)
            if machine.home is not here:
                self._move(machine, here)
            machine.value -= 1
            await hold(machine, Holder)
        elif (here := self._on_trio(machine)) is not None:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, here.now)
            await here.surface_cancellation()
            machine.value -= 1
            await here.checkpoint()
        else:
            await self._wait(machine, None, deadline, timeout)  # says what is missing
        guard = Guard()
        guard.of = self
        return guard

    @known_as(coroutines.Semaphore.__aenter__)
    async def __aenter__(self) -> None:
        here: Any  # asyncio's loop, or Trio's host
        machine = self._machine
        if machine.value <= 0:
            await self._wait(machine, None, None, None)
        elif (here := _get_running_loop()) is not None and (within.name is None or inside(here)):
            if machine.home is not here:
                self._move(machine, here)
            machine.value -= 1
            await hold(machine, Holder)
        elif (here := self._on_trio(machine)) is not None:
            await here.surface_cancellation()
            machine.value -= 1
            await here.checkpoint()
        else:
            await self._wait(machine, None, None, None)  # says what is missing


class AtRWLock(_OnTrio, coroutines.RWLock):
    """An RWLock whose ``acquire_read`` and ``acquire_write`` know both backends."""

    __slots__ = ()

    @known_as(coroutines.RWLock.acquire_read)
    async def acquire_read(self, deadline: Deadline = None, *, timeout: Span = None) -> Guard:
        here: Any  # asyncio's loop, or Trio's host
        machine = self._machine
        most = machine.max_readers
        if machine.line or machine.writing or (most is not None and machine.readers >= most):
            await self._wait(machine, READ, deadline, timeout)
        elif (here := _get_running_loop()) is not None and (within.name is None or inside(here)):
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, here.time)
            if machine.home is not here:
                self._move(machine, here)
            machine.readers += 1
            await hold(machine, Reader)
        elif (here := self._on_trio(machine)) is not None:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, here.now)
            await here.surface_cancellation()
            machine.readers += 1
            await here.checkpoint()
        else:
            await self._wait(machine, READ, deadline, timeout)  # says what is missing
        guard = ReadGuard()
        guard.of = self
        return guard

    @known_as(coroutines.RWLock.acquire_write)
    async def acquire_write(self, deadline: Deadline = None, *, timeout: Span = None) -> Guard:
        here: Any  # asyncio's loop, or Trio's host
        machine = self._machine
        if machine.writing or machine.readers:
            await self._wait(machine, WRITE, deadline, timeout)
        elif (here := _get_running_loop()) is not None and (within.name is None or inside(here)):
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, here.time)
            if machine.home is not here:
                self._move(machine, here)
            machine.writing = True
            await hold(machine, Writer)
        elif (here := self._on_trio(machine)) is not None:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, here.now)
            await here.surface_cancellation()
            machine.writing = True
            await here.checkpoint()
        else:
            await self._wait(machine, WRITE, deadline, timeout)  # says what is missing
        guard = WriteGuard()
        guard.of = self
        return guard
