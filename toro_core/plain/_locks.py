"""Lock, Semaphore, BoundedSemaphore and RWLock, as far as they do not wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .. import _statistics, machines
from .._checks import check_max_readers, check_value
from .._describe import title
from .._guard import Guard, ReadGuard, WriteGuard
from ._bound import AsyncWith, Bound, NoPlainWith
from ._sides import ReaderSide, WriterSide

__all__ = ["BoundedSemaphore", "Lock", "RWLock", "Semaphore"]


class Lock(Bound, AsyncWith):
    """One may hold it."""

    __slots__ = ()
    _machine: machines.Lock

    def __init__(self, *, name: str | None = None) -> None:
        super().__init__(machines.Lock(), name)

    def acquire_nowait(self) -> Guard:
        """Take the lock if it is free and promised to nobody, else raise WouldBlock.

        RuntimeError if it is in use on another loop or thread.
        """
        machine = self._machine
        home = self._home()
        if machine.held or machine.home is not home:
            self._check_home(machine)
            if machine.held:
                raise self._WouldBlock(f"{title(self)} is held; await acquire() to wait for it")
            if not machine.busy():
                machine.home = home
        machine.held = True
        guard = Guard()
        guard.of = self
        return guard

    def release(self) -> None:
        """Give the lock to the first in line, or free it.

        RuntimeError if nobody holds it, and on another loop or thread than where it is in use.
        """
        machine = self._machine
        if self._home() is not machine.home:
            self._check_caller(machine)
        if not machine.held:
            raise RuntimeError(f"{title(self)} is not held: release() without acquire()")
        if machine.line:
            self._host.wake(machine, machine.release())
        elif machine.held is True:
            machine.held = False
        else:
            machine.release()

    def locked(self) -> bool:
        """Is it held by, or promised to, somebody?"""
        return bool(self._machine.held)

    def statistics(self) -> _statistics.LockStatistics:
        """Its state as a frozen record."""
        machine = self._machine
        return _statistics.LockStatistics(
            self.locked(), machine.waiting, _statistics.waiters(machine), _statistics.holders(self)
        )

    def _words(self) -> tuple[str, ...]:
        return ("locked" if self._machine.held else "unlocked", *super()._words())


class Semaphore(Bound, AsyncWith):
    """So many may hold it."""

    __slots__ = ()

    _machine_type: ClassVar[type[machines.Semaphore]] = machines.Semaphore
    _machine: machines.Semaphore

    def __init__(self, value: int = 1, *, name: str | None = None) -> None:
        super().__init__(self._machine_type(check_value(value)), name)

    def acquire_nowait(self) -> Guard:
        """Take a permit if one is free and promised to nobody, else raise WouldBlock.

        RuntimeError if it is in use on another loop or thread.
        """
        machine = self._machine
        if machine.value <= 0:
            self._check_home(machine)
            if machine.value <= 0:
                raise self._WouldBlock(f"{title(self)} has no free permit; await acquire() to wait")
        home = self._home()
        if machine.home is not home:
            self._move(machine, home)
        machine.value -= 1
        guard = Guard()
        guard.of = self
        return guard

    def release(self) -> None:
        """Give a permit to the first in line, or keep it for whoever comes.

        RuntimeError on another loop or thread than where it is in use.
        """
        machine = self._machine
        if self._home() is not machine.home:
            self._check_caller(machine)
        if machine.line or machine.watchers:
            self._host.wake(machine, machine.release())
        else:
            machine.value += 1

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        machine = self._machine
        if machine.line or machine.watchers:
            self.release()
        else:  # as in release(), a frame less, on the loop that took it
            machine.value += 1

    def locked(self) -> bool:
        """Would ``acquire`` have to wait now?"""
        return self._machine.value <= 0

    @property
    def counter(self) -> int:
        """The number of free permits; the name of Toro 1.0."""
        return self._machine.value

    @property
    def value(self) -> int:
        """The number of free permits."""
        return self._machine.value

    def statistics(self) -> _statistics.SemaphoreStatistics:
        """Its state as a frozen record."""
        machine = self._machine
        return _statistics.SemaphoreStatistics(
            machine.value <= 0,
            machine.value,
            machine.waiting,
            _statistics.waiters(machine),
            _statistics.holders(self),
        )

    def _words(self) -> tuple[str, ...]:
        machine = self._machine
        state = "locked" if machine.value <= 0 else "unlocked"
        return (state, f"counter={machine.value}", *super()._words())


class BoundedSemaphore(Semaphore):
    """A Semaphore that is not released too often."""

    __slots__ = ()

    _machine_type = machines.BoundedSemaphore

    def __init__(self, value: int = 1, *, name: str | None = None) -> None:
        super().__init__(value, name=name)

    def release(self) -> None:
        """Give a permit back.  ValueError, and nothing changes, if none is out.

        RuntimeError on another loop or thread than where it is in use.
        """
        machine = self._machine
        if self._home() is not machine.home:
            self._check_caller(machine)
        if machine.value >= machine.initial:
            raise ValueError(
                f"{title(self)} released too often: all {machine.initial} permits are free"
            )
        self._wake(machine, machine.release())


_UNREAD = "release_read() without acquire_read()"
_UNWRITTEN = "release_write() without acquire_write()"


class RWLock(Bound, NoPlainWith):
    """Readers or a writer may hold it."""

    __slots__ = ()
    _instead = "`async with rwlock.reader:` or `async with rwlock.writer:`"
    _machine: machines.RWLock

    def __init__(self, max_readers: int | None = 1, *, name: str | None = None) -> None:
        super().__init__(machines.RWLock(check_max_readers(max_readers)), name)

    def acquire_read_nowait(self) -> Guard:
        """Join the readers if there is room and nobody in line, else raise WouldBlock.

        RuntimeError if it is in use on another loop or thread.
        """
        machine = self._machine
        if machine.line or not machine.may_read():
            self._check_home(machine)
            if machine.line or not machine.may_read():
                raise self._WouldBlock(
                    f"{title(self)} cannot be read now; await acquire_read() to wait"
                )
        self._move(machine, self._home())
        machine.readers += 1
        guard = ReadGuard()
        guard.of = self
        return guard

    def acquire_write_nowait(self) -> Guard:
        """Become the writer if nobody holds it, else raise WouldBlock.

        RuntimeError if it is in use on another loop or thread.
        """
        machine = self._machine
        if machine.writing or machine.readers:
            self._check_home(machine)
            if machine.writing or machine.readers:
                raise self._WouldBlock(
                    f"{title(self)} cannot be written now; await acquire_write() to wait"
                )
        self._move(machine, self._home())
        machine.writing = True
        guard = WriteGuard()
        guard.of = self
        return guard

    def release_read(self) -> None:
        """One reader less.

        RuntimeError if nobody reads, and on another loop or thread than where it is in use.
        """
        machine = self._machine
        if self._home() is not machine.home:
            self._check_caller(machine)
        if not machine.readers:
            why = "it is held to write, so release_write()" if machine.writing else _UNREAD
            raise RuntimeError(f"{title(self)} has no reader: {why}")
        if not machine.line and not machine.promised:
            machine.readers -= 1
        elif settled := machine.release_read():
            self._host.wake(machine, settled)

    def release_write(self) -> None:
        """The writer is done.

        RuntimeError if nobody writes, and on another loop or thread than where it is in use.
        """
        machine = self._machine
        if self._home() is not machine.home:
            self._check_caller(machine)
        if not machine.writing:
            why = "it is held to read, so release_read()" if machine.readers else _UNWRITTEN
            raise RuntimeError(f"{title(self)} has no writer: {why}")
        if not machine.line and not machine.promised:
            machine.writing = False
        elif settled := machine.release_write():
            self._host.wake(machine, settled)

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

    if not TYPE_CHECKING:  # type checkers then say so too

        async def __aenter__(self):
            raise RuntimeError(
                f"`async with` {title(self)}: to read or to write?  Write {self._instead}"
            )

        async def __aexit__(self, *exc_info):
            """Never reached; `async with` looks it up before it calls __aenter__."""

    def statistics(self) -> _statistics.RWLockStatistics:
        """Its state as a frozen record."""
        machine = self._machine
        return _statistics.RWLockStatistics(
            self.locked(),
            machine.readers,
            machine.writing,
            machine.max_readers,
            machine.waiting,
            _statistics.waiters(machine),
            _statistics.holders(self),
        )

    def _words(self) -> tuple[str, ...]:
        machine = self._machine
        state = "locked" if self.locked() else "unlocked"
        holders = "writing" if machine.writing else f"readers={machine.readers}"
        return (state, holders, *super()._words())
