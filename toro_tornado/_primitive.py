"""What every primitive of the Future shape does: wait, from the moment it is called."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any, ClassVar

from tornado.ioloop import IOLoop

from toro_core import State, Waiter, point_in_time
from toro_core._describe import timed_out
from toro_core._time import Deadline, Span
from toro_core.machines import Machine
from toro_core.plain import Bound

from ._errors import Timeout, WouldBlock
from ._host import ALARMS, HOST, TornadoHost, asyncio_loop
from ._place import FutureWaiter, Place, wake

__all__ = ["Primitive"]


class Primitive(Bound):
    """Its waits start when they are called, and return Futures.

    *io_loop* is the loop to use it on; by default the one that runs.
    """

    __slots__ = ()  # each class has _io_loop, beside what its plain half keeps

    _host: ClassVar[TornadoHost] = HOST
    _Timeout = Timeout
    _WouldBlock = WouldBlock

    _holds: ClassVar[tuple[Any, ...]] = ()  # requests that must be released afterwards

    _io_loop: IOLoop | None

    def _home(self) -> Any:
        return self._host.home() if self._io_loop is None else asyncio_loop(self._io_loop)

    def _wait(
        self, machine: Machine, request: Any, deadline: Deadline, timeout: Span
    ) -> asyncio.Future[Any]:
        """Enter *machine*; the Future is done at once if it need not wait."""
        loop = self._loop()
        return self._line_up(machine, request, self._point(deadline, timeout, loop), loop)

    def _line_up(
        self, machine: Machine, request: Any, when: float | None, loop: asyncio.AbstractEventLoop
    ) -> asyncio.Future[Any]:
        self._bind_to(loop, machine)
        waiter = FutureWaiter(request, when, self._is_prompt(request))
        settled = machine.enter(waiter)
        if waiter.state is State.WAITING:
            if when is not None and when <= loop.time():
                machine.leave(waiter)
                return _failed(loop, self._timeout_error(loop.time() - when))
            place = Place(loop, self, machine, waiter, droppable=request in self._holds)
            if when is not None:
                place.arm(ALARMS[loop])
            return place
        wake(machine, settled)  # those whom it let in; it has no handle itself
        wake(machine, machine.collect(waiter))
        error = self._error_of(waiter)
        return _failed(loop, error) if error is not None else _done(loop, self._result_of(waiter))

    def _done(self, result: object, deadline: Deadline = None, timeout: Span = None) -> Any:
        """A Future for what succeeded at once."""
        loop = self._loop()
        if deadline is not None or timeout is not None:
            self._point(deadline, timeout, loop)
        return _done(loop, result)

    def _loop(self) -> asyncio.AbstractEventLoop:
        loop: asyncio.AbstractEventLoop | None = self._home()
        return asyncio_loop(IOLoop.current()) if loop is None else loop

    def _point(
        self, deadline: Deadline, timeout: Span, loop: asyncio.AbstractEventLoop
    ) -> float | None:
        """The point on asyncio's clock: IOLoop's may be a wall clock, which can jump."""
        if deadline is None or isinstance(deadline, datetime.timedelta):
            return point_in_time(deadline, timeout, loop.time)
        io_loop = IOLoop.current() if self._io_loop is None else self._io_loop
        point = point_in_time(deadline, timeout, io_loop.time)
        return None if point is None else loop.time() + (point - io_loop.time())

    def _is_prompt(self, request: Any) -> bool:
        """Is *request* over as soon as it is granted, as long as nobody awaits its Future?"""
        return False

    def _result_of(self, waiter: Waiter) -> Any:
        """What the Future of a wait that was granted brings."""
        return waiter.value

    def _error_of(self, waiter: Waiter) -> BaseException | None:
        """What the Future of a wait that is over fails with; None if it does not."""
        if waiter.state is State.EXPIRED:
            return self._timeout_error()
        error: BaseException | None = waiter.value if waiter.state is State.REFUSED else None
        return error

    def _timeout_error(self, late: float = 0.0) -> BaseException:
        return self._Timeout(timed_out(self, late))


def _done(loop: asyncio.AbstractEventLoop, result: Any) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = asyncio.Future(loop=loop)
    future.set_result(result)
    return future


def _failed(loop: asyncio.AbstractEventLoop, error: BaseException) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = asyncio.Future(loop=loop)
    future.set_exception(error)
    future.exception()  # now nothing is logged if nobody looks at it
    return future
