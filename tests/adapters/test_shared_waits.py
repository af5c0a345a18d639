"""Each host serves the waits that are shared, also where its adapter has shorter ones of its own.

So whoever derives a primitive from ``toro_core.coroutines`` may use the host of any adapter.
"""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple

import pytest
from toro_conformance.case import perform
from toro_conformance.drivers import Absent, installed
from toro_conformance.world import World

from toro_core import Timeout, coroutines

NAMES = ["asyncio", "anyio-asyncio", "anyio-asyncio-native", "trio", "anyio-trio", "sim"]
DRIVERS = [each for each in installed(NAMES) if not isinstance(each, Absent)]
every_driver = pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)


class Shared(NamedTuple):
    """Primitives that wait as the core does it."""

    Lock: Any
    Event: Any
    Condition: Any


def shared(driver: Any) -> Shared:
    package = driver.toro.Lock.__module__.partition(".")[0]
    host = importlib.import_module(f"{package}._host").HOST
    kinds = (coroutines.Lock, coroutines.Event, coroutines.Condition)
    return Shared(*(type(kind.__name__, (kind,), {"_host": host}) for kind in kinds))


@every_driver
def test_a_lock_is_handed_over_and_a_deadline_ends_the_wait_for_it(driver: Any) -> None:
    async def body(t: World) -> None:
        lock = shared(driver).Lock()
        assert await t.finish(lock.acquire)
        impatient = await t.park(lock.acquire, timeout=1)
        patient = await t.park(lock.acquire)
        await t.advance(2)
        assert impatient.raised(Timeout)
        await t.at_once(lock.release)
        assert patient.returned
        assert lock.locked()
        with pytest.raises(Timeout):
            await t.finish(lock.acquire, timeout=0)

    perform(driver, body)


@every_driver
def test_an_event_that_is_set_is_not_waited_for(driver: Any) -> None:
    async def body(t: World) -> None:
        event = shared(driver).Event()
        event.set()
        await t.finish(event.wait)
        await t.finish(event.wait, timeout=1)

    perform(driver, body)


@every_driver
def test_whoever_is_cancelled_once_notified_has_the_lock_again(driver: Any) -> None:
    async def body(t: World) -> None:
        toro = shared(driver)
        lock = toro.Lock()
        condition = toro.Condition(lock=lock)
        held: list[bool] = []

        async def waits() -> None:
            async with condition:
                try:
                    await condition.wait()
                finally:
                    held.append(lock.locked())

        waiting = t.spawn(waits)
        await t.settle()
        assert not lock.locked()
        await t.finish(lock.acquire)
        await t.at_once(condition.notify, waiting.cancel)
        assert held == []
        await t.at_once(lock.release)
        assert held == [True]
        assert not waiting.waiting
        assert not lock.locked()

    perform(driver, body)
