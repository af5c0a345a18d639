"""Event, AsyncResult and Condition for Tornado."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from sys import getrefcount
from typing import TYPE_CHECKING, Any, TypeVar

from tornado.ioloop import IOLoop

from toro_core import State, Waiter, coroutines, machines, plain
from toro_core._guard import Guard
from toro_core._time import Deadline, Span
from toro_core._waiter import BareWaiter

from . import _done
from ._done import ALONE, Nothing, current_loop, failed
from ._host import ALARMS
from ._locks import Lock
from ._monitor_place import MonitorPlace
from ._primitive import Primitive, check_io_loop
from ._wait_for import WaitFor
from ._wake import wake

__all__ = ["AsyncResult", "Condition", "Event"]

T = TypeVar("T")

_running_loop = asyncio._get_running_loop


class Event(Primitive, plain.Event):
    __slots__ = ("_io_loop",)
    __doc__ = coroutines.Event.__doc__

    def __init__(self, io_loop: IOLoop | None = None, *, name: str | None = None) -> None:
        """*io_loop* is the IOLoop to use it on, else TypeError; by default the one that runs."""
        super().__init__(name=name)
        self._io_loop = None if io_loop is None else check_io_loop(io_loop)

    def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[None]:
        """Wait until the flag is set; the Future is done at once if it is.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is.  The Future fails with Timeout if it passes first.  If it fails or is
        cancelled, nothing has changed.
        """
        if not self._machine.flag or self._io_loop is not None:
            return self._wait(self._machine, None, deadline, timeout)
        if deadline is not None or timeout is not None:
            self._check_time(deadline, timeout)
        # As nothing(): a frame less.
        return _done.NOTHING if getrefcount(_done.NOTHING) == ALONE else Nothing()


class AsyncResult(Primitive, plain.AsyncResult[T]):
    __slots__ = ("_io_loop",)
    __doc__ = coroutines.AsyncResult.__doc__

    def __init__(self, io_loop: IOLoop | None = None, *, name: str | None = None) -> None:
        """*io_loop* is the IOLoop to use it on, else TypeError; by default the one that runs."""
        super().__init__(name=name)
        self._io_loop = None if io_loop is None else check_io_loop(io_loop)

    def get(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[T]:
        """Wait for the value, or for the exception that was set.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is.  The Future fails with Timeout if it passes first; the result and
        others who wait are not affected.
        """
        return self._wait(self._machine, None, deadline, timeout)

    def _error_of(self, waiter: Waiter) -> BaseException | None:
        error = super()._error_of(waiter)
        if waiter.state is State.REFUSED:
            assert error is not None
            error.with_traceback(self._traceback)  # each Future adds to it from here
        return error


class Condition(Primitive, plain.Condition):
    __slots__ = ("_io_loop",)
    __doc__ = coroutines.Condition.__doc__

    _lock: Lock | None
    _lock_type = Lock

    def __init__(
        self,
        io_loop: IOLoop | None = None,
        lock: Lock | None = None,
        *,
        name: str | None = None,
    ) -> None:
        """*io_loop* is the IOLoop to use it on, else TypeError; by default the one that runs."""
        if isinstance(io_loop, plain.Lock):
            raise TypeError("the first parameter is io_loop: write Condition(lock=lock)")
        super().__init__(lock, name=name)
        self._io_loop = None if io_loop is None else check_io_loop(io_loop)

    if TYPE_CHECKING:

        def _its_lock(self) -> Lock: ...

    def acquire(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[Guard]:
        """``acquire`` of the lock.  RuntimeError if the condition has none."""
        return self._its_lock().acquire(deadline, timeout=timeout)

    if TYPE_CHECKING:

        async def __aenter__(self) -> None: ...

        async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None: ...

    else:  # no coroutines of their own but the lock's, without one more around them

        def __aenter__(self):
            return self._its_lock().__aenter__()

        def __aexit__(self, exc_type, exc, tb):
            return self._its_lock().__aexit__(exc_type, exc, tb)

    def notify(self, n: int = 1) -> None:
        """Wake the first *n* in line.  If nobody waits, the notification is gone.

        RuntimeError if there is a lock and nobody holds it, and on another loop or thread than that
        of those who wait; an *n* that is not an int: TypeError; a negative one: ValueError.
        """
        machine = self._machine
        if n != 1 or type(n) is not int or self._lock is not None:
            super().notify(n)
        elif machine.line:
            if machine.home is not _running_loop():
                self._check_caller(machine)
            wake(machine, machine.notify())

    def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[None]:
        """Wait for a notification.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is.  The Future fails with Timeout if it passes before the notification.
        Waiting for the lock afterwards has no deadline.  RuntimeError if there is a lock and nobody
        holds it.

        If it fails or is cancelled, no notification is used up, and the lock is held again.
        """
        when = None
        if deadline is not None or timeout is not None:
            when = self._point(deadline, timeout, self._home() or current_loop())
        if self._lock is None:
            return self._wait(self._machine, None, None, None, when)
        return self._give_up_the_lock(self._lock._machine, when)

    def wait_for(
        self, predicate: Callable[[], T], deadline: Deadline = None, *, timeout: Span = None
    ) -> asyncio.Future[T]:
        """Wait until *predicate()* is true; the Future brings what it gave.

        It is called once at the start and once after each notification.  The deadline covers the
        whole: a number is a point on the IOLoop's clock, a timedelta is counted from now, as
        *timeout* is.  The Future fails as that of ``wait`` does, and with what the predicate
        raises.

        Whoever awaits it, yields it or has added a callback goes on right after the look at the
        predicate; who listens to a Future around it, as that of ``gen.with_timeout`` or
        ``asyncio.shield``, a pass of the loop later, and should look again.
        """
        loop = self._home() or current_loop()
        when = self._point(deadline, timeout, loop)
        return WaitFor(loop, self, predicate, when)

    def _wait_until(self, when: float | None) -> asyncio.Future[None]:
        """``wait``, with a deadline on asyncio's clock."""
        if self._lock is None:
            return self._wait(self._machine, None, None, None, when)
        return self._give_up_the_lock(self._lock._machine, when)

    def _give_up_the_lock(self, lock: machines.Lock, when: float | None) -> asyncio.Future[None]:
        loop = _running_loop()
        if loop is None or self._io_loop is not None:
            loop = self._home() or current_loop()
        machine: Any = self._machine
        if not lock.held:
            self._not_held("wait")
        if when is not None and (late := loop.time() - when) >= 0.0:
            return failed(loop, self._timeout_error(late))
        if lock.home is not loop or machine.home is not loop:
            self._move(lock, loop)
            self._move(machine, loop)
        place = MonitorPlace()
        place._primitive = self
        place._waiter = waiter = BareWaiter()
        place._home = loop
        place._guard = place._alarm = place._cancelled_with = None
        waiter.handle = place
        waiter.request = waiter.value = None
        waiter.deadline = when
        if when is not None:  # before the lock is given up: a closed loop has no timers
            place._alarm = ALARMS[loop].add(machine, waiter)
        settled = machine.enter(waiter)
        if settled:
            wake(lock, settled)
        return place
