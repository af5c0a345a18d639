"""Event, AsyncResult and Condition, as far as they do not wait."""

from __future__ import annotations

import sys
from typing import Any, ClassVar, NoReturn, TypeVar

from .. import _errors, _statistics, machines
from .._checks import check_exception, check_n, reraise
from .._describe import kind_of, safe_repr, title
from .._guard import Guard
from ._bound import AsyncWith, Bound, Parametrized
from ._locks import Lock

__all__ = ["AsyncResult", "Condition", "Event"]

T = TypeVar("T")


class Event(Bound):
    """A flag."""

    __slots__ = ()
    _machine: machines.Event
    _woken: ClassVar[Any] = None  # what a successful wait returns on this loop

    def __init__(self, *, name: str | None = None) -> None:
        super().__init__(machines.Event(), name)

    def is_set(self) -> bool:
        """Is the flag set?"""
        return self._machine.flag

    def set(self) -> None:
        """Set the flag and wake all who wait.

        RuntimeError on another loop or thread than that of those who wait.
        """
        machine = self._machine
        if machine.line:
            if self._home() is not machine.home:
                self._check_caller(machine)
            self._host.wake(machine, machine.set())
        else:
            machine.flag = True

    def clear(self) -> None:
        """Reset the flag; those woken before stay woken.

        RuntimeError on another loop or thread than that of those who wait.
        """
        if self._machine.line:
            self._check_caller(self._machine)
        self._machine.clear()

    def statistics(self) -> _statistics.EventStatistics:
        """Its state as a frozen record."""
        machine = self._machine
        return _statistics.EventStatistics(
            machine.flag, machine.waiting, _statistics.waiters(machine)
        )

    def __bool__(self) -> NoReturn:
        raise NotImplementedError("an Event is always true; write `if event.is_set():`")

    def _words(self) -> tuple[str, ...]:
        return ("set" if self._machine.flag else "clear", *super()._words())


class AsyncResult(Bound, Parametrized[T]):
    """A value or an exception, set once."""

    __slots__ = ("_traceback",)
    _machine: machines.AsyncResult

    def __init__(self, *, name: str | None = None) -> None:
        super().__init__(machines.AsyncResult(), name)
        self._traceback: Any = None

    def set(self, value: T) -> None:
        """Set the value and wake all who wait for it.  AlreadySet if there is a result.

        RuntimeError on another loop or thread than that of those who wait.
        """
        self._check_unset()
        self._wake(self._machine, self._machine.set(value))

    def set_exception(self, exc: BaseException | type[BaseException]) -> None:
        """Make it fail: all who ask get *exc* raised.  AlreadySet if there is a result.

        A StopIteration or GeneratorExit reaches them as the cause of a RuntimeError.  What is no
        exception, or a cancellation of the loop: TypeError.  RuntimeError on another loop or thread
        than that of those who wait.
        """
        error = check_exception(exc, self._host.cancellations)
        self._check_unset()
        self._traceback = error.__traceback__
        self._wake(self._machine, self._machine.set_exception(error))

    def _check_unset(self) -> None:
        machine = self._machine
        if machine.ready:
            raise _errors.AlreadySet(f"{title(self)} has been set and keeps its result")
        if machine.line:
            self._check_caller(machine)

    def ready(self) -> bool:
        """Is there a value or an exception?"""
        return self._machine.ready

    @property
    def value(self) -> T:
        """The value, as ``get_nowait()`` gives it."""
        try:
            return self.get_nowait()
        finally:
            del self  # see _result

    def get_nowait(self) -> T:
        """The value if it is there; else NotReady, or the exception that was set.

        RuntimeError on another loop or thread than that of those who wait.
        """
        try:
            if not self._machine.ready:
                self._check_home(self._machine)
                raise _errors.NotReady(f"{title(self)} is not set yet; await get() to wait for it")
            return self._result()
        finally:
            del self  # see _result

    def _result(self) -> T:
        # The traceback of the stored exception holds this frame: one that held self would
        # close a cycle.
        machine, traceback = self._machine, self._traceback
        del self
        try:
            if machine.error is not None:
                reraise(machine.error, traceback)
            value: T = machine.value
            return value
        finally:
            del machine, traceback

    def statistics(self) -> _statistics.ResultStatistics:
        """Its state as a frozen record."""
        machine = self._machine
        return _statistics.ResultStatistics(
            machine.ready, machine.waiting, _statistics.waiters(machine)
        )

    def _words(self) -> tuple[str, ...]:
        machine = self._machine
        if not machine.ready:
            state = "unset"
        elif machine.error is not None:
            state = f"exception={safe_repr(machine.error)}"
        else:
            state = f"value={safe_repr(machine.value)}"
        return (state, *super()._words())


