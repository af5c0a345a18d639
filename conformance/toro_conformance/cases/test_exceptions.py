"""Each exception is the core's, the adapter's, and what a user of that loop catches anyway."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Any

import pytest

import toro_core
from toro_conformance.case import case
from toro_conformance.driver import Driver
from toro_conformance.world import World

NAMES = ["AlreadySet", "Empty", "Full", "NotReady", "ShutDown", "Timeout", "WouldBlock"]
every_name: pytest.MarkDecorator = pytest.mark.parametrize("name", NAMES)


@every_name
def test_it_derives_from_the_cores(toro_driver: type[Driver], name: str) -> None:
    adapters = getattr(toro_driver.toro, name)
    assert issubclass(adapters, getattr(toro_core, name))
    assert issubclass(adapters, Exception)


@every_name
def test_it_is_what_the_native_spelling_catches(toro_driver: type[Driver], name: str) -> None:
    for native in toro_driver.native.get(name, ()):
        assert issubclass(getattr(toro_driver.toro, name), native)


@pytest.mark.parametrize(
    ("name", "base"), [("Timeout", TimeoutError), ("Empty", queue.Empty), ("Full", queue.Full)]
)
def test_it_is_what_the_standard_library_has(
    toro_driver: type[Driver], name: str, base: type[Exception]
) -> None:
    assert issubclass(getattr(toro_driver.toro, name), base)


@pytest.mark.skipif(not hasattr(queue, "ShutDown"), reason="queue.ShutDown came with 3.13")
def test_shut_down_is_the_standard_librarys(toro_driver: type[Driver]) -> None:
    assert issubclass(toro_driver.toro.ShutDown, queue.ShutDown)  # type: ignore[attr-defined]


@case
async def test_the_shut_down_that_a_wait_ends_with_is_native(t: World) -> None:
    for items in ([], [1]):
        queue = t.toro.Queue(1, initial=items)
        operation = await t.park(queue.put, 2) if items else await t.park(queue.get)
        queue.shutdown()
        await t.settle()
        for kind in (toro_core.ShutDown, t.toro.ShutDown, *t.driver.native.get("ShutDown", ())):
            assert operation.raised(kind)


def _raisers(toro: Any) -> dict[str, Callable[[], Any]]:
    """For each name, a call that does not wait and raises it."""
    full = toro.Queue(maxsize=1, initial=[1])
    closed = toro.Queue()
    closed.shutdown()
    result = toro.AsyncResult()
    result.set(1)
    held = toro.Lock()
    held.acquire_nowait()
    return {
        "AlreadySet": lambda: result.set(2),
        "Empty": toro.Queue().get_nowait,
        "Full": lambda: full.put_nowait(2),
        "NotReady": toro.AsyncResult().get_nowait,
        "ShutDown": closed.get_nowait,
        "WouldBlock": held.acquire_nowait,
    }


@pytest.mark.parametrize("name", [name for name in NAMES if name != "Timeout"])
def test_the_adapters_own_is_what_is_raised_and_it_says_something(
    toro_driver: type[Driver], name: str
) -> None:
    with pytest.raises(getattr(toro_driver.toro, name)) as caught:
        _raisers(toro_driver.toro)[name]()
    assert len(str(caught.value)) > 10


@case
async def test_the_timeout_raised_is_native_and_says_something(t: World) -> None:
    held = t.toro.Lock()
    held.acquire_nowait()
    operation = await t.park(held.acquire, timeout=1)
    await t.advance(1)
    for kind in (
        t.toro.Timeout,
        toro_core.Timeout,
        TimeoutError,
        *t.driver.native.get("Timeout", ()),
    ):
        assert operation.raised(kind)
    assert len(str(operation.error)) > 10


@every_name
def test_it_can_be_made_and_raised_with_a_message(toro_driver: type[Driver], name: str) -> None:
    kind: Any = getattr(toro_driver.toro, name)
    assert isinstance(kind, type)
    assert str(kind("told")) == "told"
