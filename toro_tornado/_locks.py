"""Lock, Semaphore, BoundedSemaphore and RWLock for Tornado."""

from __future__ import annotations

import asyncio
from typing import Any

from tornado.ioloop import IOLoop

from toro_core import Waiter, coroutines, plain
from toro_core._guard import Guard, ReadGuard, WriteGuard
from toro_core._time import Deadline, Span
from toro_core.machines import READ, WATCH, WRITE

from ._primitive import Primitive

__all__ = ["BoundedSemaphore", "Lock", "RWLock", "Semaphore"]


class Lock(Primitive, plain.Lock):
    __slots__ = ("_io_loop",)
    __doc__ = coroutines.Lock.__doc__
    _holds = (None,)

    def __init__(self, io_loop: IOLoop | None = None, *, name: str | None = None) -> None:
        super().__init__(name=name)
        self._io_loop = io_loop

    def acquire(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[Guard]:
        """Take the lock, waiting for it if need be; the Future brings a guard.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is.  A free lock is taken even if they have passed; else the Future
        fails with Timeout.  Cancelling it while it waits leaves the line.
        """
        machine = self._machine
        if machine.held:
            return self._wait(machine, None, deadline, timeout)
        future: asyncio.Future[Guard] = self._done(_guard(Guard(), self), deadline, timeout)
        machine.home = future.get_loop()
        machine.held = True
        return future

    def _result_of(self, waiter: Waiter) -> Any:
        return _guard(Guard(), self)

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        self.release()


class Semaphore(Primitive, plain.Semaphore):
    __slots__ = ("_io_loop",)
    __doc__ = coroutines.Semaphore.__doc__
    _holds = (None,)

    def __init__(
        self, value: int = 1, io_loop: IOLoop | None = None, *, name: str | None = None
    ) -> None:
        super().__init__(value, name=name)
        self._io_loop = io_loop

    def acquire(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[Guard]:
        """Take a permit, waiting for one if need be; the Future brings a guard.

        Deadlines are as in ``Lock.acquire``.
        """
        machine = self._machine
        if machine.value <= 0:
            return self._wait(machine, None, deadline, timeout)
        future: asyncio.Future[Guard] = self._done(_guard(Guard(), self), deadline, timeout)
        self._take(machine)
        return future

    def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[None]:
        """Wait until a permit is free, without taking it.

        It yields to all who wait in ``acquire``, so a permit may be gone when the Future is
        looked at.  Deadlines are as in ``Lock.acquire``.
        """
        return self._wait(self._machine, WATCH, deadline, timeout)

    def _result_of(self, waiter: Waiter) -> Any:
        return None if waiter.request is WATCH else _guard(Guard(), self)

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        self.release()


class BoundedSemaphore(Semaphore, plain.BoundedSemaphore):
    __slots__ = ()
    __doc__ = coroutines.BoundedSemaphore.__doc__


class RWLock(Primitive, plain.RWLock):
    __slots__ = ("_io_loop",)
    __doc__ = coroutines.RWLock.__doc__
    _holds = (READ, WRITE)

    def __init__(
        self,
        max_readers: int | None = 1,
        io_loop: IOLoop | None = None,
        *,
        name: str | None = None,
    ) -> None:
        super().__init__(max_readers, name=name)
        self._io_loop = io_loop

    def acquire_read(
        self, deadline: Deadline = None, *, timeout: Span = None
    ) -> asyncio.Future[Guard]:
        """Join the readers, waiting if need be; the Future brings a guard.

        Deadlines are as in ``Lock.acquire``.
        """
        return self._wait(self._machine, READ, deadline, timeout)

    def acquire_write(
        self, deadline: Deadline = None, *, timeout: Span = None
    ) -> asyncio.Future[Guard]:
        """Become the writer, waiting if need be; the Future brings a guard.

        Deadlines are as in ``Lock.acquire``.
        """
        return self._wait(self._machine, WRITE, deadline, timeout)

    def _result_of(self, waiter: Waiter) -> Any:
        return _guard(ReadGuard() if waiter.request is READ else WriteGuard(), self)


def _guard(guard: Guard, primitive: Any) -> Guard:
    guard.of = primitive
    return guard
