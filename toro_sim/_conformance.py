"""The conformance suite on the simulator: ``--toro-adapter toro_sim._conformance:DRIVERS``."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, ClassVar

from toro_conformance.cases.test_names import CLASSES, EXCEPTIONS
from toro_conformance.driver import Cancel, Driver
from toro_conformance.virtual import START

import toro_sim

from ._loop import Loop
from ._schedule import Like

if TYPE_CHECKING:
    from collections.abc import Callable

    from toro_conformance.driver import Body

__all__ = ["DRIVERS", "SimDriver", "SimTrioDriver"]


# What every adapter has.  The simulator has its loop besides.
NAMES = [*CLASSES, *EXCEPTIONS]
NAMESPACE = SimpleNamespace(__all__=NAMES, **{name: getattr(toro_sim, name) for name in NAMES})


class SimDriver(Driver):
    """The simulator with the cancellations of asyncio."""

    name = "sim"
    toro = NAMESPACE
    cancelled = toro_sim.Cancelled
    undoes_grants = True
    runs_in_order = True
    orders_timers = True
    shows_timers = True

    like: ClassVar[Like] = "asyncio"

    def __init__(self) -> None:
        self.loop = Loop(self.like)
        self.loop.now = START

    def run(self, main: Body) -> None:
        self.loop.run(main)

    def spawn(self, body: Body) -> Cancel:
        return toro_sim.spawn(body, daemon=True).cancel

    async def settle(self) -> None:
        await toro_sim.settle()

    def now(self) -> float:
        return toro_sim.now()

    def tick(self, seconds: float) -> None:
        self.loop.move_clock(self.loop.now + seconds)

    async def checkpoint(self) -> None:
        await toro_sim.checkpoint()

    def call_at(self, when: float, callback: Callable[[], object]) -> None:
        self.loop.call_at(when, callback)

    def timer_armed(self) -> bool:
        return bool(self.loop.timers())


class SimTrioDriver(SimDriver):
    """The simulator with the cancellations of Trio."""

    name = "sim-trio"
    undoes_grants = False
    cancels_again = True
    checkpoints = True
    like = "trio"


DRIVERS = (SimDriver, SimTrioDriver)
