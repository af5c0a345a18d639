"""Lock, Semaphore, BoundedSemaphore and RWLock for loops whose waits are coroutines."""

from __future__ import annotations

from typing import Any, NoReturn

from .. import machines
from .._checks import check_max_readers, check_value
from .._describe import title
from .._guard import Guard, ReadGuard, WriteGuard
from .._statistics import LockStatistics, RWLockStatistics, SemaphoreStatistics
from .._time import Deadline, Span, point_in_time
from ..machines import READ, WATCH, WRITE
from ._primitive import Primitive

__all__ = ["BoundedSemaphore", "Lock", "RWLock", "ReaderSide", "Semaphore", "WriterSide"]


class _NoPlainWith:
    """A plain ``with`` cannot wait; say what can."""

    __slots__ = ()

    def __enter__(self) -> NoReturn:
        raise RuntimeError(
            f"use `async with` with a {type(self).__name__}, or `with await ….acquire():`;"
            " a plain `with` cannot wait for it"
        )

    def __exit__(self, *exc_info: object) -> None:
        """Never reached; `with` looks it up before it calls __enter__."""


class Lock(Primitive, _NoPlainWith):
    """One task at a time may hold it.

    When you want it: to keep a few lines of code that await something to one task at a
    time.  Use it as ``async with lock:``, or ``with await lock.acquire(timeout=1):``.

    It has no owner, so any task may release it, and a task that acquires it twice waits
    for itself.  It is handed over in the order of arrival: after ``release()`` with a waiter in
    line it is that waiter's, and nobody can come between.
    """

    __slots__ = ()

    _machine: machines.Lock

    def __init__(self, *, name: str | None = None) -> None:
        super().__init__(machines.Lock(), name)

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
                point_in_time(deadline, timeout, self._host.now)
            machine.home = self._host.home()
            machine.held = True
        return Guard(self)

    def acquire_nowait(self) -> Guard:
        """Take the lock if it is free and promised to nobody, else raise WouldBlock."""
        machine = self._machine
        if machine.held:
            raise self._WouldBlock(f"{title(self)} is held; await acquire() to wait for it")
        machine.home = self._host.home()
        machine.held = True
        return Guard(self)

    def release(self) -> None:
        """Give the lock to the first in line, or free it.  RuntimeError if nobody holds it."""
        machine = self._machine
        if not machine.held:
            raise RuntimeError(f"{title(self)} is not held: release() without acquire()")
        if machine.line is None:
            machine.held = False
        else:
            if machine.line:
                self._host.check_caller(machine.home)
            self._wake(machine, machine.release())

    def locked(self) -> bool:
        """Is it held by, or promised to, somebody?"""
        return self._machine.held

    def statistics(self) -> LockStatistics:
        """Its state as a frozen record."""
        return LockStatistics(self._machine.held, self._machine.waiting)

    async def __aenter__(self) -> None:
        machine = self._machine
        if machine.held or self._checkpoints:
            await self._wait(machine, None, None, None)
        else:
            machine.home = self._host.home()
            machine.held = True

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        machine = self._machine
        if machine.line is None and machine.held:
            machine.held = False
        else:
            self.release()

    def _words(self) -> tuple[str, ...]:
        return ("locked" if self._machine.held else "unlocked", *super()._words())


