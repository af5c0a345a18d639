"""Trio."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import trio
import trio.testing

import toro_trio
from toro_conformance.driver import Cancel, Driver, Native
from toro_conformance.virtual import START

if TYPE_CHECKING:
    from toro_conformance.driver import Body


NATIVE: dict[str, tuple[type[BaseException], ...]] = {
    "Timeout": (trio.TooSlowError,),
    "WouldBlock": (trio.WouldBlock,),
    "Empty": (trio.WouldBlock,),
    "Full": (trio.WouldBlock,),
}


class TrioDriver(Driver):
    name = "trio"
    toro = toro_trio
    cancelled: ClassVar[type[BaseException]] = trio.Cancelled
    native: Native = NATIVE
    cancels_again = True
    checkpoints = True
    shows_timers = True

    nursery: trio.Nursery

    def __init__(self) -> None:
        self.clock: trio.testing.MockClock = trio.testing.MockClock()
        self.clock.jump(START)

    def run(self, main: Body) -> None:
        trio.run(self._main, main, clock=self.clock)

    async def _main(self, main: Body) -> None:
        async with trio.open_nursery() as self.nursery:
            await main()
            self.nursery.cancel_scope.cancel()

    def spawn(self, body: Body) -> Cancel:
        scope = trio.CancelScope()

        async def task() -> None:
            with scope:
                await body()

        self.nursery.start_soon(task)
        return scope.cancel

    async def settle(self) -> None:
        await trio.testing.wait_all_tasks_blocked()

    def now(self) -> float:
        return trio.current_time()

    def tick(self, seconds: float) -> None:
        self.clock.jump(seconds)

    async def checkpoint(self) -> None:
        await trio.lowlevel.checkpoint()

    def timer_armed(self) -> bool:
        return trio.lowlevel.current_statistics().seconds_to_next_deadline != math.inf
