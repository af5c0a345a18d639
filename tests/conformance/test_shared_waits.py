"""Hosts keep their promises to the code that all share, also where their adapter has its own."""

from __future__ import annotations

import asyncio
import importlib
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from toro_conformance import Driver
from toro_conformance.case import FIXTURE, missing, perform
from toro_conformance.court import parametrizations
from toro_conformance.drivers import load
from toro_conformance.world import World

from toro_asyncio._host import AsyncioHost
from toro_core import coroutines
from toro_core.coroutines import (
    BoundedSemaphore,
    Condition,
    Event,
    Lock,
    Primitive,
    Queue,
    RWLock,
    Semaphore,
)

NAMES = ["asyncio", "trio", "anyio-asyncio", "anyio-asyncio-native", "anyio-trio"]
MODULES = [
    importlib.import_module(f"toro_conformance.cases.test_{name}")
    for name in (
        *("binding", "binding_uses", "checkpoints", "deadlines", "entering", "lock", "monitor"),
        *("promised", "queue", "rwlock", "semaphore", "two_conditions", "wake_order"),
    )
]
CASES: list[Callable[..., None]] = [
    value
    for module in MODULES
    for name, value in vars(module).items()
    if name.startswith("test_")
    and name != "test_a_bounded_semaphore_is_a_semaphore"  # here none derives from another
]
SHARED = {name: vars(Primitive)[name] for name in ("_wait", "_here", "_turn")}
SHARED["_home"] = Primitive._home
ENTERED = ("acquire", "release", "__aenter__", "__aexit__")
# Methods that an adapter may have written anew.
WRITTEN = {
    Condition: {"wait": Condition.wait},
    Event: {"wait": Event.wait},
    Lock: {name: getattr(Lock, name) for name in ENTERED},
    Semaphore: {name: getattr(Semaphore, name) for name in ENTERED},
    BoundedSemaphore: {name: getattr(BoundedSemaphore, name) for name in ENTERED},
    RWLock: {"acquire_read": RWLock.acquire_read, "acquire_write": RWLock.acquire_write},
    Queue: {"put": Queue.put, "get": Queue.get},
}


def with_shared_waits(driver: type[Driver]) -> type[Driver]:
    """The same adapter without its own ways to wait."""
    own = {name: getattr(driver.toro, name) for name in driver.toro.__all__}
    toro = types.SimpleNamespace(**own)
    for name, kind in own.items():
        if issubclass(kind, Primitive):
            shared = dict(SHARED)
            for base, methods in WRITTEN.items():
                if issubclass(kind, base):
                    shared.update(methods)
            setattr(toro, name, type(name, (kind,), {"__slots__": (), **shared}))
    toro.Condition._lock_type = toro.Lock
    return type(driver.__name__, (driver,), {"toro": toro})


def arguments(driver: type[Driver], case: Callable[..., None]) -> Iterator[dict[str, Any]]:
    return iter(()) if missing(case, driver) else parametrizations(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_the_same_by_the_shared_code(name: str, case: Callable[..., None]) -> None:
    (driver,) = load(name)
    for choice in arguments(driver, case):
        case(**{FIXTURE: with_shared_waits(driver)}, **choice)


@pytest.mark.parametrize(("kind", "method"), [("Event", "wait"), ("AsyncResult", "get")])
def test_a_host_whose_sleep_returns_too_early_is_told_so(kind: str, method: str) -> None:
    class Restless(AsyncioHost):
        def sleep(self, machine: Any, waiter: Any) -> Any:
            return asyncio.sleep(0)

    (driver,) = load("asyncio")
    shared: Any = getattr(coroutines, kind)
    restless = type(kind, (shared,), {"__slots__": (), "_host": Restless()})

    async def main(t: World) -> None:
        with pytest.raises(RuntimeError, match="sleep returned before wake was called"):
            await t.finish(getattr(restless(), method))

    perform(driver, main)


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize(("name", "value"), [("asyncio", True), ("trio", None)])
def test_a_wait_returns_what_those_of_the_loop_do(name: str, value: object, locked: bool) -> None:
    (driver,) = load(name)
    toro = with_shared_waits(driver).toro
    lock = toro.Lock() if locked else None
    condition, event = toro.Condition(lock=lock), toro.Event()

    async def waits() -> Any:
        if lock is None:
            return await condition.wait()
        async with condition:
            return await condition.wait()

    async def main(t: World) -> None:
        notified, told = t.spawn(waits), t.spawn(event.wait)
        await t.settle()
        if lock:
            lock.acquire_nowait()
        condition.notify()
        if lock:
            lock.release()
        event.set()
        await t.settle()
        assert [notified.value, told.value, await t.finish(event.wait)] == [value] * 3

    perform(driver, main)