class Semaphore(Primitive, _NoPlainWith):
    """*value* tasks at a time may hold it.

    When you want it: to bound how many do something at once.  A release need not come from
    a task that acquired, so it also serves as a counter of things that may be taken.
    """

    __slots__ = ()

    _machine: machines.Semaphore

    def __init__(self, value: int = 1, *, name: str | None = None) -> None:
        super().__init__(machines.Semaphore(check_value(value)), name)

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
                point_in_time(deadline, timeout, self._host.now)
            self._take(machine)
        return Guard(self)

    def acquire_nowait(self) -> Guard:
        """Take a permit if one is free and promised to nobody, else raise WouldBlock."""
        machine = self._machine
        if machine.value <= 0:
            raise self._WouldBlock(f"{title(self)} has no free permit; await acquire() to wait")
        self._take(machine)
        return Guard(self)

    def _take(self, machine: machines.Semaphore) -> None:
        home = self._host.home()
        if machine.home is not home:
            self._move(machine, home)
        machine.value -= 1

    def release(self) -> None:
        """Give a permit to the first in line, or keep it for whoever comes."""
        machine = self._machine
        if machine.line or machine.watchers:
            self._host.check_caller(machine.home)
        self._wake(machine, machine.release())

    def locked(self) -> bool:
        """Would ``acquire`` have to wait now?"""
        return self._machine.value <= 0

    async def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> None:
        """Wait until a permit is free, without taking it.

        It yields to all who wait in ``acquire``, so a permit may be gone when this
        returns.  Deadlines are as in ``acquire``.
        """
        if self._machine.value <= 0 or self._checkpoints:
            await self._wait(self._machine, WATCH, deadline, timeout)
        elif deadline is not None or timeout is not None:
            point_in_time(deadline, timeout, self._host.now)

    @property
    def counter(self) -> int:
        """The number of free permits; the name of Toro 1.0."""
        return self._machine.value

    @property
    def value(self) -> int:
        """The number of free permits."""
        return self._machine.value

    def statistics(self) -> SemaphoreStatistics:
        """Its state as a frozen record."""
        machine = self._machine
        return SemaphoreStatistics(machine.value <= 0, machine.value, machine.waiting)

    async def __aenter__(self) -> None:
        machine = self._machine
        if machine.value <= 0 or self._checkpoints:
            await self._wait(machine, None, None, None)
        else:
            self._take(machine)

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        self.release()

    def _words(self) -> tuple[str, ...]:
        machine = self._machine
        state = "locked" if machine.value <= 0 else "unlocked"
        return (state, f"counter={machine.value}", *super()._words())


class BoundedSemaphore(Semaphore):
    """A Semaphore that refuses to be released more often than it was acquired.

    When you want it: where every release belongs to an acquire, so that one too many is a bug
    that should be heard of.  ``release()`` beyond the initial value: ValueError, and nothing
    changes.
    """

    __slots__ = ()

    _machine: machines.BoundedSemaphore

    def __init__(self, value: int = 1, *, name: str | None = None) -> None:
        Primitive.__init__(self, machines.BoundedSemaphore(check_value(value)), name)


