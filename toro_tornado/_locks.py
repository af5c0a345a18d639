"""Lock, Semaphore, BoundedSemaphore and RWLock for Tornado."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from tornado.ioloop import IOLoop

from toro_core import coroutines, plain
from toro_core._guard import Guard, ReadGuard, WriteGuard
from toro_core._time import Deadline, Span
from toro_core.machines import READ, WATCH, WRITE
from toro_core.plain._bound import known_as

from ._done import Done, nothing
from ._hold_place import HoldPlace
from ._primitive import Primitive, check_io_loop
from ._wake import HoldWaiter, wake

__all__ = ["BoundedSemaphore", "Lock", "RWLock", "Semaphore"]

Future = asyncio.Future
_running_loop = asyncio._get_running_loop


class Lock(Primitive, plain.Lock):
    __slots__ = ("_io_loop",)
    __doc__ = coroutines.Lock.__doc__
    _guards: ClassVar[Mapping[Any, type[Guard]]] = {None: Guard}

    def __init__(self, io_loop: IOLoop | None = None, *, name: str | None = None) -> None:
        """*io_loop* is the IOLoop to use it on, else TypeError; by default the one that runs."""
        super().__init__(name=name)
        self._io_loop = None if io_loop is None else check_io_loop(io_loop)

    def acquire(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[Guard]:
        """Take the lock, waiting for it if need be; the Future brings a guard.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is.  A free lock is taken even if they have passed; else the Future
        fails with Timeout.  If it fails or is cancelled, the lock has not been taken, or has been
        handed on.
        """
        machine = self._machine
        home = _running_loop()
        if home is None or self._io_loop is not None:
            return self._wait(machine, None, deadline, timeout)
        if not machine.held:
            if deadline is not None or timeout is not None:
                self._check_time(deadline, timeout)
            if machine.home is not home:
                self._move(machine, home)
            machine.held = True
            guard = Guard()
            guard.of = self
            done = Done()
            done._value = guard
            return done
        if home is not machine.home or deadline is not None or timeout is not None:
            return self._wait(machine, None, deadline, timeout)
        # As in _wait: saves 3 % of a contended acquire.
        waiter = HoldWaiter()
        waiter.handle = waiter.request = waiter.deadline = waiter.value = None
        machine.enter(waiter)
        place = HoldPlace()
        place._primitive = self
        place._guard = Guard
        place._waiter = waiter
        place._home = home
        place._alarm = None
        return place

    @known_as(plain.Lock.release)
    def release(self) -> None:
        machine = self._machine
        if machine.home is not _running_loop():
            super().release()
        elif machine.held is True and not machine.line:
            machine.held = False
        elif machine.held:
            settled = machine.release()
            handle = settled[0].handle if settled else None
            # As in wake, for one: saves 3 % of a contended acquire.
            if type(handle) is Future and not handle.done():
                handle.set_result(None)
            else:
                wake(machine, settled)
        else:
            super().release()  # says what is wrong

    async def __aenter__(self) -> None:
        machine = self._machine
        if machine.held or self._io_loop is not None:
            await self.acquire()
        else:
            if machine.home is not _running_loop():
                self._move(machine, _running_loop())
            machine.held = True

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        machine = self._machine
        if machine.held is True and not machine.line:
            machine.held = False
        else:
            self.release()


class Semaphore(Primitive, plain.Semaphore):
    __slots__ = ("_io_loop",)
    __doc__ = coroutines.Semaphore.__doc__
    _guards: ClassVar[Mapping[Any, type[Guard]]] = {None: Guard}

    def __init__(
        self, value: int = 1, io_loop: IOLoop | None = None, *, name: str | None = None
    ) -> None:
        """*io_loop* is the IOLoop to use it on, else TypeError; by default the one that runs."""
        super().__init__(value, name=name)
        self._io_loop = None if io_loop is None else check_io_loop(io_loop)

    def acquire(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[Guard]:
        """Take a permit, waiting for one if need be; the Future brings a guard.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is.  A free permit is taken even if they have passed; else the
        Future fails with Timeout.  If it fails or is cancelled, none has been taken.
        """
        machine = self._machine
        home = _running_loop()
        if home is None or self._io_loop is not None:
            return self._wait(machine, None, deadline, timeout)
        if machine.value > 0:
            if deadline is not None or timeout is not None:
                self._check_time(deadline, timeout)
            if machine.home is not home:
                self._move(machine, home)
            machine.value -= 1
            guard = Guard()
            guard.of = self
            done = Done()
            done._value = guard
            return done
        if home is not machine.home or deadline is not None or timeout is not None:
            return self._wait(machine, None, deadline, timeout)
        # As in Lock.
        waiter = HoldWaiter()
        waiter.handle = waiter.request = waiter.deadline = waiter.value = None
        machine.enter(waiter)
        place = HoldPlace()
        place._primitive = self
        place._guard = Guard
        place._waiter = waiter
        place._home = home
        place._alarm = None
        return place

    def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[None]:
        """Wait until a permit is free, without taking it.

        It yields to all who wait in ``acquire``, so a permit may be gone when the Future is
        looked at.  A number as *deadline* is a point on the IOLoop's clock, a timedelta is
        counted from now, as *timeout* is.  The Future fails with Timeout if it passes first;
        nothing has changed then.
        """
        if self._machine.value <= 0 or self._io_loop is not None:
            return self._wait(self._machine, WATCH, deadline, timeout)
        if deadline is not None or timeout is not None:
            self._check_time(deadline, timeout)
        self._check_home(self._machine)
        return nothing()

    @known_as(plain.Semaphore.release)
    def release(self) -> None:
        machine = self._machine
        if machine.home is not _running_loop():
            super().release()
        elif not (machine.line or machine.watchers):
            machine.value += 1
        else:
            settled = machine.release()
            handle = settled[0].handle if len(settled) == 1 else None
            # As in wake, for one: saves 3 % of a contended acquire.
            if type(handle) is Future and not handle.done():
                handle.set_result(None)
            else:
                wake(machine, settled)

    async def __aenter__(self) -> None:
        machine = self._machine
        if machine.value <= 0 or machine.home is not _running_loop():
            await self.acquire()
        else:
            machine.value -= 1


class BoundedSemaphore(Semaphore, plain.BoundedSemaphore):
    __slots__ = ()
    __doc__ = coroutines.BoundedSemaphore.__doc__

    @known_as(plain.BoundedSemaphore.release)
    def release(self) -> None:
        plain.BoundedSemaphore.release(self)


class RWLock(Primitive, plain.RWLock):
    __slots__ = ("_io_loop",)
    __doc__ = coroutines.RWLock.__doc__
    _guards: ClassVar[Mapping[Any, type[Guard]]] = {READ: ReadGuard, WRITE: WriteGuard}

    def __init__(
        self,
        max_readers: int | None = 1,
        io_loop: IOLoop | None = None,
        *,
        name: str | None = None,
    ) -> None:
        """*io_loop* is the IOLoop to use it on, else TypeError; by default the one that runs."""
        super().__init__(max_readers, name=name)
        self._io_loop = None if io_loop is None else check_io_loop(io_loop)

    def acquire_read(
        self, deadline: Deadline = None, *, timeout: Span = None
    ) -> asyncio.Future[Guard]:
        """Join the readers, waiting if need be; the Future brings a guard.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is.  If there is room and nobody in line they may have passed; else
        the Future fails with Timeout.  If it fails or is cancelled, nothing is held.
        """
        machine = self._machine
        home = _running_loop()
        most = machine.max_readers
        if (
            machine.line
            or machine.writing
            or (most is not None and machine.readers >= most)
            or home is None
            or self._io_loop is not None
        ):
            return self._wait(machine, READ, deadline, timeout)
        if deadline is not None or timeout is not None:
            self._check_time(deadline, timeout)
        if machine.home is not home:
            self._move(machine, home)
        machine.readers += 1
        guard = ReadGuard()
        guard.of = self
        done = Done()
        done._value = guard
        return done

    def acquire_write(
        self, deadline: Deadline = None, *, timeout: Span = None
    ) -> asyncio.Future[Guard]:
        """Become the writer, waiting if need be; the Future brings a guard.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is.  If nobody holds it they may have passed; else the Future fails with
        Timeout.  If it fails or is cancelled, nothing is held and the readers behind are let in.
        """
        machine = self._machine
        home = _running_loop()
        if machine.writing or machine.readers or home is None or self._io_loop is not None:
            return self._wait(machine, WRITE, deadline, timeout)
        if deadline is not None or timeout is not None:
            self._check_time(deadline, timeout)
        if machine.home is not home:
            self._move(machine, home)
        machine.writing = True
        guard = WriteGuard()
        guard.of = self
        done = Done()
        done._value = guard
        return done