class Condition(Bound, AsyncWith):
    """A line that moves when told to, with or without a lock."""

    __slots__ = ("_lock",)
    _machine: machines.Condition | machines.Monitor
    _lock_type: ClassVar[type[Lock]] = Lock
    _woken: ClassVar[Any] = None

    def __init__(self, lock: Lock | None = None, *, name: str | None = None) -> None:
        if lock is None:
            super().__init__(machines.Condition(), name)
        elif isinstance(lock, self._lock_type):
            super().__init__(machines.Monitor(lock._machine), name)
        else:
            raise TypeError(
                f"lock must be a {kind_of(self._lock_type)} or None,"
                f" not {kind_of(type(lock))}: {safe_repr(lock)}"
            )
        self._lock = lock

    def _its_lock(self) -> Lock:
        if self._lock is None:
            raise RuntimeError(f"{title(self)} has no lock: make it with Condition(lock=Lock())")
        return self._lock

    def acquire_nowait(self) -> Guard:
        """``acquire_nowait`` of the lock.  RuntimeError if the condition has none."""
        return self._its_lock().acquire_nowait()

    def release(self) -> None:
        """``release`` of the lock.  RuntimeError if the condition has none."""
        self._its_lock().release()

    def locked(self) -> bool:
        """``locked`` of the lock.  RuntimeError if the condition has none."""
        return self._its_lock().locked()

    def notify(self, n: int = 1) -> None:
        """Wake the first *n* in line.  If nobody waits, the notification is gone.

        RuntimeError if there is a lock and nobody holds it, and on another loop or thread than that
        of those who wait; an *n* that is not an int: TypeError; a negative one: ValueError.
        """
        if type(n) is not int or n < 0:
            check_n(n)
        self._before_notify(n)
        machine = self._machine
        if not machine.line:
            return
        settled = machine.notify(n)
        if settled:  # nobody, where they go to the lock first
            self._host.wake(machine, settled)

    def notify_all(self) -> None:
        """Wake all who are in line.  If nobody waits, the notification is gone.

        RuntimeError if there is a lock and nobody holds it, and on another loop or thread than that
        of those who wait.
        """
        self._before_notify(sys.maxsize)
        settled = self._machine.notify_all()
        if settled:
            self._host.wake(self._machine, settled)

    def statistics(self) -> _statistics.ConditionStatistics:
        """Its state as a frozen record."""
        lock = None if self._lock is None else self._lock.statistics()
        locked = None if lock is None else lock.locked
        machine = self._machine
        return _statistics.ConditionStatistics(
            machine.waiting, locked, lock, _statistics.waiters(machine)
        )

    def _before_notify(self, n: int) -> None:
        """RuntimeError if the first *n* may not be notified here and now."""
        lock, machine = self._lock, self._machine
        here = self._home()
        if lock is not None:
            if lock._machine.home is not here:
                lock._check_caller(lock._machine)
            if not lock._machine.held:
                self._not_held("notify")
        if machine.home is not here:
            self._check_caller(machine)

    def _not_held(self, what: str) -> NoReturn:
        raise RuntimeError(
            f"{what} on {title(self)} without holding its lock: write `async with condition:`"
        )

    def _words(self) -> tuple[str, ...]:
        return super()._words() if self._lock is None else (*super()._words(), f"lock={self._lock}")
