"""What every primitive of the coroutine shape does: wait."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, ClassVar, NoReturn

from .._describe import timed_out
from .._time import Deadline, Span, point_in_time
from .._waiter import COLLECTED, EXPIRED, GRANTED, WAITING, Waiter
from ..machines import Machine, Settled
from ..plain import Bound
from ._host import Host

__all__ = ["Primitive"]


class Primitive(Bound):
    """Its waits are coroutines."""

    __slots__ = ()

    _host: ClassVar[Host]
    # May a call that need not wait have to be a checkpoint all the same?  Where it takes something
    # it then goes through _wait, which asks the host, and can take that back.
    _checkpoints: ClassVar[bool] = True

    # May the loop that runs be one of several?  Then _here() is asked whose turn it is.
    _several: ClassVar[bool] = False

    def _here(self) -> Host:
        """The host of the loop that runs."""
        return self._host

    def _turn(self) -> Coroutine[Any, Any, None]:
        """Be a checkpoint where one is due, and no more: nothing was taken that could be lost."""
        return self._give_way()

    async def _give_way(self) -> None:
        host = self._host
        if host.checkpoints:
            await host.surface_cancellation()
            await host.checkpoint()

    def _wait(
        self, machine: Machine, request: Any, deadline: Deadline, timeout: Span
    ) -> Coroutine[Any, Any, Any]:
        """Enter *machine* and sleep until it has settled the request; return the value.

        If this raises, the wait did not happen: its waiter has left the line, or what it
        was granted has been handed on.  An adapter may do the same in fewer frames.
        """
        return self._stand_in_line(machine, request, deadline, timeout)

    async def _stand_in_line(
        self, machine: Machine, request: Any, deadline: Deadline, timeout: Span
    ) -> Any:
        host = self._host
        when = None
        if deadline is not None or timeout is not None:
            when = point_in_time(deadline, timeout, host.now)
        waiter = host.waiter(None, request, when)
        if waiter.prompt:  # what it is given cannot be taken back
            await host.surface_cancellation()
        home = self._home()
        if machine.home is not home:
            self._move(machine, home)
        settled = machine.enter(waiter)
        try:
            if waiter.state is WAITING:
                if when is None:
                    await host.sleep(machine, waiter)
                else:
                    await self._sleep_until(when, machine, waiter)
            else:
                if len(settled) > 1:
                    self._wake_others(machine, waiter, settled)
                if host.checkpoints:
                    await host.checkpoint()
        except BaseException:
            self._wake(machine, machine.leave(waiter))
            raise
        if waiter.state is GRANTED:
            settled = machine.collect(waiter)
            if settled:
                host.wake(machine, settled)
        if waiter.state is COLLECTED:
            return waiter.value
        return self._not_granted(waiter)

    async def _sleep_until(self, when: float, machine: Machine, waiter: Waiter) -> None:
        host = self._host
        now = host.now()
        if when <= now:
            machine.leave(waiter)
            await host.surface_cancellation()
            self._timed_out(now - when)
        entry = host.arm(machine, waiter)
        try:
            await host.sleep(machine, waiter)
        finally:
            host.disarm(entry)

    def _wake_others(self, machine: Machine, waiter: Waiter, settled: Settled) -> None:
        """*waiter* was let in at once, and by that others."""
        self._host.wake(machine, tuple(other for other in settled if other is not waiter))

    def _not_granted(self, waiter: Waiter) -> Any:
        if waiter.state is EXPIRED:
            self._timed_out()
        if waiter.state is WAITING:
            raise RuntimeError("host.sleep returned before wake was called for this waiter")
        error, waiter.value = waiter.value, None
        try:
            raise error
        finally:
            del error  # this frame is in its traceback

    def _timed_out(self, late: float = 0.0) -> NoReturn:
        raise self._Timeout(timed_out(self, late))
