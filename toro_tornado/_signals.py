"""Event, AsyncResult and Condition for Tornado."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from tornado.ioloop import IOLoop

from toro_core import State, Waiter, coroutines, machines, plain
from toro_core._checks import as_raised
from toro_core._guard import Guard
from toro_core._time import Deadline, Span

from ._errors import AlreadySet, NotReady
from ._host import ALARMS
from ._locks import Lock
from ._place import FutureWaiter, MonitorPlace, wake
from ._primitive import Primitive, _failed
from ._wait_for import WaitFor

__all__ = ["AsyncResult", "Condition", "Event"]

T = TypeVar("T")


class Event(Primitive, plain.Event):
    __slots__ = ("_io_loop",)
    __doc__ = coroutines.Event.__doc__

    def __init__(self, io_loop: IOLoop | None = None, *, name: str | None = None) -> None:
        super().__init__(name=name)
        self._io_loop = io_loop

    def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[None]:
        """Wait until the flag is set; the Future is done at once if it is.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is.  The Future fails with Timeout if it passes first.
        """
        if not self._machine.flag:
            return self._wait(self._machine, None, deadline, timeout)
        future: asyncio.Future[None] = self._done(None, deadline, timeout)
        return future


class AsyncResult(Primitive, plain.AsyncResult[T]):
    __slots__ = ("_io_loop",)
    __doc__ = coroutines.AsyncResult.__doc__
    _AlreadySet = AlreadySet
    _NotReady = NotReady

    def __init__(self, io_loop: IOLoop | None = None, *, name: str | None = None) -> None:
        super().__init__(name=name)
        self._io_loop = io_loop

    def get(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[T]:
        """Wait for the value, or for the exception that was set.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is.  The Future fails with Timeout if it passes first.
        """
        return self._wait(self._machine, None, deadline, timeout)

    def _error_of(self, waiter: Waiter) -> BaseException | None:
        error = super()._error_of(waiter)
        if waiter.state is State.REFUSED and error is not None:
            error.with_traceback(self._traceback)  # each Future adds to it from here
        return error

    def set_exception(self, exc: BaseException | type[BaseException]) -> None:
        super().set_exception(as_raised(exc) if isinstance(exc, BaseException) else exc)


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
        if isinstance(io_loop, plain.Lock):
            raise TypeError("the first parameter is io_loop: write Condition(lock=lock)")
        super().__init__(lock, name=name)
        self._io_loop = io_loop

    def _its_lock(self) -> Lock:
        lock = super()._its_lock()
        assert isinstance(lock, Lock)
        return lock

    def acquire(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[Guard]:
        """``acquire`` of the lock."""
        return self._its_lock().acquire(deadline, timeout=timeout)

    async def __aenter__(self) -> None:
        await self._its_lock().acquire()

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        self._its_lock().release()

    def wait(self, deadline: Deadline = None, *, timeout: Span = None) -> asyncio.Future[None]:
        """Wait for a notification.

        A number as *deadline* is a point on the IOLoop's clock, a timedelta is counted from
        now, as *timeout* is; the Future fails with Timeout if it passes before the
        notification.  Waiting for the lock afterwards has no deadline.
        """
        return self._wait_until(self._point(deadline, timeout, self._loop()))

    def wait_for(
        self, predicate: Callable[[], T], deadline: Deadline = None, *, timeout: Span = None
    ) -> asyncio.Future[T]:
        """Wait until *predicate()* is true; the Future brings what it gave.

        It is called once at the start and once after each notification.  The deadline
        covers the whole.
        """
        loop = self._loop()
        when = self._point(deadline, timeout, loop)
        return WaitFor(loop, self, predicate, when)

    def _wait_until(self, when: float | None) -> asyncio.Future[None]:
        """``wait``, with a deadline on asyncio's clock."""
        loop = self._loop()
        self._check_held("wait")
        if when is not None and when <= loop.time():
            return _failed(loop, self._timeout_error(loop.time() - when))
        if isinstance(self._machine, machines.Monitor):
            return self._give_up_the_lock(self._machine, when, loop)
        return self._line_up(self._machine, None, when, loop)

    def _pass_on(self) -> None:
        """A notification that was not used."""
        self._wake(self._lines(), self._machine.notify(1))

    def _give_up_the_lock(
        self, machine: machines.Monitor, when: float | None, loop: asyncio.AbstractEventLoop
    ) -> asyncio.Future[None]:
        self._bind_to(loop, machine.lock)
        self._bind_to(loop, machine)
        waiter = FutureWaiter(None, when)
        place = MonitorPlace(loop, self, machine, waiter)
        settled = machine.enter(waiter)
        if when is not None:
            place.arm(ALARMS[loop])
        wake(machine.lock, settled)
        return place

    def _result_of(self, waiter: Waiter) -> Any:
        return None
