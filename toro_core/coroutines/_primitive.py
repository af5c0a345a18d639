"""What every primitive of the coroutine shape does: wait."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from .._describe import title
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
    _checkpoints: ClassVar[bool] = True  # the host's, where a fast path reads it

    async def _wait(self, machine: Machine, request: Any, deadline: Deadline, timeout: Span) -> Any:
        """Enter *machine* and sleep until it has settled the request; return the value.

        If this raises, the wait did not happen: its waiter has left the line, or what it
        was granted has been handed on.
        """
        host = self._host
        when = point_in_time(deadline, timeout, host.now)
        waiter = host.waiter(request, when)
        if waiter.prompt:  # what it is given cannot be taken back
            await host.surface_cancellation()
        self._bind(machine)
        settled = machine.enter(waiter)
        if waiter.state is not WAITING:
            await self._yield_once(machine, waiter, settled)
        elif when is not None and when <= host.now():
            self._wake(machine, machine.leave(waiter))
            if not waiter.prompt:
                await host.surface_cancellation()
            self._timed_out()
        else:
            await self._sleep(machine, waiter)
        return self._answer(machine, waiter)

    async def _yield_once(self, machine: Machine, waiter: Waiter, settled: Settled) -> None:
        """*waiter* was let in at once, and by that perhaps others."""
        if len(settled) > 1:
            self._wake(machine, tuple(other for other in settled if other is not waiter))
        if self._host.checkpoints:
            try:
                await self._host.checkpoint()
            except BaseException:
                self._wake(machine, machine.leave(waiter))
                raise

    async def _sleep(self, machine: Machine, waiter: Waiter) -> None:
        host = self._host
        entry = None if waiter.deadline is None else host.arm(machine, waiter)
        try:
            await host.sleep(machine, waiter)
        except BaseException:
            self._wake(machine, machine.leave(waiter))
            raise
        finally:
            if entry is not None:
                host.disarm(entry)

    def _answer(self, machine: Machine, waiter: Waiter) -> Any:
        if waiter.state is GRANTED:
            self._wake(machine, machine.collect(waiter))
        if waiter.state is COLLECTED:
            return waiter.value
        if waiter.state is EXPIRED:
            self._timed_out()
        error, waiter.value = waiter.value, None
        try:
            raise error
        finally:
            del error  # this frame is in its traceback

    def _timed_out(self) -> NoReturn:
        raise self._Timeout(f"the deadline passed while waiting for {title(self)}")
