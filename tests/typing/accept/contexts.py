"""What can be held with `async with` can be given to whatever takes a context manager."""

from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext

import toro_asyncio as toro
import toro_sim
from toro_core.typing import BoundedSemaphore, Condition, Lock, RWLock, Semaphore

Held = AbstractAsyncContextManager[None]

ours: list[Held] = [
    toro.Lock(),
    toro.Semaphore(),
    toro.BoundedSemaphore(),
    toro.RWLock().reader,
    toro.Condition(lock=toro.Lock()),
    toro_sim.Condition(lock=toro_sim.Lock()),
]


async def on_every_loop(
    lock: Lock,
    semaphore: Semaphore,
    bounded: BoundedSemaphore,
    rwlock: RWLock,
    condition: Condition,
) -> None:
    several: list[Held] = [lock, semaphore, bounded, rwlock.reader, rwlock.writer, condition]
    async with AsyncExitStack() as stack:
        for each in several:
            await stack.enter_async_context(each)
        await stack.enter_async_context(lock)
        await stack.enter_async_context(condition)
        stack.push_async_exit(semaphore)
        stack.enter_context(await bounded.acquire())


def perhaps(lock: Lock | None) -> Held:
    return nullcontext() if lock is None else lock


async def through(lock: Lock | None) -> int:
    async with lock or nullcontext():
        return 1


async def not_swallowed(lock: Lock, condition: Condition) -> int:
    async with lock, condition:
        return 1
