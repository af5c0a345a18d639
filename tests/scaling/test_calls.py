"""How many Python functions an operation goes through that need not wait."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

import toro_asyncio as toro

from .limits import FRAMES

TIMES = 100


def frames_of(operation: Callable[[], Awaitable[None]]) -> float:
    """Frames entered, each time, beyond the operation's own."""
    entered = 0

    def count(frame: Any, event: str, arg: Any) -> None:
        nonlocal entered
        entered += event == "call"

    async def main() -> None:
        await operation()  # what is made once
        before = sys.getprofile()
        sys.setprofile(count)
        try:
            for _ in range(TIMES):
                await operation()
        finally:
            sys.setprofile(before)

    asyncio.run(main())
    return entered / TIMES - 1


async def nothing() -> None:
    pass


lock = toro.Lock()
semaphore = toro.Semaphore(2)
queue = toro.Queue[int]()


async def acquire_and_release_a_lock() -> None:
    await lock.acquire()
    lock.release()


async def acquire_and_release_a_semaphore() -> None:
    await semaphore.acquire()
    semaphore.release()


async def lock_a_block() -> None:
    async with lock:
        pass


async def put_and_get() -> None:
    await queue.put(1)
    await queue.get()


OPERATIONS = {
    acquire_and_release_a_lock: "acquire and release",
    acquire_and_release_a_semaphore: "acquire and release",
    lock_a_block: "async with",
    put_and_get: "put and get",
}


@pytest.mark.parametrize(
    ("operation", "limit"), OPERATIONS.items(), ids=lambda part: getattr(part, "__name__", part)
)
def test_frames(operation: Callable[[], Awaitable[None]], limit: str) -> None:
    assert frames_of(operation) <= FRAMES[limit]


def test_that_nothing_is_counted_as_nothing() -> None:
    assert frames_of(nothing) == 0
