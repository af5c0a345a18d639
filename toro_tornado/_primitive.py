"""What every primitive of the Future shape does: wait, from the moment it is called."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from tornado.ioloop import IOLoop

from toro_asyncio._host import AsyncioHost
from toro_core import Waiter, point_in_time
from toro_core._checks import as_raised
from toro_core._describe import timed_out
from toro_core._guard import Guard
from toro_core._time import FAR, USUAL, Deadline, Span
from toro_core._waiter import EXPIRED, REFUSED, WAITING, BareWaiter
from toro_core.machines import Machine, Put, Settled
from toro_core.plain import Bound

from ._done import Done, asyncio_loop, current_loop, failed, nothing, succeeded
from ._errors import Timeout, WouldBlock
from ._hold_place import HoldPlace
from ._host import ALARMS, HOST
from ._place import Place, SwappingWaiter
from ._wake import HoldWaiter, Unseen, wake

__all__ = ["Primitive", "check_io_loop"]

_running_loop = asyncio._get_running_loop


class Primitive(Bound):
    """Its waits start when they are called, and return Futures.

    *io_loop* is the loop to use it on; by default the one that runs.
    """

    __slots__ = ()  # each class has _io_loop, beside what its plain half keeps

    _host: ClassVar[AsyncioHost] = HOST
    _Timeout = Timeout
    _WouldBlock = WouldBlock

    # By request, for those that must be released afterwards.
    _guards: ClassVar[Mapping[Any, type[Guard]]] = MappingProxyType({})
    _place: ClassVar[type[Place]] = Place

    _io_loop: IOLoop | None

    def _home(self) -> Any:
        return _running_loop() if self._io_loop is None else asyncio_loop(self._io_loop)

    def _wait(
        self,
        machine: Machine,
        request: Any,
        deadline: Deadline,
        timeout: Span,
        when: float | None = None,
    ) -> asyncio.Future[Any]:
        """Enter *machine*; the Future is done at once if it need not wait.

        *when* is a deadline on asyncio's clock.
        """
        loop = _running_loop()
        if loop is None or self._io_loop is not None:
            loop = self._home() or current_loop()
        ahead = False
        if deadline is not None or timeout is not None:
            if (
                deadline is None
                and (type(timeout) is float or type(timeout) is int)
                and 0 < timeout < FAR
            ):
                ahead, when = True, loop.time() + timeout  # as usual, in fewer frames
            else:
                when = self._point(deadline, timeout, loop)
        if machine.home is not loop:
            self._move(machine, loop)
        guard = self._guards.get(request) if self._guards else None
        waiter: BareWaiter
        if guard is not None:
            waiter = HoldWaiter()
        else:
            waiter = BareWaiter() if self._place is Place else _swapping(request)
        waiter.handle = waiter.value = None
        waiter.request = request
        waiter.deadline = when
        settled = machine.enter(waiter)
        if waiter.state is not WAITING:
            return self._over(machine, waiter, settled, guard)
        if when is not None and not ahead and (late := loop.time() - when) >= 0.0:
            machine.leave(waiter)
            return failed(loop, self._timeout_error(late))
        place = self._place() if guard is None else HoldPlace()
        place._primitive = self
        place._guard = guard
        place._waiter = waiter
        place._home = loop
        place._alarm = None
        if when is not None:  # then it must know of its end, to disarm
            try:
                waiter.handle = place._alarm = ALARMS[loop].add(machine, waiter)
            except BaseException:  # the loop is closed
                wake(machine, machine.leave(waiter))
                raise
        return place

    def _over(
        self, machine: Machine, waiter: Waiter, settled: Settled, kind: type[Guard] | None
    ) -> asyncio.Future[Any]:
        """What need not wait."""
        wake(machine, settled)  # itself, and those whom it let in
        if kind is not None:
            machine.collect(waiter)
        error = self._error_of(waiter)
        if error is not None:
            return failed(machine.home, error)
        if kind is None:
            return self._done(waiter.value)
        guard = kind()
        guard.of = self
        return self._done(guard)

    def _done(self, result: object) -> asyncio.Future[Any]:
        """A Future for what succeeded at once."""
        if self._io_loop is not None:
            return succeeded(asyncio_loop(self._io_loop), result)
        if result is None:
            return nothing()
        done = Done()
        done._value = result
        return done

    def _point(
        self, deadline: Deadline, timeout: Span, loop: asyncio.AbstractEventLoop
    ) -> float | None:
        """The point on asyncio's clock: IOLoop's may be a wall clock, which can jump."""
        if deadline is None or isinstance(deadline, datetime.timedelta):
            return point_in_time(deadline, timeout, loop.time)
        io_loop = IOLoop.current() if self._io_loop is None else self._io_loop
        point = point_in_time(deadline, timeout, io_loop.time)
        return None if point is None else loop.time() + (point - io_loop.time())

    def _check_time(self, deadline: Deadline, timeout: Span) -> None:
        """Raise if they say nothing that can be waited for."""
        if deadline is not None or type(timeout) not in USUAL or timeout != timeout:
            self._point(deadline, timeout, self._home() or current_loop())

    def _error_of(self, waiter: Waiter) -> BaseException | None:
        """What the Future of a wait that is over fails with; None if it does not.

        To be asked once, and without its traceback: that of an error which came out of a hook or
        a comparison leads to frames that know the waiter and the Future, which keep it.
        """
        if waiter.state is EXPIRED:
            return self._timeout_error()
        if waiter.state is not REFUSED:
            return None
        if type(waiter.handle) is Unseen:
            waiter.handle.exception()  # now it is seen
        error: BaseException
        error, waiter.value = waiter.value, None
        return as_raised(error.with_traceback(None))

    def _timeout_error(self, late: float = 0.0) -> BaseException:
        return self._Timeout(timed_out(self, late))


def check_io_loop(io_loop: object) -> IOLoop:
    if not isinstance(io_loop, IOLoop):
        raise TypeError(
            f"io_loop must be an IOLoop of Tornado, not {io_loop!r}:"
            " leave it out, or pass IOLoop.current()"
        )
    return io_loop


def _swapping(request: Any) -> SwappingWaiter:
    waiter = SwappingWaiter()
    waiter.prompt = isinstance(request, Put)
    return waiter
