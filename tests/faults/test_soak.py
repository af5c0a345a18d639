"""A thousand tasks on everything at once, cancelled at random: at the end all is as it was."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import tracemalloc
from typing import Any

import toro_asyncio as toro

TASKS = 1_000


class World:
    """One of each primitive, and what a task may do with them."""

    def __init__(self) -> None:
        self.lock = toro.Lock()
        self.semaphore = toro.BoundedSemaphore(3)
        self.rwlock = toro.RWLock(4)
        self.condition = toro.Condition(self.lock)
        self.event = toro.Event()
        self.queue: toro.Queue[int] = toro.Queue(5)
        self.ranked: toro.PriorityQueue[int] = toro.PriorityQueue(5)

    async def task(self, source: random.Random) -> None:
        for _ in range(4):
            await source.choice(self.acts())()

    def acts(self) -> list[Any]:
        return [self.hold, self.share, self.read, self.write, self.listen, self.pass_on, self.look]

    async def hold(self) -> None:
        async with self.lock:
            await asyncio.sleep(0)
            self.condition.notify()

    async def share(self) -> None:
        with contextlib.suppress(toro.Timeout), await self.semaphore.acquire(timeout=0.001):
            await asyncio.sleep(0)

    async def read(self) -> None:
        async with self.rwlock.reader:
            await asyncio.sleep(0)

    async def write(self) -> None:
        async with self.rwlock.writer:
            await asyncio.sleep(0)

    async def listen(self) -> None:
        with contextlib.suppress(toro.Timeout):
            async with self.condition:
                await self.condition.wait(timeout=0.001)

    async def pass_on(self) -> None:
        for queue in (self.queue, self.ranked):
            with contextlib.suppress(toro.Timeout):
                await queue.put(1, timeout=0.001)
                await queue.get(timeout=0.001)

    async def look(self) -> None:
        self.event.set()
        await self.event.wait()
        self.event.clear()

    def everything(self) -> list[Any]:
        return [value for value in vars(self).values() if hasattr(value, "statistics")]


async def bout(world: World, seed: int) -> None:
    source = random.Random(seed)
    tasks = [asyncio.create_task(world.task(source)) for _ in range(TASKS)]
    for task in source.sample(tasks, TASKS // 3):
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [task for task in tasks if not task.cancelled() and task.exception()] == []


def test_a_thousand_tasks_leave_nothing_behind() -> None:
    async def body() -> None:
        world = World()
        await bout(world, 0)
        gc.collect()
        tracemalloc.start()
        sizes = []
        for seed in range(1, 6):
            await bout(world, seed)
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
            assert [one.statistics().tasks_waiting for one in world.everything()] == [0] * 7
            assert not world.lock.locked()
            assert world.semaphore.value == 3
            assert not world.rwlock.statistics().readers
            assert not world.rwlock.statistics().writing
        tracemalloc.stop()
        # What is left varies by tens of kB; one waiter left by each wait would be megabytes.
        assert sizes[-1] <= sizes[0] + 500_000, sizes

    asyncio.run(body())
