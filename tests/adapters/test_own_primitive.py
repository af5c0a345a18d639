"""A primitive of one's own, a barrier: who comes last is let in at once, and lets in the others."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from toro_conformance.case import perform
from toro_conformance.cases.test_checkpoints import passes_during
from toro_conformance.drivers import Absent, installed
from toro_conformance.world import World

import toro_tornado
from toro_core import Waiter
from toro_core.coroutines import Condition, Event, Lock, Primitive
from toro_core.machines import Machine, Semaphore, Settled

BASES = {
    "asyncio": "_OnAsyncio",
    "anyio-asyncio": "_OnAnyio",
    "trio": "_OnTrio",
    "anyio-trio": "_OnAnyio",
    "sim": "_OnSim",
    "sim-trio": "_OnSim",
}
DRIVERS = [each for each in installed(BASES) if not isinstance(each, Absent)]
every_driver = pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)
either_wait = pytest.mark.parametrize("shared", [False, True], ids=["own", "shared"])


class Arrivals(Machine):
    """Whoever has come, until all have."""

    __slots__ = ()

    parties = 3

    def _let_in(self, waiter: Waiter) -> bool:
        return False

    def enter(self, waiter: Waiter) -> Settled:
        if self.waiting < self.parties - 1:
            return super().enter(waiter)
        assert self.line is not None
        others = tuple(self.line)
        self.line.clear()
        for each in (waiter, *others):
            self._grant(each)
        return (waiter, *others)


class Pair(Arrivals):
    __slots__ = ()

    parties = 2


def own_primitive(driver: Any, shared: bool, machine: Machine) -> Any:
    """Waiting as its adapter does, or as the core does."""
    package = driver.toro.Lock.__module__.partition(".")[0]
    base: Any = getattr(importlib.import_module(f"{package}._primitives"), BASES[driver.name])

    class Own(base):  # type: ignore[misc]
        async def arrive(self) -> None:
            wait = Primitive._wait if shared else type(self)._wait
            await wait(self, self._machine, None, None, None)

    return Own(machine, None)


@every_driver
@either_wait
def test_who_comes_last_lets_in_the_others(driver: Any, shared: bool) -> None:
    async def body(t: World) -> None:
        own = own_primitive(driver, shared, Arrivals())
        for _ in range(2):
            first, second = await t.park(own.arrive), await t.park(own.arrive)
            await t.finish(own.arrive)
            assert first.returned
            assert second.returned

    perform(driver, body)


@every_driver
@either_wait
def test_who_comes_last_gives_way_where_every_wait_is_a_checkpoint(
    driver: Any, shared: bool
) -> None:
    async def body(t: World) -> None:
        barriers = [own_primitive(driver, shared, Pair()) for _ in range(3)]
        others = [await t.park(own.arrive) for own in barriers]

        async def come_last() -> None:
            for own in barriers:
                await own.arrive()

        passes = await passes_during(t, come_last)
        assert bool(passes) is driver.checkpoints
        assert all(other.returned for other in others)

    perform(driver, body)


@every_driver
@either_wait
def test_who_is_cancelled_before_it_is_let_in_at_once_has_taken_nothing_or_has_it(
    driver: Any, shared: bool
) -> None:
    async def body(t: World) -> None:
        machine = Semaphore(1)
        own = own_primitive(driver, shared, machine)
        operation = t.start(own.arrive)
        operation.cancel()
        await t.settle()
        assert machine.value == (0 if operation.returned else 1)
        assert not machine.promised

    perform(driver, body)


@every_driver
def test_what_is_given_a_host_and_nothing_else_works(driver: Any) -> None:
    package = driver.toro.Lock.__module__.partition(".")[0]
    host = importlib.import_module(f"{package}._host").HOST
    event_type: Any = type("Event", (Event,), {"__slots__": (), "_host": host})
    lock_type: Any = type("Lock", (Lock,), {"__slots__": (), "_host": host})

    async def body(t: World) -> None:
        event, lock = event_type(), lock_type()
        operation = await t.park(event.wait)
        event.set()
        await t.settle()
        assert operation.returned
        await t.finish(event.wait)
        await t.finish(lock.acquire)
        operation = await t.park(lock.acquire)
        lock.release()
        await t.settle()
        assert operation.returned

    perform(driver, body)


@every_driver
def test_whether_what_is_free_gives_way_is_for_the_host_to_say(driver: Any) -> None:
    package = driver.toro.Lock.__module__.partition(".")[0]
    host = importlib.import_module(f"{package}._host").HOST
    lock_type: Any = type("Lock", (Lock,), {"__slots__": (), "_host": host})

    async def body(t: World) -> None:
        async def take_three() -> None:
            for _ in range(3):
                await lock_type().acquire()

        assert bool(await passes_during(t, take_three)) is driver.checkpoints

    perform(driver, body)


@every_driver
def test_a_condition_that_is_given_a_host_and_nothing_else_demands_a_lock_that_can_be_awaited(
    driver: Any,
) -> None:
    package = driver.toro.Lock.__module__.partition(".")[0]
    host = importlib.import_module(f"{package}._host").HOST
    kind: Any = type("Condition", (Condition,), {"__slots__": (), "_host": host})
    assert kind(driver.toro.Lock()) is not None
    with pytest.raises(TypeError, match="lock must be a "):
        kind(toro_tornado.Lock())
