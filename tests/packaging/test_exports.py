"""Every adapter exports the names of the contract: the same set in each."""

import importlib
from typing import Any

import pytest

import toro_core

CLASSES = {
    "AsyncResult",
    "BoundedSemaphore",
    "Condition",
    "Event",
    "JoinableQueue",
    "LifoQueue",
    "Lock",
    "PriorityQueue",
    "Queue",
    "RWLock",
    "Semaphore",
}
EXCEPTIONS = {"AlreadySet", "Empty", "Full", "NotReady", "ShutDown", "Timeout", "WouldBlock"}

pytestmark = pytest.mark.parametrize("loop", ["asyncio", "trio", "anyio", "tornado"])


def adapter_of(loop: str) -> Any:
    pytest.importorskip(loop)
    return importlib.import_module(f"toro_{loop}")


def test_the_names_of_an_adapter(loop: str) -> None:
    adapter = adapter_of(loop)
    assert set(adapter.__all__) == CLASSES | EXCEPTIONS
    public = {name for name in vars(adapter) if not name.startswith("_")}
    assert public == CLASSES | EXCEPTIONS


def test_every_exception_is_one_of_the_cores(loop: str) -> None:
    adapter = adapter_of(loop)
    for name in EXCEPTIONS:
        assert issubclass(getattr(adapter, name), getattr(toro_core, name)), name


def test_every_class_is_the_adapters_own(loop: str) -> None:
    adapter = adapter_of(loop)
    for name in CLASSES:
        assert getattr(adapter, name).__module__.partition(".")[0] == adapter.__name__, name


def test_the_simulator_has_them_too(loop: str) -> None:
    adapter, simulator = adapter_of(loop), importlib.import_module("toro_sim")
    assert set(adapter.__all__) <= set(simulator.__all__)
