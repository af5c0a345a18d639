"""Trio's own tests of its primitives, run on `toro_trio`'s."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

trio = pytest.importorskip("trio")

import toro_trio

from .borrow import borrow


class Condition(toro_trio.Condition):
    def __init__(self, lock: toro_trio.Lock | None = None) -> None:
        """As Trio's, which always has a lock."""
        super().__init__(toro_trio.Lock() if lock is None else lock)


theirs = borrow("trio._tests.test_sync")
theirs.__dict__.update(
    Event=toro_trio.Event,
    Lock=toro_trio.Lock,
    Semaphore=toro_trio.Semaphore,
    Condition=Condition,
)

GENERIC = [
    value
    for name, value in vars(theirs).items()
    if name.startswith("test_generic_lock") and inspect.iscoroutinefunction(value)
]


class Mode:
    """One side of an RWLock as a lock of its own."""

    def __init__(self, rwlock: toro_trio.RWLock, mode: str) -> None:
        self.acquire_nowait = getattr(rwlock, f"acquire_{mode}_nowait")
        self.release = getattr(rwlock, f"release_{mode}")
        self._side = getattr(rwlock, {"read": "reader", "write": "writer"}[mode])

    async def __aenter__(self) -> None:
        await self._side.__aenter__()

    async def __aexit__(self, *exc_info: object) -> None:
        await self._side.__aexit__(*exc_info)


LOCK_LIKE = {
    "Lock": toro_trio.Lock,
    "Semaphore(1)": lambda: toro_trio.Semaphore(1),
    "BoundedSemaphore(1)": lambda: toro_trio.BoundedSemaphore(1),
    "RWLock(1).reader": lambda: Mode(toro_trio.RWLock(1), "read"),
    "RWLock(9).writer": lambda: Mode(toro_trio.RWLock(9), "write"),
}


@pytest.mark.parametrize("lock_factory", LOCK_LIKE.values(), ids=LOCK_LIKE)
@pytest.mark.parametrize("test", GENERIC, ids=lambda test: test.__name__)
def test_generic_lock(
    test: Callable[[Callable[[], Any]], Awaitable[None]], lock_factory: Callable[[], Any]
) -> None:
    trio.run(test, lock_factory)


def test_the_generic_tests_were_found() -> None:
    assert len(GENERIC) >= 3


OWNERS = "a Lock of Trio's belongs to a task; one of ours may be released by any"

CANNOT_HOLD = {
    "test_Semaphore": "asks for the exact words of an error",
    "test_Condition": OWNERS,
    "test_Lock_and_StrictFIFOLock": OWNERS,
}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("test_Event", ()),
        ("test_Semaphore", ()),
        ("test_Condition", ()),
        ("test_Lock_and_StrictFIFOLock", (toro_trio.Lock,)),
    ],
)
def test_primitive(name: str, arguments: tuple[Any, ...], request: pytest.FixtureRequest) -> None:
    if reason := CANNOT_HOLD.get(name):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    trio.run(getattr(theirs, name), *arguments)
