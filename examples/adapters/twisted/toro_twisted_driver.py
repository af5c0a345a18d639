"""The suite on Twisted: ``toro-conformance --toro-adapter toro_twisted_driver:TwistedDriver``."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import toro_twisted
from toro_conformance import Driver
from twisted.internet import defer, task
from twisted.python.failure import Failure

Body = Callable[[], Coroutine[Any, Any, None]]


class TwistedDriver(Driver):
    name = "twisted"
    toro = toro_twisted
    cancelled = defer.CancelledError
    undoes_grants = True
    cancels_at_once = True
    runs_in_order = True
    orders_timers = True
    shows_timers = True
    native = {  # noqa: RUF012
        "Timeout": (defer.TimeoutError,),
        "Empty": (defer.QueueUnderflow,),
        "Full": (defer.QueueOverflow,),
    }

    def __init__(self) -> None:
        self.clock: Any = task.Clock()
        self.clock.rightNow = 1000.0

    def run(self, main: Body) -> None:
        with toro_twisted.use(self.clock):
            outcome: list[Any] = []
            _ = defer.ensureDeferred(main()).addBoth(outcome.append)
            while not outcome:
                self.clock.advance(0)
        if isinstance(outcome[0], Failure):
            outcome[0].raiseException()

    def spawn(self, body: Body) -> Callable[[], None]:
        spawned = defer.ensureDeferred(body())
        _ = spawned.addErrback(self._ended)
        return spawned.cancel

    def _ended(self, failure: Any) -> None:
        failure.trap(self.cancelled)
        failure.cleanFailure()  # its traceback holds Twisted's frames, and those hold it

    async def settle(self) -> None:
        await self.checkpoint()
        while self.clock.calls and self.clock.calls[0].getTime() <= self.now():
            await self.checkpoint()

    def now(self) -> float:
        seconds: float = self.clock.seconds()
        return seconds

    def tick(self, seconds: float) -> None:
        self.clock.rightNow += seconds

    async def checkpoint(self) -> None:
        await task.deferLater(self.clock, 0)

    def call_at(self, when: float, callback: Callable[[], object]) -> None:
        self.clock.callLater(when - self.now(), callback)

    def timer_armed(self) -> bool:
        return any(call.getTime() > self.now() for call in self.clock.calls)
