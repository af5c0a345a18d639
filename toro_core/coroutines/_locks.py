"""Lock, Semaphore, BoundedSemaphore and RWLock for loops whose waits are coroutines."""

from __future__ import annotations

from .. import plain
from .._guard import Guard, ReadGuard, WriteGuard
from .._time import Deadline, Span, check_time
from ..machines import READ, WATCH, WRITE
from ._primitive import Primitive

__all__ = ["BoundedSemaphore", "Lock", "RWLock", "Semaphore"]


class Lock(Primitive, plain.Lock):
    """One task at a time may hold it.

    When you want it: to keep a few lines of code that await something to one task at a
    time.  Use it as ``async with lock:``, or ``with await lock.acquire(timeout=1):``.

    It has no owner, so any task may release it, and a task that acquires it twice waits
    for itself.  It is handed over in the order of arrival: after ``release()`` with a waiter in
    line it is that waiter's, and nobody can come between.

    *name* is shown in ``repr()`` and in errors.
    """

    __slots__ = ()

    async def acquire(self, deadline: Deadline = None, *, timeout: Span = None) -> Guard:
        """Take the lock, waiting for it if need be; return a guard.

        *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  A free lock is taken even if they have passed; else Timeout.
        Cancelled or timed out, it has not been taken, or has been handed on.
        """
        machine = self._machine
        if machine.held or self._checkpoints:
            await self._wait(machine, None, deadline, timeout)
        else:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, self._host.now)
            if machine.home is not self._home():
                self._move(machine, self._home())
            machine.held = True
        guard = Guard()
        guard.of = self
        return guard

    async def __aenter__(self) -> None:
        machine = self._machine
        if machine.held or self._checkpoints:
            await self._wait(machine, None, None, None)
        else:
            if machine.home is not self._home():
                self._move(machine, self._home())
            machine.held = True

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        machine = self._machine
        if machine.held is True and not machine.line:
            machine.held = False
        elif machine.line and self._home() is machine.home:  # as in release, a frame less
            self._host.wake(machine, machine.release())
        else:
            self.release()


class Semaphore(Primitive, plain.Semaphore):
    """*value* tasks at a time may hold it.

    When you want it: to bound how many do something at once.  A release need not come from
    a task that acquired, so it also serves as a counter of things that may be taken.

    A *value* that is not an int: TypeError; a negative one: ValueError.  *name* is shown in
    ``repr()`` and in errors.
    """

    __slots__ = ()

    async def acquire(self, deadline: Deadline = None, *, timeout: Span = None) -> Guard:
        """Take a permit, waiting for one if need be; return a guard.

        *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  A free permit is taken even if they have passed; else Timeout.
        Cancelled or timed out, none has been taken, or it has been handed on.
        """
        machine = self._machine
        if machine.value <= 0 or self._checkpoints:
            await self._wait(machine, None, deadline, timeout)
        else:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, self._host.now)
            home = self._home()
            if machine.home is not home:
                self._move(machine, home)
            machine.value -= 1
        guard = Guard()
        guard.of = self
        return guard

    async def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> None:
        """Wait until a permit is free, without taking it.

        It yields to all who wait in ``acquire``, so a permit may be gone when this returns.
        *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  Timeout if it passes first.  If this raises, nothing has changed.
        """
        if self._machine.value <= 0:
            await self._wait(self._machine, WATCH, deadline, timeout)
        else:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, self._host.now)
            self._check_home(self._machine)
            if self._checkpoints:
                await self._turn()

    async def __aenter__(self) -> None:
        machine = self._machine
        if machine.value <= 0 or self._checkpoints:
            await self._wait(machine, None, None, None)
        else:
            home = self._home()
            if machine.home is not home:
                self._move(machine, home)
            machine.value -= 1


class BoundedSemaphore(Semaphore, plain.BoundedSemaphore):
    """A Semaphore that refuses to be released more often than it was acquired.

    When you want it: where every release belongs to an acquire, so that one too many is a bug
    that should be heard of.  ``release()`` beyond the initial value: ValueError, and nothing
    changes.  Arguments as for ``Semaphore``.
    """

    __slots__ = ()


class RWLock(Primitive, plain.RWLock):
    """Up to *max_readers* tasks may read at a time, or one may write.

    When you want it: for something often read and rarely changed.  Use it as
    ``async with rwlock.reader:`` and ``async with rwlock.writer:``.

    Strictly first come, first served: a writer in line holds back the readers behind it and
    so is never starved; if it gives up, they go.  For the same reason a reader that asks for a
    second read while a writer waits, waits for itself.

    ``max_readers=None`` is no limit; less than 1: ValueError; not an int: TypeError.  *name* is
    shown in ``repr()`` and in errors.
    """

    __slots__ = ()

    async def acquire_read(self, deadline: Deadline = None, *, timeout: Span = None) -> Guard:
        """Join the readers, waiting if need be; return a guard.

        *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  If there is room and nobody in line they may have passed; else
        Timeout.  Cancelled or timed out, nothing is held.
        """
        machine = self._machine
        if machine.line or not machine.may_read() or self._checkpoints:
            await self._wait(machine, READ, deadline, timeout)
        else:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, self._host.now)
            home = self._home()
            if machine.home is not home:
                self._move(machine, home)
            machine.readers += 1
        guard = ReadGuard()
        guard.of = self
        return guard

    async def acquire_write(self, deadline: Deadline = None, *, timeout: Span = None) -> Guard:
        """Become the writer, waiting if need be; return a guard.

        *deadline* is a point on the loop's clock or a timedelta from now, *timeout* a span
        from now in seconds.  If nobody holds it they may have passed; else Timeout.  Cancelled or
        timed out, nothing is held and the readers behind are let in.
        """
        machine = self._machine
        if machine.writing or machine.readers or self._checkpoints:
            await self._wait(machine, WRITE, deadline, timeout)
        else:
            if deadline is not None or timeout is not None:
                check_time(deadline, timeout, self._host.now)
            home = self._home()
            if machine.home is not home:
                self._move(machine, home)
            machine.writing = True
        guard = WriteGuard()
        guard.of = self
        return guard