class RWLock(Primitive):
    """Up to *max_readers* tasks may read at a time, or one may write.

    When you want it: for something often read and rarely changed.  Use it as
    ``async with rwlock.reader:`` and ``async with rwlock.writer:``.

    Strictly first come, first served: a writer in line holds back the readers behind it and
    so is never starved; if it gives up, they go.  For the same reason a reader that asks for a
    second read while a writer waits, waits for itself.  ``max_readers=None`` is no limit.
    """

    __slots__ = ()

    _machine: machines.RWLock

    def __init__(self, max_readers: int | None = 1, *, name: str | None = None) -> None:
        super().__init__(machines.RWLock(check_max_readers(max_readers)), name)

    async def acquire_read(self, deadline: Deadline = None, *, timeout: Span = None) -> Guard:
        """Join the readers, waiting if need be; return a guard.

        Deadlines are as in ``Lock.acquire``.  Cancelled or timed out, nothing is held.
        """
        machine = self._machine
        if self._checkpoints or machine.line or not machine.may_read():
            await self._wait(machine, READ, deadline, timeout)
        else:
            if deadline is not None or timeout is not None:
                point_in_time(deadline, timeout, self._host.now)
            self._bind(machine)
            machine.readers += 1
        return ReadGuard(self)

    async def acquire_write(self, deadline: Deadline = None, *, timeout: Span = None) -> Guard:
        """Become the writer, waiting if need be; return a guard.

        Deadlines are as in ``Lock.acquire``.  Cancelled or timed out, nothing is held and the
        readers behind are let in.
        """
        machine = self._machine
        if self._checkpoints or machine.writing or machine.readers:
            await self._wait(machine, WRITE, deadline, timeout)
        else:
            if deadline is not None or timeout is not None:
                point_in_time(deadline, timeout, self._host.now)
            self._bind(machine)
            machine.writing = True
        return WriteGuard(self)

    def acquire_read_nowait(self) -> Guard:
        """Join the readers if there is room and nobody in line, else raise WouldBlock."""
        machine = self._machine
        if machine.line or not machine.may_read():
            raise self._WouldBlock(
                f"{title(self)} cannot be read now; await acquire_read() to wait"
            )
        self._bind(machine)
        machine.readers += 1
        return ReadGuard(self)

    def acquire_write_nowait(self) -> Guard:
        """Become the writer if nobody holds it, else raise WouldBlock."""
        machine = self._machine
        if machine.writing or machine.readers:
            raise self._WouldBlock(
                f"{title(self)} cannot be written now; await acquire_write() to wait"
            )
        self._bind(machine)
        machine.writing = True
        return WriteGuard(self)

    def release_read(self) -> None:
        """One reader less.  RuntimeError if nobody reads."""
        machine = self._machine
        if not machine.readers:
            raise RuntimeError(f"{title(self)} has no reader: release_read() without acquire_read()")
        if machine.line:
            self._host.check_caller(machine.home)
        self._wake(machine, machine.release_read())

    def release_write(self) -> None:
        """The writer is done.  RuntimeError if nobody writes."""
        machine = self._machine
        if not machine.writing:
            raise RuntimeError(
                f"{title(self)} has no writer: release_write() without acquire_write()"
            )
        if machine.line:
            self._host.check_caller(machine.home)
        self._wake(machine, machine.release_write())

    def locked(self) -> bool:
        """Would ``acquire_read`` have to wait now?"""
        return bool(self._machine.line) or not self._machine.may_read()

    @property
    def max_readers(self) -> int | None:
        """How many may read at a time; None for no limit."""
        return self._machine.max_readers

    @property
    def reader(self) -> ReaderSide:
        """For ``async with rwlock.reader:``."""
        return ReaderSide(self)

    @property
    def writer(self) -> WriterSide:
        """For ``async with rwlock.writer:``."""
        return WriterSide(self)

    def statistics(self) -> RWLockStatistics:
        """Its state as a frozen record."""
        machine = self._machine
        return RWLockStatistics(
            self.locked(), machine.readers, machine.writing, machine.max_readers, machine.waiting
        )

    def _words(self) -> tuple[str, ...]:
        machine = self._machine
        state = "locked" if self.locked() else "unlocked"
        holders = "writing" if machine.writing else f"readers={machine.readers}"
        return (state, holders, *super()._words())

    def __enter__(self) -> NoReturn:
        raise RuntimeError(
            f"use `async with` with the .reader or the .writer of {title(self)}:"
            " a plain `with` cannot wait"
        )

    def __exit__(self, *exc_info: object) -> None:
        """Never reached; `with` looks it up before it calls __enter__."""


class ReaderSide(_NoPlainWith):
    """``async with rwlock.reader:`` holds the lock to read."""

    __slots__ = ("_rwlock",)

    def __init__(self, rwlock: Any) -> None:
        self._rwlock = rwlock

    async def __aenter__(self) -> None:
        await self._rwlock.acquire_read()

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        self._rwlock.release_read()


class WriterSide(_NoPlainWith):
    """``async with rwlock.writer:`` holds the lock to write."""

    __slots__ = ("_rwlock",)

    def __init__(self, rwlock: Any) -> None:
        self._rwlock = rwlock

    async def __aenter__(self) -> None:
        await self._rwlock.acquire_write()

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        self._rwlock.release_write()
