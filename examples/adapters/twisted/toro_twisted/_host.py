"""Twisted as a host of the coroutine shape."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, succeed

from toro_core import State, Waiter
from toro_core.machines import Machine

from ._alarm import alarm_of
from ._reactor import Reactor, running
from ._turn import wake

__all__ = ["HOST", "TwistedHost"]


class TwistedHost:
    """Sleeping is waiting for a Deferred.

    It is fired a turn after the grant, and a task cancelled in between hands its grant on.
    A cancellation runs its task at once, so none is ever pending.
    """

    checkpoints = False
    cancellations: tuple[type[BaseException], ...] = (CancelledError,)

    home = staticmethod(running)
    wake = staticmethod(wake)
    waiter = Waiter

    def is_gone(self, home: Reactor) -> bool:
        return False  # there is one reactor for as long as the process lives

    def check_caller(self, home: Reactor) -> None:
        raise RuntimeError(
            f"in use on {home!r}, which runs in another thread;"
            " hand the call over with reactor.callFromThread(…)"
        )

    def now(self) -> float:
        return self._running().seconds()

    def sleep(self, machine: Machine, waiter: Waiter) -> Awaitable[None]:
        self._running()
        deferred: Deferred[None] = Deferred()
        waiter.handle = deferred
        return deferred

    async def sleep_shielded(self, machine: Machine, waiter: Waiter) -> BaseException | None:
        last = None
        while waiter.state is State.WAITING:
            try:
                await self.sleep(machine, waiter)
            except CancelledError as error:
                last = error
        return last

    def comes_again(self, error: BaseException) -> bool:
        return False

    def checkpoint(self) -> Awaitable[None]:
        return succeed(None)

    def surface_cancellation(self) -> Awaitable[None]:
        return succeed(None)

    def arm(self, machine: Machine, waiter: Waiter) -> Any:
        return alarm_of(self._running()).add(machine, waiter)

    def disarm(self, entry: Any) -> None:
        alarm, deadline = entry
        alarm.discard(deadline)

    def _running(self) -> Reactor:
        reactor = running()
        if reactor is None:
            raise RuntimeError(
                "no reactor runs in this thread: import twisted.internet.reactor first, or hand"
                " the call over with reactor.callFromThread(…)"
            )
        return reactor


HOST = TwistedHost()
