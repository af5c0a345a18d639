"""Libraries for every loop. Each adapter satisfies the protocols; what they make does, too."""

from typing import assert_type

import toro_asyncio
import toro_sim
from toro_core.records import LockStatistics
from toro_core.typing import (
    AsyncResult,
    BoundedSemaphore,
    Condition,
    Event,
    Lock,
    Queue,
    RWLock,
    Semaphore,
    Toro,
)

lock: Lock = toro_asyncio.Lock()
semaphore: Semaphore = toro_asyncio.Semaphore(2)
bounded: BoundedSemaphore = toro_asyncio.BoundedSemaphore(2)
rwlock: RWLock = toro_asyncio.RWLock(None)
condition: Condition = toro_asyncio.Condition(lock=toro_asyncio.Lock())
event: Event = toro_asyncio.Event()
result: AsyncResult[str] = toro_asyncio.AsyncResult[str]()
queue: Queue[int] = toro_asyncio.Queue[int](maxsize=1)
lowest: Queue[int] = toro_asyncio.PriorityQueue[int]()
newest: Queue[int] = toro_asyncio.LifoQueue[int]()
counted: Queue[int] = toro_asyncio.JoinableQueue[int]()


class Library:
    """It never learns which loop it runs on."""

    def __init__(self, toro: Toro) -> None:
        self.toro = toro
        self.lock: Lock = toro.Lock(name="library")
        self.changed: Condition = toro.Condition(lock=self.lock)
        self.items: Queue[int] = toro.Queue(maxsize=2, initial=[1])
        self.answer: AsyncResult[str] = toro.AsyncResult()

    async def use(self) -> int:
        with await self.lock.acquire(timeout=1) as nothing:
            assert_type(nothing, None)
        async with self.changed:
            assert_type(await self.changed.wait_for(lambda: "yes"), str)
        async with rwlock.reader, bounded:
            await event.wait(timeout=1)
        try:
            assert_type(await self.answer.get(), str)
            return await self.items.get(timeout=1)
        except self.toro.Timeout:
            return 0
        except (self.toro.ShutDown, self.toro.NotReady) as error:
            raise RuntimeError("closed") from error

    async def all(self) -> None:
        assert_type(self.lock.statistics().locked, bool)
        assert_type(semaphore.statistics().value, int)
        assert_type(rwlock.statistics().readers, int)
        assert_type(self.changed.statistics().lock_statistics, LockStatistics | None)
        assert_type(event.statistics().is_set, bool)
        assert_type(self.answer.statistics().ready, bool)
        assert_type(self.items.statistics().size, int)
        assert_type(self.items.statistics().tasks_waiting, int)
        async for item in self.items:
            assert_type(item, int)
            self.items.task_done()
        await self.items.join()


libraries = [Library(toro_asyncio), Library(toro_sim)]
