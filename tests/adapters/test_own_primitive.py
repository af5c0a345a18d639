"""A primitive of one's own, a barrier: who comes last is let in at once, and lets in the others."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from toro_conformance.case import perform
from toro_conformance.drivers import Absent, installed
from toro_conformance.world import World

from toro_core import Waiter
from toro_core.machines import Machine, Settled

BASES = {
    "asyncio": "_OnAsyncio",
    "anyio-asyncio": "_OnAnyio",
    "trio": "_OnTrio",
    "anyio-trio": "_OnAnyio",
    "sim": "_OnSim",
    "sim-trio": "_OnSim",
}
DRIVERS = [each for each in installed(BASES) if not isinstance(each, Absent)]


class Arrivals(Machine):
    """Whoever has come, until there are three."""

    __slots__ = ()

    def _let_in(self, waiter: Waiter) -> bool:
        return False

    def enter(self, waiter: Waiter) -> Settled:
        if self.waiting < 2:
            return super().enter(waiter)
        assert self.line is not None
        others = tuple(self.line)
        self.line.clear()
        for each in (waiter, *others):
            self._grant(each)
        return (waiter, *others)


def barrier(driver: Any) -> Any:
    package = driver.toro.Lock.__module__.partition(".")[0]
    base: Any = getattr(importlib.import_module(f"{package}._primitives"), BASES[driver.name])

    class Barrier(base):  # type: ignore[misc]
        async def arrive(self) -> None:
            await self._wait(self._machine, None, None, None)

    return Barrier(Arrivals(), None)


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)
def test_who_comes_last_lets_in_the_others(driver: Any) -> None:
    async def body(t: World) -> None:
        own = barrier(driver)
        for _ in range(2):
            first, second = await t.park(own.arrive), await t.park(own.arrive)
            await t.finish(own.arrive)
            assert first.returned
            assert second.returned

    perform(driver, body)
